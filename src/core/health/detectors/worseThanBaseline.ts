import type { Curve, Finding } from '../model';
import { median, noiseOf } from '../robust';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { badnessOf, headOf, round } from './shape';

/** Points at the end that are compared: this many at least, and this share of the run. */
const fewestPoints = 5;
const endShare = 0.25;
/** Of the baseline's steps the run must have made at least this share: early on, curves cross for no reason. */
const leastProgress = 0.2;
const deviations = 4;
/** Baseline runs differ among themselves; a difference below this many of their spreads is none. */
const spreads = 2;
/** How much more a single baseline run asks for: what its seed did to it is not known. */
const aloneFactor = 5;
/** Of the baseline's gain this much of `worseShare` counts. */
const gainFactor = 0.5;

/**
 * `worse-than-baseline`: a run that lags behind the finished runs of its baseline at the same step. Definition: over the
 * last quarter of the run (five points at least) and after a fifth of the baseline's steps, every value is worse than
 * that of the worst baseline run, interpolated at that step, by a tenth of it, by a twentieth of what the baseline has
 * gained since its start (near zero a tenth is nothing), by four deviations of noise, and by twice the spread
 * between the baseline's own runs; a single baseline run has no spread, and five times as much is asked for. Comparing
 * learning curves at equal budget is what early stopping by successive halving does (Jamieson & Talwalkar, AISTATS 2016; the median rule of Google Vizier, KDD 2017); here it
 * only flags. Window: the last quarter. Series: the same name in both; `null` where they share too few steps.
 */
export function detectWorseThanBaseline(
  curve: Curve,
  baselines: readonly Curve[],
  { worseShare }: Thresholds = defaultThresholds,
): Finding | null {
  if (curve.kind === 'gradient' || baselines.length === 0) return null;
  const ours = badnessOf(curve);
  const from = Math.min(ours.length - fewestPoints, Math.floor((1 - endShare) * ours.length));
  const last = curve.parts.at(-1);
  const length = Math.max(...baselines.map(({ parts }) => parts.at(-1)?.lastStep ?? 0));
  if (from < 0 || last === undefined || last.lastStep < leastProgress * length) return null;
  const noise = Math.max(noiseOf(ours), ...baselines.map((each) => noiseOf(badnessOf(each))));
  const share = baselines.length === 1 ? aloneFactor * worseShare : worseShare;
  const start = Math.max(...baselines.map((each) => Math.max(...headOf(each).slice(0, 3))));
  const gaps: number[] = [];
  const levels: number[] = [];
  for (let at = from; at < ours.length; at++) {
    const part = curve.parts[at]!;
    const step = (part.firstStep + part.lastStep) / 2;
    const theirs = baselines.map((each) => valueAt(each, step)).filter((value) => value !== null);
    if (theirs.length < baselines.length) return null;
    const worst = Math.max(...theirs);
    const spread = worst - Math.min(...theirs);
    const margin = Math.max(
      share * Math.max(Math.abs(worst), gainFactor * (start - worst)),
      deviations * noise,
      spreads * spread,
    );
    if (ours[at]! - worst <= margin) return null;
    gaps.push(ours[at]!);
    levels.push(worst);
  }
  const sign = curve.kind === 'loss' ? 1 : -1;
  const step = curve.parts[from]!.firstStep;
  const many =
    baselines.length === 1 ? 'its baseline had' : `the worst of ${baselines.length} baseline runs had`;
  const sentence = `${curve.series} is about ${round(sign * median(gaps))} where ${many} ${round(sign * median(levels))} at the same step, since step ${step}; compare the two configurations before it uses up its time`;
  return { detector: 'worse-than-baseline', series: curve.series, step, sentence, severity: 'unsure' };
}

/** The curve's value, turned so that lower is better, between its two nearest parts; null outside of it. */
function valueAt(curve: Curve, step: number): number | null {
  const { parts } = curve;
  const sign = curve.kind === 'loss' ? 1 : -1;
  let [low, high] = [0, parts.length - 1];
  if (high < 0 || step < parts[0]!.firstStep || step > parts[high]!.lastStep) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.lastStep < step) low = middle + 1;
    else high = middle;
  }
  const here = parts[low]!;
  const before = parts[low - 1];
  if (step >= here.firstStep || before === undefined) return sign * here.mean;
  const share = (step - before.lastStep) / (here.firstStep - before.lastStep);
  return sign * (before.mean + share * (here.mean - before.mean));
}
