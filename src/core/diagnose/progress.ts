import type { LogLine } from './logLines';

const counter =
  /\b(?:(?:global[_ ])?step|epoch|iter(?:ation)?|batch|update)s?\b["']?[\s:=#[(]{0,3}\d|\d{1,3}%\||\b\w{0,20}loss["']?\s{0,2}[:=]?\s{0,2}-?(?:\d|nan|inf)/i;
const complaint = /\b(?:error|exception|failed|failure|abort\w*|traceback|cancelled|killed)\b/i;
const notFinite =
  /\b\w{0,20}(?:loss|grad_norm|perplexity|ppl|objective)["']?\s{0,2}[:=]?\s{0,2}["'[(]{0,2}(?:tensor\()?[-+]?(?:nan|inf(?:inity)?)\b/i;
const measured =
  /\b\w{0,20}(?:loss|grad_norm|perplexity|ppl|objective)["']?\s{0,2}[:=]?\s{0,2}["'[(]{0,2}(?:tensor\()?[-+]?(?:\d|nan|inf)/i;

/** True for a line that a run writes while it goes on: a step, an epoch, a progress bar, a loss. */
export function showsProgress(text: string): boolean {
  return counter.test(text) && !complaint.test(text);
}

/** Where the run was (`step 210`, `epoch 3`) at the last line before `end` that tells, or null. */
export function positionBefore(lines: readonly LogLine[], end: number): string | null {
  for (let at = Math.min(end, lines.length) - 1; at >= 0 && at > end - 2000; at--) {
    const text = lines[at]?.text ?? '';
    if (!showsProgress(text)) continue;
    const unit =
      /\b(?:global[_ ])?(?<unit>step|iter(?:ation)?|epoch)s?\b["']?[\s:=#[(]{0,3}(?<count>\d{1,12})/i.exec(
        text,
      )?.groups;
    const bar = /\d{1,3}%\|[^|]{0,200}\|\s{0,4}(?<count>\d{1,12})\/\d/.exec(text)?.groups;
    if (unit) return `${(unit['unit'] ?? 'step').toLowerCase()} ${unit['count']}`;
    if (bar) return `step ${bar['count']}`;
  }
  return null;
}

/** Index of the last line with a loss or norm among `lines`, when that one is not finite; else null. */
export function lastNotFinite(lines: readonly LogLine[], skip: (at: number) => boolean): number | null {
  for (let at = lines.length - 1; at >= 0 && at > lines.length - 2000; at--) {
    const text = lines[at]?.text ?? '';
    if (skip(at) || !measured.test(text)) continue;
    return notFinite.test(text) ? at : null;
  }
  return null;
}
