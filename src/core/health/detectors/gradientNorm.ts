import type { Curve, Finding } from '../model';
import { blocksOf, median } from '../robust';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { round } from './shape';

const fewestPoints = 40;
const blockCount = 20;
/** Blocks at the end that must all be far off, so that one bad batch is none. */
const endBlocks = 3;

/**
 * `exploding-gradient` and `vanishing-gradient`, where a run logs the norm of its gradient (Pascanu, Mikolov & Bengio,
 * "On the difficulty of training recurrent neural networks", ICML 2013). Definition, over twenty blocks of the whole
 * curve: the medians of the last three all lie above a hundred times the median of the first half; or below a millionth
 * (float32 updates of that size mostly round away) of the median of the first five. A norm that falls as a run converges, by hundreds, is neither. Window: the whole
 * curve, 40 points at least.
 */
export function detectGradientNorm(
  curve: Curve,
  { explodingFactor, vanishingShare }: Thresholds = defaultThresholds,
): Finding | null {
  const values = curve.parts.map(({ mean }) => mean);
  if (values.length < fewestPoints) return null;
  const blocks = blocksOf(values, Math.floor(values.length / blockCount));
  const medians = blocks.map((block) => block.median);
  const end = blocks.slice(-endBlocks);
  const { series } = curve;
  const step = curve.parts[end[0]!.from]!.firstStep;
  const usual = median(medians.slice(0, Math.floor(medians.length / 2)));
  const first = median(medians.slice(0, 5));
  const now = round(median(end.map((block) => block.median)));
  if (usual > 0 && end.every((block) => block.median > explodingFactor * usual)) {
    const sentence = `${series} rose from about ${round(usual)} to ${now} and stays there; clip gradients or lower the learning rate before the loss follows`;
    return { detector: 'exploding-gradient', series, step, sentence, severity: 'unsure' };
  }
  if (first > 0 && end.every((block) => block.median < vanishingShare * first)) {
    const sentence = `${series} fell from about ${round(first)} to ${now}: updates of that size change nothing; look for saturated units, a detached graph or a mixed-precision scale of zero`;
    return { detector: 'vanishing-gradient', series, step, sentence, severity: 'unsure' };
  }
  return null;
}
