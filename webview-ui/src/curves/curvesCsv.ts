import type { CurvesView } from '../../../src/protocol/curves';

/**
 * What is drawn as a table, one row a point, never smoothed. RFC 4180; a cell that a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
export function curvesCsv({ metric, series }: CurvesView, hidden: ReadonlySet<string>): string {
  const rows = ['metric,series,system,runs,step,value,std,n'];
  for (const { key, label, system, runs, steps, values, spread, counts } of series) {
    if (hidden.has(key)) continue;
    const head = [metric ?? '', label, system ?? '', runs.join(' ')].map(cell).join(',');
    for (let at = 0; at < steps.length; at++) {
      const n = counts === null ? 1 : counts[at]!;
      rows.push(`${head},${steps[at]!},${number(values[at]!)},${number(spread?.[at] ?? Number.NaN)},${n}`);
    }
  }
  return `${rows.join('\r\n')}\r\n`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
