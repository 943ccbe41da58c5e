import type { MilestoneResult, RunResult, StudyResult } from './model';
import { groupRuns, systemOf, type RunGroup } from './runGroup';

/** What a criterion is judged on. */
export interface Evidence {
  /** Groups whose systems are judged. */
  readonly groups: readonly RunGroup[];
  /** Groups among which a reference is looked up: the whole study without its sanity runs. */
  readonly references: readonly RunGroup[];
  readonly baselines: Readonly<Record<string, string>>;
  /** Systems that run in milestones of kind `baseline`. */
  readonly baselineSystems: readonly string[];
  readonly primaryMetric: StudyResult['primaryMetric'];
  /** "Compared systems" of the block, as written. */
  readonly systems: string | null;
}

type Study = Pick<StudyResult, 'milestones' | 'baselines' | 'primaryMetric'>;

/** All runs of the study that results are made of: a sanity run is short on purpose and never part of a mean. */
export function resultRuns(study: Pick<StudyResult, 'milestones'>): readonly RunResult[] {
  return study.milestones.filter(({ kind }) => kind !== 'sanity').flatMap(({ runs }) => runs);
}

/** Evidence for a criterion of a block: which systems it is about follows from its text (see `candidatesOf`). */
export function blockEvidence(study: Study, systems: string | null): Evidence {
  const { references } = shared(study);
  return { ...common(study), groups: references, references, systems };
}

/** Evidence for the gate of a milestone: the runs of that milestone. */
export function milestoneEvidence(study: Study, milestone: MilestoneResult): Evidence {
  return {
    ...common(study),
    // What was cut or skipped has no answer to wait for.
    groups: groupRuns(milestone.runs.filter(({ status }) => status !== 'SKIPPED')),
    references: shared(study).references,
    systems: null,
  };
}

function common(study: Study) {
  const { baselines, primaryMetric } = study;
  return { baselines, primaryMetric, baselineSystems: shared(study).baselineSystems };
}

const known = new WeakMap<Study['milestones'], Pick<Evidence, 'references' | 'baselineSystems'>>();

/** What every judgement of a study looks at, made once a study: with 10,000 runs it is most of the work. */
function shared({ milestones }: Study): Pick<Evidence, 'references' | 'baselineSystems'> {
  let found = known.get(milestones);
  if (found === undefined) {
    const baselineRuns = milestones.filter(({ kind }) => kind === 'baseline').flatMap(({ runs }) => runs);
    found = {
      references: groupRuns(resultRuns({ milestones })),
      baselineSystems: [...new Set(baselineRuns.map(systemOf))],
    };
    known.set(milestones, found);
  }
  return found;
}

/** Whether a text names a system, as a whole word: `sgd` is not named by `sgd-same-rate`. */
export function names(text: string, system: string): boolean {
  const escaped = system.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[\s_-]+/g, '[\\s_-]+');
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'i').test(text);
}

/** Every system of the groups that a text names. */
export function namedSystems(text: string, groups: readonly RunGroup[]): readonly string[] {
  return [...new Set(groups.map(({ system }) => system))].filter((system) => names(text, system));
}
