import type { Curve, Finding } from '../model';
import { blocksOf, noiseOf, type Block } from '../robust';
import { badnessOf, blockSize, round } from './shape';

/** The recent level over the best one from which a loss counts as lost. */
const lostRatio = 1.5;
/** Least share of what had been gained (linear, or in orders of magnitude) that must be lost again. */
const lostShareOfDrop = 0.1;
const lostShareOfLogDrop = 0.5;
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

interface Rise {
  readonly best: Block;
  readonly last: Block;
  readonly size: number;
  readonly blocks: readonly Block[];
}

/**
 * `divergence`: a loss that has left its best level for good, or a score that has collapsed. Window: the
 * whole curve in blocks of three points or 5 % of it; the last block is compared with the best one. Lost is a
 * rise to 1.5 times the best level that undoes a tenth of the whole descent (or half of its orders of
 * magnitude), beyond noise, and that is either geometric (exponential growth is what a learning rate above
 * the stability bound gives: LeCun et al., "Efficient BackProp", 1998, §5; Cohen et al., ICLR 2021) or stays
 * for two blocks without recovering, so that neither a spike nor a warm restart of the schedule counts. A
 * validation loss that creeps up is `overfitting` instead, unless it jumps, grows geometrically or ends above
 * where it began.
 */
export function detectDivergence(curve: Curve): Finding | null {
  const values = badnessOf(curve);
  if (values.length < fewestPoints) return null;
  const size = blockSize(values.length);
  const blocks = blocksOf(values, size);
  const last = blocks.at(-1)!;
  const best = blocks.slice(0, -1).reduce((a, b) => (b.median < a.median ? b : a));
  const rise: Rise = { best, last, size, blocks };
  const noise = noiseOf(values.slice(0, last.from));
  if (last.median - best.median <= (deviations * 1.25 * noise) / Math.sqrt(size)) return null;
  const lost =
    curve.kind === 'loss'
      ? lossIsLost(values, rise, curve.role)
      : staysLost(rise) && scoreIsLost(values, rise);
  if (!lost) return null;
  const from = startOfRise(values, rise);
  const step = curve.parts[from]!.firstStep;
  const [was, is] = [best.median, last.median].map((v) => round(curve.kind === 'score' ? -v : v));
  const what = curve.kind === 'loss' ? 'has risen' : 'has collapsed';
  const sentence = `${curve.series} ${what} from ${was} to ${is} since step ${step} and does not come back; stop, go back to a checkpoint before that step, and try a smaller learning rate or gradient clipping`;
  return { detector: 'divergence', series: curve.series, step, sentence, severity: 'stop' };
}

function lossIsLost(values: readonly number[], rise: Rise, role: Curve['role']): boolean {
  const { best, last } = rise;
  const up = last.median - best.median;
  const start = Math.max(...values.slice(0, Math.max(1, Math.min(best.to, rise.size))));
  const drop = start - best.median;
  const share = drop <= 0 || up >= lostShareOfDrop * drop;
  const positive = best.median > 0 && last.median > 0;
  const logShare =
    positive &&
    drop > 0 &&
    Math.log(last.median / best.median) >= lostShareOfLogDrop * Math.log(start / best.median);
  if (!share && !logShare) return false;
  // A loss that may be negative has no ratio; it must lose half of its descent.
  if (!positive) return drop > 0 && up >= collapseShare * drop && staysLost(rise);
  if (last.median < lostRatio * best.median || last.min < Math.sqrt(lostRatio) * best.median) return false;
  if (isGeometric(values, rise)) return true;
  return staysLost(rise) && (role === 'train' || jumps(rise) || last.median > start);
}

function scoreIsLost(values: readonly number[], { best, last, size }: Rise): boolean {
  const worst = Math.max(...values.slice(0, size));
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
