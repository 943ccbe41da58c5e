import { decimalsFor, formatNumber } from '../number';
import type { MetricValue, StudyResult } from '../model';
import { utc, type UtcOffset } from './localTime';
import { escapeText, link, relativeHref } from './markdown';
import type { Language, Messages } from './messages';
import { messagesOf } from './messagesOf';

/** What the sections of one report share. */
export interface ReportContext {
  readonly study: StudyResult;
  /** The file that is written, relative to the workspace: links start from its folder. */
  readonly from: string;
  readonly words: Messages;
  readonly language: Language;
  readonly offset: UtcOffset;
  /** Digits after the point by metric, the same all over the report. */
  readonly decimals: ReadonlyMap<string, number>;
}

export function reportContext(
  study: StudyResult,
  language: Language,
  offset: UtcOffset = utc,
  from: string = study.resultsPath,
): ReportContext {
  const values = new Map<string, number[]>();
  for (const { runs } of study.milestones)
    for (const { metrics } of runs)
      for (const { name, value } of metrics) values.set(name, [...(values.get(name) ?? []), value]);
  const decimals = new Map([...values].map(([name, all]) => [name, decimalsFor(all)]));
  return { study, from, words: messagesOf(language), language, offset, decimals };
}

/** A number as a link to the place it was read from: `[0.912](../results/R021.json "results/R021.json#/test/accuracy, line 7")`. */
export function numberLink(metric: MetricValue, { from, decimals }: ReportContext): string {
  const text = formatNumber(metric.value, decimals.get(metric.name) ?? decimalsFor([metric.value]));
  const at = `${metric.file}#${metric.pointer}${metric.line === null ? '' : `, line ${metric.line}`}`;
  return link(text, relativeHref(from, metric.file), at);
}

/** A computed number, which stands in no result file: linked to the provenance file where there is one. */
export function computedLink(
  text: string,
  runs: readonly string[],
  { study, from, words }: ReportContext,
): string {
  if (study.provenancePath == null) return escapeText(text);
  return link(text, relativeHref(from, study.provenancePath), words.results.numbersFrom(runs));
}

/** A link to a file of the workspace under its own name. */
export function fileLink(file: string, { from }: ReportContext): string {
  return link(file, relativeHref(from, file));
}
