import type { Failure } from '../run/failure';
import type { MetricValue } from './model';

/** A number with its place, or why there is none. */
export type MetricReading =
  { readonly ok: true; readonly value: MetricValue } | { readonly ok: false; readonly failure: Failure };

/** Which number is looked for, and where. */
export interface MetricPlace {
  readonly name: string;
  /** Relative to the workspace. */
  readonly file: string;
  /** JSON pointer or column name; empty where only the metric's name says it. */
  readonly pointer: string;
}

const listedAtMost = 12;
const evidenceWidth = 200;

/** A result that is not there or cannot be read: the sentence, the line of the file that shows it, the next step. */
export function missingNumber(message: string, evidence: readonly string[], advice: string): MetricReading {
  return {
    ok: false,
    failure: { class: 'missing-output', message, evidence: evidence.map(shorten), advice },
  };
}

/** A result that is there and is NaN or infinite. */
export function notFinite(message: string, evidence: readonly string[]): MetricReading {
  const advice =
    'Look at the loss curve and the log for the first step that is not finite; lower the learning rate, clip gradients or check the data, then rerun';
  return { ok: false, failure: { class: 'nan', message, evidence: evidence.map(shorten), advice } };
}

/** `a, b and 3 more`: the keys or columns that are there, so that a misspelt one is seen at once. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, listedAtMost).map((name) => JSON.stringify(name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The line of a text, 1-based; empty where there is none. */
export function lineOf(text: string, line: number): string {
  return text.split(/\r\n|\n|\r/)[line - 1] ?? '';
}

/**
 * Text of a cell or a JSON string that spells a number that is not finite, as Python, JavaScript, C and R do:
 * `nan`, `-inf`, `Infinity`.
 */
export function spellsNotFinite(text: string): boolean {
  return /^[+-]?(nan|inf|infinity|1\.#(ind|inf|qnan))$/i.test(text.trim());
}

function shorten(line: string): string {
  return line.length > evidenceWidth ? `${line.slice(0, evidenceWidth)}…` : line;
}
