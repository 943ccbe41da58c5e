import type { Curve, Finding } from '../model';
import { median } from '../robust';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { round } from './shape';

/**
 * The flat end makes up at least this share of points and of steps; a score moves in steps of 1/n and may
 * rest longer.
 */
const share = { loss: 0.5, score: 0.8 } as const;
const fewestPoints = 6;

/**
 * `flat`: a series that no longer moves at all. Definition: from some step to the end every single value lies
 * within 0.1 % of the level, over at least half of the run and six points. Training noise of a live network
 * is larger than that, so nothing is being updated: a zero or frozen learning rate, detached graph, dead
 * units (Lu et al., "Dying ReLU and Initialization", 2019), an evaluation of the same stale checkpoint. A
 * perfect value (loss 0, score 1 or 100) is no fault. Window: the whole curve.
 */
export function detectFlat(curve: Curve, { flatRange }: Thresholds = defaultThresholds): Finding | null {
  // The norm of a gradient has a detector of its own.
  if (curve.kind === 'gradient') return null;
  const { parts, kind, series } = curve;
  const last = parts.at(-1);
  if (!last) return null;
  let [low, high] = [last.min, last.max];
  let from = parts.length;
  while (from > 0) {
    const part = parts[from - 1]!;
    const [nextLow, nextHigh] = [Math.min(low, part.min), Math.max(high, part.max)];
    if (nextHigh - nextLow > flatRange * Math.max(Math.abs(nextLow), Math.abs(nextHigh))) break;
    [low, high] = [nextLow, nextHigh];
    from--;
  }
  const flat = parts.slice(from);
  const points = flat.reduce((sum, part) => sum + part.count, 0);
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  const steps = last.lastStep - (flat[0]?.firstStep ?? last.lastStep);
  const enough = Math.max(share[kind] * (last.lastStep - parts[0]!.firstStep), 0);
  if (points < fewestPoints || points < share[kind] * all || steps < enough || isPerfect(curve, high))
    return null;
  const step = flat[0]!.firstStep;
  const level = round(median(flat.map((part) => part.mean)));
  const sentence = `${series} stands still at ${level} since step ${step}, over ${points} points; nothing seems to be learned: check the learning rate, frozen parameters and whether the newest weights are evaluated`;
  return { detector: 'flat', series, step, sentence, severity: 'unsure' };
}

function isPerfect({ kind }: Curve, high: number): boolean {
  return kind === 'loss' ? high === 0 : high === 1 || high === 100;
}
