import type { Plan } from '../core/plan/model';
import type { StudyDeclaration } from '../core/run/declaration';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import type { Problem } from '../core/text/span';
import type { Translate } from '../core/text/translate';
import type { DoctorInput } from './doctor';

/** What the workspace's documents say now, whether or not anything was deployed from them. */
export interface StudyInputs {
  /** Relative to the workspace; null where there is no such file. */
  readonly planPath: string | null;
  readonly trackerPath: string | null;
  readonly manifestPath: string | null;
  readonly plan: Plan | null;
  /** What would be run; null where the documents do not say it (no plan, or a manifest that cannot be read). */
  readonly study: StudyDeclaration | null;
  readonly problems: readonly Problem[];
  /** Paths where a plan or a tracker was looked for. */
  readonly lookedFor: readonly string[];
}

export const noInputs: StudyInputs = {
  planPath: null,
  trackerPath: null,
  manifestPath: null,
  plan: null,
  study: null,
  problems: [],
  lookedFor: [],
};

/** Everything that a view is computed from. */
export interface ViewInput {
  /** The journal, folded. */
  readonly state: StudyState;
  readonly inputs: StudyInputs;
  readonly driving: boolean;
  /** Hash of what a review would see now; absent or null: not known. */
  readonly contentHash?: string | null;
  /** False: everything can be read, nothing can be started. */
  readonly trusted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Newest values of a run's live metric. */
  readonly spark: (run: string, count: number) => readonly number[];
  readonly t: Translate;
  readonly language: 'en' | 'zh';
  /** What was found out about the machine; absent: nobody has looked. */
  readonly doctor?: DoctorInput;
}

const previews = new WeakMap<StudyDeclaration, StudyState>();

/** What is shown: the journal where something was deployed, else what the documents would run. */
export function shownState({ state, inputs }: Pick<ViewInput, 'state' | 'inputs'>): StudyState {
  if (state.study !== null || inputs.study === null) return state;
  let preview = previews.get(inputs.study);
  if (!preview) {
    const fold = new StateFold();
    fold.apply([{ at: 0, type: 'study.declared', study: inputs.study, by: '' }]);
    preview = { ...fold.state, timeline: [] };
    previews.set(inputs.study, preview);
  }
  return preview;
}
