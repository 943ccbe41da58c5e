import type { Curve, Finding } from '../model';
import { blocksOf, median, noiseOf, trendZ, type Block } from '../robust';
import { badnessOf, headOf, round } from './shape';

const fewestPoints = 30;
/** Blocks that trends are judged over. */
const blockCount = 12;
/** Above this z a fall is not significant (10 % one-sided). */
const fallingZ = -1.28;
/**
 * Level over the first loss. Above `notBegun` nothing was learned; below `mayHaveConverged` a loss that
 * stands may simply have reached its floor, which a curve alone can't tell.
 */
const notBegun = 0.85;
const mayHaveConverged = 0.6;
/** Change of level that counts as none, as a share of the level. */
const noChange = 0.02;

/**
 * The level on which the end of the loss stands, from the share `from` of its points on: all of twelve blocks
 * within 2 % of each other, or within four standard errors and without a falling trend (Mann–Kendall, 10 %
 * one-sided). Null where it still moves.
 */
function standsAt(values: readonly number[], from: number): number | null {
  const end = values.slice(Math.floor(from * values.length));
  const size = Math.floor(end.length / blockCount);
  if (end.length < fewestPoints) return null;
  const medians = blocksOf(end, size).map((block: Block) => block.median);
  const level = median(medians);
  const spread = Math.max(...medians) - Math.min(...medians);
  const error = (1.25 * noiseOf(end)) / Math.sqrt(size);
  const stands = spread <= noChange * Math.abs(level) || (spread <= 4 * error && trendZ(medians) >= fallingZ);
  return stands ? level : null;
}

function lossesOf(curve: Curve): number[] | null {
  const values = badnessOf(curve);
  const isTraining = curve.kind === 'loss' && curve.role === 'train';
  return isTraining && values.length >= fewestPoints && startOf(curve) > 0 ? values : null;
}

function startOf(curve: Curve): number {
  return median(headOf(curve).slice(0, 3));
}

/**
 * `stalled`: a training loss that has moved with noise only since the start. Definition: it stands over the
 * last five sixths of the run (the first may calibrate the output layer), above 85 % of its first values. The
 * initial-loss check of Karpathy's "A Recipe for Training Neural Networks" (2019), made over time. Window:
 * the whole curve, 36 points at least.
 */
export function detectStalled(curve: Curve): Finding | null {
  const from = 1 / 6;
  const values = lossesOf(curve);
  const level = values && standsAt(values, from);
  if (!values || level === null || level < notBegun * startOf(curve)) return null;
  const { series, parts } = curve;
  const step = parts[Math.floor(from * values.length)]!.firstStep;
  const sentence = `${series} is still about ${round(level)}, as at the start, with noise and no progress since step ${step}; the run has not begun to learn: check labels, learning rate and that the optimiser holds the model's parameters`;
  return { detector: 'stalled', series, step, sentence, severity: 'unsure' };
}

/**
 * `plateau`: a training loss that fell at first and has stood in its noise ever since. Definition: it stands
 * over the last three quarters of the run, above 60 % of its first values but not above 85 % (that is
 * `stalled`). The patience rule of Prechelt, "Early Stopping – But When?" (1998), with a test in place of a
 * count. Window: the last three quarters, 40 points in all at least.
 */
export function detectPlateau(curve: Curve): Finding | null {
  const from = 1 / 4;
  const values = lossesOf(curve);
  const level = values && standsAt(values, from);
  if (!values || level === null) return null;
  const share = level / startOf(curve);
  if (share < mayHaveConverged || share >= notBegun) return null;
  const { series, parts } = curve;
  const step = parts[Math.floor(from * values.length)]!.firstStep;
  const sentence = `${series} fell at first and stays at about ${round(level)} since step ${step}; more of the same will hardly help: try another learning rate, or see what the model can't represent`;
  return { detector: 'plateau', series, step, sentence, severity: 'unsure' };
}
