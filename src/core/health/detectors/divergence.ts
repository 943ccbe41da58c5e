import type { Curve, Finding } from '../model';
import { blocksOf, noiseOf, trendZ, type Block } from '../robust';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { badnessOf, blockSize, headOf, round } from './shape';
import { improvedSince } from './trainingTwin';

/**
 * Least share of what had been gained that must be lost again; bouncing at a thousandth of the start is no
 * loss.
 */
const lostShareOfDrop = 0.1;
/** Least share of the gain that a score must lose: collapse to near where it began. */
const collapseShare = 0.5;
/** Deviations of the recent level by which the rise must exceed noise. */
const deviations = 6;
/**
 * A rise that keeps at least this rate (log per point, second half over first) grows geometrically, as
 * feedback does; linear doubling has 0.71.
 */
const geometricRate = 0.8;
const fewestPoints = 6;
/** Blocks from which one is short enough to speak of a jump. */
const fewestBlocksOfJump = 8;
/**
 * A loss that stands this many times above its first value, for this many points, has never come down; from
 * `hopeless` on even if it falls.
 */
const neverDown = { ratio: 3, points: 30, shareNear: 0.02, hopeless: 10 } as const;

interface Rise {
  readonly best: Block;
  readonly last: Block;
  readonly size: number;
  readonly blocks: readonly Block[];
}

/**
 * `divergence`: a loss that has left its best level for good, or a score that has collapsed. Window: the
 * whole curve in blocks of three points or 5 % of it; the last block is compared with the best one. Lost is a
 * rise to 1.5 times the best level that undoes a tenth of the whole descent, beyond noise, and that is either
 * geometric (exponential growth is what a learning rate above the stability bound gives: LeCun et al.,
 * "Efficient BackProp", 1998, §5; Cohen et al., ICLR 2021) or stays for two blocks without recovering, so
 * that neither a spike nor a warm restart of the schedule counts; lost is also what has stood at three times
 * its first value ever since. A validation loss that creeps up, or that rises while the training loss of the
 * same measure goes on falling, is `overfitting` instead, unless it jumps or grows geometrically.
 */
export function detectDivergence(
  curve: Curve,
  training: Curve | null = null,
  { divergenceRatio }: Thresholds = defaultThresholds,
): Finding | null {
  const values = badnessOf(curve);
  if (values.length < fewestPoints) return null;
  const size = blockSize(values.length);
  const blocks = blocksOf(values, size);
  const last = blocks.at(-1)!;
  const best = blocks.slice(0, -1).reduce((a, b) => (b.median < a.median ? b : a));
  const rise: Rise = { best, last, size, blocks };
  const head = headOf(curve);
  const first = head[0]!;
  if (curve.kind === 'loss' && hasNeverComeDown(first, values, blocks))
    return found(curve, 0, first, last.median);
  const noise = noiseOf(values.slice(0, last.from));
  if (last.median - best.median <= (deviations * 1.25 * noise) / Math.sqrt(size)) return null;
  const improved = training !== null && improvedSince(training, curve.parts[best.from]!.firstStep) === true;
  const creeps = curve.role === 'validation' && (improved || last.median <= first);
  const lost =
    curve.kind === 'loss'
      ? lossIsLost(values, head, rise, creeps, divergenceRatio)
      : staysLost(rise) && scoreIsLost(Math.max(...head), rise);
  return lost ? found(curve, startOfRise(values, rise), best.median, last.median) : null;
}

function found({ series, kind, parts }: Curve, from: number, was: number, is: number): Finding {
  const step = parts[from]!.firstStep;
  const sign = kind === 'score' ? -1 : 1;
  const what = kind === 'loss' ? 'has risen' : 'has collapsed';
  const sentence = `${series} ${what} from ${round(sign * was)} to ${round(sign * is)} since step ${step} and does not come back; stop, go back to a checkpoint before that step, and try a smaller learning rate or gradient clipping`;
  return { detector: 'divergence', series, step, sentence, severity: 'stop' };
}

/**
 * The first step already threw it up, and nothing brought it down again. The share of later values near the
 * first one guards against a first batch that happened to be easy.
 */
function hasNeverComeDown(first: number, values: readonly number[], blocks: readonly Block[]): boolean {
  if (first <= 0 || values.length < neverDown.points) return false;
  const medians = blocks.map((block) => block.median);
  const near = values.filter((value) => value < neverDown.ratio * first).length;
  if (
    Math.min(...medians) < neverDown.ratio * first ||
    near > Math.max(1, neverDown.shareNear * values.length)
  )
    return false;
  return medians.at(-1)! >= neverDown.hopeless * first || trendZ(medians) > -1.28;
}

/** `creeps`: only a jump or geometric growth tells it from overfitting. */
function lossIsLost(
  values: readonly number[],
  head: readonly number[],
  rise: Rise,
  creeps: boolean,
  ratio: number,
): boolean {
  const { best, last } = rise;
  const up = last.median - best.median;
  const drop = Math.max(...head.slice(0, Math.min(best.to, rise.size)), values[0]!) - best.median;
  if (drop > 0 && up < lostShareOfDrop * drop) return false;
  // A loss that may be negative has no ratio; it must lose half of its descent.
  if (best.median <= 0) return drop > 0 && up >= collapseShare * drop && staysLost(rise);
  if (last.median < ratio * best.median || last.min < Math.sqrt(ratio) * best.median) return false;
  return isGeometric(values, rise) || (staysLost(rise) && (!creeps || jumps(rise)));
}

function scoreIsLost(worst: number, { best, last }: Rise): boolean {
  const up = last.median - best.median;
  return (
    up >= collapseShare * (worst - best.median) && up > 0.1 * Math.abs(best.median) && worst > best.median
  );
}

/** Index of the first block after the best one from which all are at least a quarter of the rise above it. */
function firstLostBlock({ blocks, best, last }: Rise): number {
  const level = best.median + (last.median - best.median) / 4;
  let at = blocks.length;
  while (at > 0 && blocks[at - 1]!.median >= level && blocks[at - 1] !== best) at--;
  return at;
}

/** Two blocks up there, and not on the way back. */
function staysLost(rise: Rise): boolean {
  const lost = rise.blocks.slice(firstLostBlock(rise));
  const top = Math.max(...lost.map((block) => block.median));
  return lost.length >= 2 && rise.last.median - rise.best.median >= 0.9 * (top - rise.best.median);
}

/** Most of the rise within two blocks. */
function jumps({ blocks, best, last }: Rise): boolean {
  const up = last.median - best.median;
  if (blocks.length < fewestBlocksOfJump) return false;
  return blocks.some(
    (block, i) => i >= 2 && block.from > best.from && block.median - blocks[i - 2]!.median >= 0.8 * up,
  );
}

function isGeometric(values: readonly number[], { best, size }: Rise): boolean {
  let low = best.from;
  for (let i = best.from; i < Math.min(best.to + size, values.length); i++)
    if (values[i]! <= values[low]!) low = i;
  const end = values.length - 1;
  const middle = (low + end) >> 1;
  if (end - low < 4 || values[end]! < 2 * values[low]!) return false;
  const rate = (from: number, to: number): number => Math.log(values[to]! / values[from]!) / (to - from);
  const [first, second] = [rate(low, middle), rate(middle, end)];
  return first > 0 && second >= geometricRate * first;
}

/** The last point that is still near the best level. */
function startOfRise(values: readonly number[], { best, last }: Rise): number {
  const level = best.median + (last.median - best.median) / 10;
  let at = values.length - 1;
  while (at > best.from && values[at]! > level) at--;
  return at;
}
