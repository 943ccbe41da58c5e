import { WaitExplainer } from '../core/run/explainWait';
import { reasonOf } from '../core/run/studyResult';
import type { JobState, StudyState } from '../core/run/state';
import { statusWord, type StatusWord } from '../core/run/words';
import { systemClock } from '../store/systemClock';
import { short } from './data';
import { Refused, type ToolContext } from './tool';

/** A run and how it stands; one that there is not is refused, with the ids that there are. */
export function runOf(
  context: ToolContext,
  id: string,
): {
  readonly state: StudyState;
  readonly job: JobState;
  readonly status: StatusWord;
  readonly why: string | null;
} {
  const state = context.state();
  const job = state.jobs.get(id);
  if (!job) {
    const some = [...state.jobs.keys()].slice(0, 20).map((each) => short(each));
    throw new Refused(
      some.length === 0
        ? 'Nothing was started in this workspace yet, so there are no runs.'
        : `There is no run ${JSON.stringify(short(id))}. There are ${some.join(', ')}${state.jobs.size > some.length ? ', …' : ''}.`,
    );
  }
  const { kind } = job.phase;
  const ended = kind === 'failed' || kind === 'skipped' || kind === 'cancelled';
  const explain = new WaitExplainer(state, context.driving(), systemClock.now());
  return { state, job, status: statusWord(job), why: ended ? reasonOf(job) : explain.why(job) };
}
