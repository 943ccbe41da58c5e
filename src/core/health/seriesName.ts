/**
 * What a series measures, as far as its name tells. `other` is watched for NaN only, `counter` not at all.
 */
export type SeriesKind = 'loss' | 'score' | 'learning-rate' | 'gradient' | 'counter' | 'other';

const counter =
  /^(time|timestamp|wall|clock|elapsed|eta|runtime|seconds|secs|ms|epoch|step|steps|iter|iteration|iterations|tokens|samples|examples|batch|mfu|throughput)$/;
const learningRate = /^(lr|learningrate|lrs)$/;
/** Losses of games between networks and of bootstrapped targets rise and fall in healthy runs too. */
const adversarial =
  /^(g|d|gen|disc|generator|discriminator|adv|critic|actor|policy|value|td|vf|pg|q|kl|entropy|commit|vq|alpha)$/;
const gradient = /^(grad|grads|gradient|gradients|gradnorm|gnorm)$/;
const loss =
  /^(loss|losses|nll|ppl|perplexity|bpb|bpc|ce|crossentropy|mse|mae|rmse|l1|l2|err|error|wer|cer|fid)$/;
const score =
  /^(acc|accuracy|f1|auc|auroc|auprc|map|ap|bleu|rouge|iou|miou|dice|precision|recall|top1|top5|psnr|ssim|r2|mcc|em|ndcg|hits|mrr)$/;
const validation = /^(val|valid|validation|eval|evaluation|test|dev|heldout)$/;
const training = /^(train|training|tr)$/;

/** Words of a name: `val/top1_accuracy`, `valLoss` and `eval.loss` are split at separators and at humps. */
function words(series: string): string[] {
  return series
    .replace(/learning[_ -]?rate/i, 'learningrate')
    .replace(/cross[_ -]?entropy/i, 'crossentropy')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

export function kindOf(series: string): SeriesKind {
  const parts = words(series);
  const has = (pattern: RegExp): boolean => parts.some((word) => pattern.test(word));
  if (has(learningRate)) return 'learning-rate';
  if (has(adversarial)) return 'other';
  if (has(gradient)) return 'gradient';
  if (has(score)) return 'score';
  // `step_loss` is a loss; `step_time` and `epoch` count.
  if (has(loss) && !has(/^(scale|weight|time|norm)$/)) return 'loss';
  return has(counter) ? 'counter' : 'other';
}

/** A series without a word for its split is what training itself prints. */
export function roleOf(series: string): 'train' | 'validation' {
  return words(series).some((word) => validation.test(word)) ? 'validation' : 'train';
}

/**
 * The name without its split, equal for `train/loss`, `val_loss` and `loss`: how a validation series finds
 * its training twin.
 */
export function measureOf(series: string): string {
  return words(series)
    .filter((word) => !validation.test(word) && !training.test(word))
    .sort()
    .join(' ');
}
