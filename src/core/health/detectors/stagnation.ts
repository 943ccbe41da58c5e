import type { Curve, Finding } from '../model';
import { blocksOf, noiseOf, trendZ, type Block } from '../robust';
import { badnessOf, round } from './shape';

const fewestPoints = 30;
/** Blocks that trends are judged over. */
const blockCount = 12;
/** Above this z a fall is not significant (10 % one-sided). */
const fallingZ = -1.28;
/** A run that kept more than this share of its first loss has hardly learned, … */
const hardlyLearned = 0.5;
/** … and one that is below this share has converged. */
const converged = 0.1;
/** Change of level that counts as none, as a share of the level. */
const noChange = 0.02;

interface Levels {
  readonly values: readonly number[];
  readonly blocks: readonly Block[];
  /** Deviation of a block's median by noise alone. */
  readonly error: number;
}

function levelsOf(values: readonly number[]): Levels {
  const size = Math.floor(values.length / blockCount);
  return { values, blocks: blocksOf(values, size), error: (1.25 * noiseOf(values)) / Math.sqrt(size) };
}

function falls(blocks: readonly Block[], error: number): boolean {
  const medians = blocks.map((block) => block.median);
  return trendZ(medians) < fallingZ || medians[0]! - Math.min(...medians) > 4 * error;
}

/**
 * `stalled`: a training loss that has moved with noise only since the start. Definition: over twelve blocks
 * of the whole run no falling trend (Mann–Kendall, 10 % one-sided), levels within 2 % of each other, and
 * still above half of the first value. The initial-loss check of Karpathy's "A Recipe for Training Neural
 * Networks" (2019), made over time. Window: the whole curve, 30 points at least.
 */
export function detectStalled(curve: Curve): Finding | null {
  const values = badnessOf(curve);
  if (curve.kind !== 'loss' || curve.role !== 'train' || values.length < fewestPoints || values[0]! <= 0)
    return null;
  const { blocks, error } = levelsOf(values);
  const medians = blocks.map((block) => block.median);
  const level = medians.at(-1)!;
  const spread = Math.max(...medians) - Math.min(...medians);
  if (
    falls(blocks, error) ||
    spread > Math.max(noChange * level, 4 * error) ||
    level < hardlyLearned * values[0]!
  )
    return null;
  const { series, parts } = curve;
  const step = parts[blocks[0]!.from]!.firstStep;
  const sentence = `${series} is about ${round(level)} since step ${step}, with noise and no trend; the run has not begun to learn: check labels, learning rate and that the optimiser holds the model's parameters`;
  return { detector: 'stalled', series, step, sentence, severity: 'unsure' };
}

/**
 * `plateau`: a training loss that fell and then stopped falling halfway. Definition: the second half of the
 * run has no falling trend (Mann–Kendall, 10 % one-sided, over twelve blocks) and its level is within noise
 * or 2 % throughout, while the loss is still above a tenth of where it began. The patience rule of Prechelt,
 * "Early Stopping – But When?" (1998), with a test in place of a count. Window: the last half, 30 points at
 * least.
 */
export function detectPlateau(curve: Curve): Finding | null {
  const all = badnessOf(curve);
  const values = all.slice(all.length >> 1);
  if (curve.kind !== 'loss' || curve.role !== 'train' || values.length < fewestPoints) return null;
  const { blocks, error } = levelsOf(values);
  const medians = blocks.map((block) => block.median);
  const level = medians.at(-1)!;
  const first = Math.max(...all.slice(0, Math.max(1, Math.floor(all.length / 20))));
  const fell = first > 0 && level < hardlyLearned * first && level > converged * first;
  const spread = Math.max(...medians) - Math.min(...medians);
  if (!fell || falls(blocks, error) || spread > Math.max(noChange * level, 4 * error)) return null;
  const { series, parts } = curve;
  const step = parts[all.length - values.length + blocks[0]!.from]!.firstStep;
  const sentence = `${series} has not fallen below about ${round(level)} since step ${step}, half of the run; more of the same will hardly help: lower the learning rate, or stop here`;
  return { detector: 'plateau', series, step, sentence, severity: 'unsure' };
}
