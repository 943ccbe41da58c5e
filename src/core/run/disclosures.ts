import type { Language } from '../results/report/messages';
import { disclosureWords, type DisclosureWords } from './disclosureWords';
import { hashOfKey } from './jobKey';
import type { StudyState } from './state';

/**
 * What a reader of the results has to know about how they came to be: every variant that was tried and discarded, what
 * agents changed of the science, changes of the locked evaluation, and what a model judged.
 */
export function disclosures(state: StudyState, language: Language): readonly string[] {
  const { agents } = state;
  const words = disclosureWords(language);
  return [
    ...variants(state, words),
    ...[...agents.changes.values()].flatMap((change) => {
      const { takenBy, deviations } = change;
      return takenBy === null ? [] : deviations.map((each) => words.departs(change, takenBy, each));
    }),
    ...[...agents.repairs].flatMap(([run, repairs]) => {
      const tried = repairs.filter(({ end }) => end?.outcome === 'tried').length;
      return tried === 0 ? [] : [words.repaired(run, tried)];
    }),
    ...evaluations(state, words),
    ...[...agents.criteria.values()].map((judged) => words.criterion(judged, judged.verdict)),
    ...[...agents.curves].map(([run, judged]) => words.curve(run, judged, judged.verdict)),
  ];
}

/** Changes of the locked evaluation: those that a person insisted on, and one at the end that nobody approved. */
function evaluations(
  { agents: { evaluatorChanges } }: StudyState,
  words: DisclosureWords,
): readonly string[] {
  return evaluatorChanges.flatMap(({ changes, by, resolution }, index) => {
    if (resolution === 'disclosed') return words.insisted(by, changes);
    return index === evaluatorChanges.length - 1 ? words.unapproved(changes) : [];
  });
}

/** Runs that were started and are no part of the study any more, and commands that were edited after they ran. */
function variants(state: StudyState, words: DisclosureWords): readonly string[] {
  const lines: string[] = [];
  for (const { job, attempts, obsolete } of state.jobs.values()) {
    if (attempts.length === 0) continue;
    if (obsolete) {
      lines.push(words.discarded(job.id, job.system, attempts.length));
      continue;
    }
    const last = hashOfKey(attempts.at(-1)!.key);
    const earlier = attempts.filter(({ key, only }) => only === undefined && hashOfKey(key) !== last);
    if (earlier.length > 0) lines.push(words.earlierCommand(job.id, earlier.length));
  }
  return lines;
}
