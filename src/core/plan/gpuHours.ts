import type { GpuHours } from './model';

const number = String.raw`(\d+(?:,\d{3})+|\d+)(\.\d+)?(?:\s?([kK])(?![A-Za-z]))?`;
const range = String.raw`${number}(?:\s*(?:[-–—−~～]|to|至|到)\s*[~≈]?\s*${number})?`;
const device = String.raw`(?:NVIDIA\s+)?(?:GPUs?|[ABHLVT]\d{2,4}S?|RTX[\s-]?\w+|\d090|TPUs?|single[- ]GPU|卡)(?:[\s-]?\d+\s?GB?)?`;
const hourUnit = String.raw`(?:hours?|hrs?|h|小时|时)(?![A-Za-z])`;
const dayUnit = String.raw`(?:days?|d|天)(?![A-Za-z])`;
const minuteUnit = String.raw`(?:minutes?|mins?|分钟)(?![A-Za-z])`;

/** `~4-6 GPU-h`, `3–5 A100 GPU-hours`, `2 GPUh`, `10 卡时`, `2 GPU-days`. */
const explicit = new RegExp(
  String.raw`${range}\s*(?:${device}[\s-]+)?${device}[\s·*×-]*(?:(${hourUnit})|(${dayUnit})|(${minuteUnit}))|${range}\s*(?:卡时|GPUh(?:rs?)?)(?![A-Za-z])`,
  'gi',
);
const duration = new RegExp(String.raw`${range}\s*(?:(${hourUnit})|(${dayUnit})|(${minuteUnit}))`, 'gi');
const deviceCount = new RegExp(
  String.raw`(?<![\w.])(\d{1,4})\s*(?:[x×*]\s*)?(?:张\s*)?${device}(?![\w-])(?!\s*[-·]?\s*(?:h|hours?|hrs?|小时|时|days?)\b)`,
  'i',
);

/** `4 GPU-h per run` says nothing of the whole unless the number of runs follows. */
const perUnit =
  /^\s*(?:per\b|each\b|\/\s?(?:run|seed|model|method|variant|config|job|clip|epoch)|每)(?!\s*(?:[a-z]+\s*)?[×*=≈])/i;

/** How a number without a unit of GPU time is to be taken where it stands. */
export type BareNumbers = 'gpuHours' | 'hours' | 'none';

/**
 * Reads GPU-hours from a cost as authors write it: `2 GPU-hr`, `~4-6 GPU-h`, `5h impl + 1 GPU-h`, `4×H200, ≤6h`,
 * `~24 (6h × 4 GPUs)`, `~2h or ~10h`. A bound (`≤6`) counts as its number, sums are added and `or` spans both.
 * `bare` says whether a plain number (a column headed GPU-hours) or plain hours (a plan that budgets in GPU-hours)
 * are GPU-hours too. Null where the text states none.
 */
export function parseGpuHours(text: string, bare: BareNumbers = 'none'): GpuHours | null {
  const cost = text.slice(0, 1000);
  const main = outsideBrackets(cost);
  return (
    explicitHours(main) ??
    devicesTimesDuration(main) ??
    (bare === 'gpuHours' ? leadingNumber(main) : null) ??
    explicitHours(cost) ??
    devicesTimesDuration(cost) ??
    (bare === 'none' ? null : plainHours(main))
  );
}

/** Whether a text speaks of GPU time at all, so that plain hours in its costs are GPU-hours. */
export function budgetsInGpuHours(text: string): boolean {
  return /GPU[\s·*×-]?\s?(?:hours?|hrs?|h\b|小时|时)|GPUh|卡时|[AHV]\d{2,3}[\s-](?:hours?|h\b)/i.test(text);
}

function outsideBrackets(text: string): string {
  return text.replace(/[(（[][^()（）[\]]*[)）\]]/g, ' ');
}

function explicitHours(text: string): GpuHours | null {
  const chain = text.split(/≈|=(?!=)|→/);
  for (let part = chain.length - 1; part >= 0; part--) {
    const found = termsOf(chain[part]!, explicit);
    if (found) return found;
  }
  return null;
}

/** Terms of one kind joined by `+` (a sum) or `or` (both ends); otherwise the first one speaks. */
function termsOf(text: string, pattern: RegExp): GpuHours | null {
  let result: GpuHours | null = null;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const low = toNumber(match[1] ?? match[10], match[2] ?? match[11], match[3] ?? match[12]);
    const high = toNumber(match[4] ?? match[13], match[5] ?? match[14], match[6] ?? match[15]) ?? low;
    if (low === null || high === null) continue;
    const after = text.slice(match.index + match[0].length);
    if (perUnit.test(after)) continue;
    const factor = (match[8] ? 24 : match[9] ? 1 / 60 : 1) * multiplierBefore(text.slice(end, match.index));
    const term = hours(low * factor, high * factor);
    if (result === null) result = term;
    else {
      const between = text.slice(end, match.index);
      if (/\bor\b|或/i.test(between))
        result = hours(Math.min(result.low, term.low), Math.max(result.high, term.high));
      else if (between.includes('+')) result = hours(result.low + term.low, result.high + term.high);
      else break;
    }
    end = match.index + match[0].length;
  }
  return result;
}

/** `18 × 1.7 GPU-h` is eighteen times as much. */
function multiplierBefore(text: string): number {
  const match = /(\d+)(?:\s+[\p{L}-]+){0,2}\s*[x×*]\s*[~≈]?\s*$/u.exec(text);
  return match ? Number(match[1]) : 1;
}

function devicesTimesDuration(text: string): GpuHours | null {
  const devices = deviceCount.exec(text);
  if (!devices) return null;
  const time = termsOf(text.replace(devices[0], ' '), duration);
  const count = Number(devices[1]);
  return time && count > 0 ? hours(time.low * count, time.high * count) : null;
}

function plainHours(text: string): GpuHours | null {
  if (/\bCPU|API|人|author|human|annotat|coding|impl\b|wall|\$/i.test(text)) return null;
  if (!/h(?:ou)?rs?\b|\dh\b|\bh\b|小时|min|分钟/i.test(text)) return null;
  if (/\b(?:days?|weeks?)\b|[天周]/.test(text)) return null;
  return termsOf(text, duration);
}

const leading = new RegExp(
  String.raw`^[\s~≈<>≤≥约≲≳=]*(?:about|approx\.?|up to|under|total:?)?[\s~≈<>≤≥约]*${range}`,
  'i',
);

function leadingNumber(text: string): GpuHours | null {
  const match = leading.exec(text);
  if (!match) return null;
  const rest = text.slice(match[0].length);
  if (/^(?:[a-gi-z]|\s*(?:[×x*%$]|days?|weeks?|天|周|min|分钟|sec|epochs?|runs?))/i.test(rest)) return null;
  const low = toNumber(match[1], match[2], match[3]);
  const high = toNumber(match[4], match[5], match[6]) ?? low;
  return low === null || high === null ? null : hours(low, high);
}

function toNumber(
  whole: string | undefined,
  fraction: string | undefined,
  thousand: string | undefined,
): number | null {
  if (whole === undefined) return null;
  return Number(whole.replaceAll(',', '') + (fraction ?? '')) * (thousand ? 1000 : 1);
}

function hours(low: number, high: number): GpuHours {
  const round = (value: number) => Math.round(value * 100) / 100;
  return { low: round(Math.min(low, high)), high: round(Math.max(low, high)) };
}
