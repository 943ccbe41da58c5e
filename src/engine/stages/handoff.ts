import type { StudyState } from '../../core/run/state';
import type { StudyRecord } from '../studyRecord';
import type { Collector } from './collect';

export interface HandoffParts {
  readonly record: StudyRecord;
  readonly collector: Collector;
}

/** The last stages: says how a study ended, and hands its results over. */
export class Handoff {
  constructor(private readonly parts: HandoffParts) {}

  /** Records the end of a study whose runs have all ended, once. Results of a plan are written before it is recorded. */
  async end(): Promise<'done' | 'failed'> {
    const { record, collector } = this.parts;
    const { state } = record;
    const { outcome, note } = howItEnded(state);
    if (state.ended !== null) return outcome;
    const ended = outcome === 'done' ? 'passed' : 'failed';
    if (state.stages.some((each) => each.stage === 'deploy' && each.outcome === 'running'))
      record.happened({ type: 'stage.ended', stage: 'deploy', outcome: ended, note });
    if (state.study?.kind === 'plan') {
      await collector.writeResults('Initial experiment results');
      record.happened(
        { type: 'stage.ended', stage: 'collect', outcome: 'passed', note: 'Results are written.' },
        { type: 'stage.ended', stage: 'handoff', outcome: 'passed', note: '' },
      );
    }
    record.happened({ type: 'study.ended', outcome, note });
    return outcome;
  }
}

/** `failed`: a run failed, or a gate did; the note names them. A sanity gate must pass, others must not fail. */
function howItEnded(state: StudyState): { outcome: 'done' | 'failed'; note: string } {
  const failed = [...state.jobs.values()]
    .filter((job) => !job.obsolete && job.phase.kind === 'failed')
    .map((job) => job.job.id);
  const gates = [...state.milestones.values()].filter(
    ({ gate, milestone }) =>
      gate?.verdict === 'failed' || (gate && milestone.kind === 'sanity' && gate.verdict !== 'passed'),
  );
  if (failed.length + gates.length === 0) return { outcome: 'done', note: 'Every run has ended.' };
  const sentences = [
    failed.length > 0 ? `Failed: ${failed.join(', ')}.` : '',
    ...gates.map(({ milestone, gate }) => `Gate of ${milestone.id}: ${gate?.why}`),
  ];
  return { outcome: 'failed', note: sentences.filter(Boolean).join(' ') };
}
