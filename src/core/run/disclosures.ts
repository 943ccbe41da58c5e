import { describeDeviation } from '../agents/deviations';
import { hashOfKey } from './jobKey';
import type { StudyState } from './state';

/**
 * What a reader of the results has to know about how they came to be: every variant that was tried and discarded, what
 * agents changed of the science, changes of the locked evaluation, and what a model judged.
 */
export function disclosures(state: StudyState): readonly string[] {
  const { agents } = state;
  return [
    ...variants(state),
    ...[...agents.changes.values()].flatMap(({ deviations, takenBy, title }) =>
      takenBy === null
        ? []
        : deviations.map(
            (each) => `Departs from the plan (${title}, taken by ${takenBy}): ${describeDeviation(each)}.`,
          ),
    ),
    ...[...agents.repairs].flatMap(([run, repairs]) => {
      const tried = repairs.filter(({ end }) => end?.outcome === 'tried').length;
      return tried === 0
        ? []
        : [
            `${run} was repaired ${times(tried)} before it counted; refine-logs/SANITY_REPAIRS.md has every move.`,
          ];
    }),
    ...evaluations(state),
    ...[...agents.criteria.values()].map(
      ({ subject, text, verdict, why, judge }) =>
        `No program can judge “${text}” (${subject}); in the judgement of the model ${judge.model} (${judge.carrier}): ${verdict}. ${why}`,
    ),
    ...[...agents.curves].map(
      ([run, { verdict, why, judge }]) =>
        `The curve of ${run} in the judgement of the model ${judge.model}: ${verdict}. ${why}`,
    ),
  ];
}

/** Changes of the locked evaluation: those that a person insisted on, and one at the end that nobody approved. */
function evaluations({ agents: { evaluatorChanges } }: StudyState): readonly string[] {
  return evaluatorChanges.flatMap(({ changes, by, resolution }, index) => {
    if (resolution === 'disclosed')
      return `The locked evaluation was changed after it was approved, and ${by} approved it again: ${changes.join('; ')}.`;
    return index === evaluatorChanges.length - 1
      ? `The locked evaluation was changed after it was approved, and nobody has approved the change: ${changes.join('; ')}.`
      : [];
  });
}

/** Runs that were started and are no part of the study any more, and commands that were edited after they ran. */
function variants(state: StudyState): readonly string[] {
  const lines: string[] = [];
  for (const { job, attempts, obsolete } of state.jobs.values()) {
    if (attempts.length === 0) continue;
    if (obsolete) {
      lines.push(
        `Tried and discarded: ${job.id}${job.system === null ? '' : ` (${job.system})`}, started ${times(attempts.length)}, is no part of the study any more.`,
      );
      continue;
    }
    const last = hashOfKey(attempts.at(-1)!.key);
    const earlier = attempts.filter(({ key, only }) => only === undefined && hashOfKey(key) !== last);
    if (earlier.length > 0)
      lines.push(`Tried and discarded: an earlier command of ${job.id}, started ${times(earlier.length)}.`);
  }
  return lines;
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
