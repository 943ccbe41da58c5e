import { problemSentences } from './problemSentences';
import type { Translate } from './translate';

/**
 * Sentences that the journal keeps in English, as templates, so that a person reads them in their own language. A test
 * holds each to the source that says it, and to a translation.
 */
export const recordedSentences: readonly string[] = [
  'No reviewer is configured, so no other model has read this code.',
  'Review is switched off (bridge.codeReview), so no other model has read this code.',
  'Nobody has checked that the evaluation uses the data set’s own labels.',
  'The reviewer says that the evaluation uses the data set’s own labels{0}.',
  'The reviewer says that the evaluation does NOT use the data set’s own labels{0}.',
  'The reviewer cannot tell whether the evaluation uses the data set’s own labels{0}.',
  'The study has no labels by design{0}.',
  'The plan has no sanity milestone; the first run goes alone first.',
  'Sanity has not run yet.',
  'Sanity failed.',
  'Sanity passed: {0}.',
  'Sanity passed.',
  'Waits for your approval.',
  'Approved by {0}: {1}.',
  'There is no checkpoint that waits for an approval.',
  'What the checkpoint showed has changed: {0}. Look at the new checkpoint and approve that.',
  'The checkpoint shows no milestone {0}. It shows {1}.',
  '{0} milestones, {1} runs',
  'Everything is there.',
  'Results are written.',
  'Every run has ended.',
  'it runs past twice its estimate',
  'it exited with 0, but {0}',
  'it never began',
  'it was killed before it began',
  'the machine restarted while it ran',
  'nothing of it is left on the target',
  'it was stopped because the budget of GPU-hours is used up',
  'Set bridge.budget.gpuHours higher, then retry the run',
  'Raise time_limit in the run manifest, or make the run shorter; then retry it',
  'there is no run "{0}" here',
  '{0} is running; wait until it has ended',
  '{0} has no entry in the manifest and was not run.',
];

interface Pattern {
  readonly template: string;
  readonly expression: RegExp;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patterns: readonly Pattern[] = [...recordedSentences, ...problemSentences].map((template) => ({
  template,
  expression: new RegExp(
    `^${template
      .split(/\{\d+\}/)
      .map(escaped)
      .join('([\\s\\S]*?)')}$`,
  ),
}));
const whole = new Map(
  patterns.filter(({ template }) => !/\{\d+\}/.test(template)).map((each) => [each.template, each]),
);
const withParts = patterns.filter(({ template }) => /\{\d+\}/.test(template));

/** A recorded sentence in the person's language; one that no template fits, such as a model's own words, stays as it is. */
export function sayRecorded(sentence: string, t: Translate): string {
  if (whole.has(sentence)) return t(sentence);
  for (const { template, expression } of withParts) {
    const found = expression.exec(sentence);
    if (found) return t(template, ...found.slice(1).map((part) => sayPart(part, t)));
  }
  return sentence;
}

/** A sentence can stand in another; what has no space, such as an id, is none. */
const sayPart = (part: string, t: Translate) => (part.includes(' ') ? sayRecorded(part, t) : part);
