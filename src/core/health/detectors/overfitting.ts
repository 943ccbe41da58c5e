import type { Curve, Finding } from '../model';
import { blocksOf, noiseOf } from '../robust';
import { badnessOf, blockSize, round } from './shape';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { improvedSince } from './trainingTwin';

/**
 * Without a training series that goes on improving, the validation loss must rise by this many times as much.
 */
const aloneFactor = 2;
/** A score is bounded; losing this share of the best one counts. */
const leastLoss = { withTraining: 0.02, alone: 0.05 } as const;
const deviations = 4;
/** The best block lies at least this many blocks back. */
const blocksSinceBest = 2;
const fewestPoints = 9;

/**
 * `overfitting`: validation gets worse while training gets better. Definition: the last block of the
 * validation series is worse than its best one by 5 % (a score: 2 %) and by four deviations of noise, the
 * best one is at least two blocks back, and the training series of the same measure is better now than it was
 * then. Without a training series twice as much is asked for. This is the generalisation loss GL of Prechelt,
 * "Early Stopping – But When?" (1998), on medians. Window: the whole curve in blocks of three points or 5 %.
 */
export function detectOverfitting(
  validation: Curve,
  training: Curve | null,
  { overfittingRise }: Thresholds = defaultThresholds,
): Finding | null {
  const values = badnessOf(validation);
  if (validation.role !== 'validation' || values.length < fewestPoints) return null;
  const size = blockSize(values.length);
  const blocks = blocksOf(values, size);
  const last = blocks.at(-1)!;
  const best = blocks.reduce((a, b) => (b.median < a.median ? b : a));
  const since = blocks.length - 1 - blocks.indexOf(best);
  const rise = last.median - best.median;
  const noise = (deviations * 1.25 * noiseOf(values)) / Math.sqrt(size);
  const at = validation.parts[best.from + (size >> 1)]!.firstStep;
  const improved = training === null ? null : improvedSince(training, at);
  const leastRise = { withTraining: overfittingRise, alone: aloneFactor * overfittingRise };
  const least = (validation.kind === 'loss' ? leastRise : leastLoss)[
    improved === null ? 'alone' : 'withTraining'
  ];
  const top = Math.max(...blocks.slice(blocks.indexOf(best)).map((block) => block.median));
  const recovering = rise < 0.5 * (top - best.median);
  if (
    since < blocksSinceBest ||
    improved === false ||
    recovering ||
    rise <= noise ||
    rise < least * Math.abs(best.median)
  )
    return null;
  const sign = validation.kind === 'loss' ? 1 : -1;
  const twin = training === null ? '' : ` while ${training.series} goes on improving`;
  const sentence = `${validation.series} was best at step ${at} (${round(sign * best.median)}) and is ${round(sign * last.median)} now${twin}; report the checkpoint of step ${at}, and stop earlier or regularise`;
  return { detector: 'overfitting', series: validation.series, step: at, sentence, severity: 'unsure' };
}
