import { curvePrompt, curveSchema } from '../core/agents/judgements';
import type { ComputeBackend } from '../core/ports';
import { followedRun } from '../core/run/followedRun';
import { homeOf } from '../core/run/jobHandle';
import { openAttempts, type OpenAttempt } from './openAttempts';
import { askJudge } from './review/askJudge';
import type { ReviewParts } from './review/reviewStudy';
import type { StudyRecord } from './studyRecord';

export interface CurveJudgeParts {
  readonly record: StudyRecord;
  readonly root: string;
  readonly backend: Pick<ComputeBackend, 'cancel'>;
  reviewers(): ReviewParts | null;
  commit(signal: AbortSignal): Promise<void>;
}

/** What detectors of the training check flag: `plateau: loss …`. */
const flagged =
  /^(nan|divergence|spike|flat|plateau|stalled|overfitting|dead-learning-rate|\w+-gradient|worse-than-baseline): /;

/**
 * Has a model judge the curves of running runs that the program flagged and did not stop: once for each run, beside
 * everything else. STOP stops the run only where `bridge.health` says so; the word is the model's, and shown as such.
 */
export class CurveJudge {
  private asking: Promise<void> | null = null;
  private readonly asked = new Set<string>();

  constructor(private readonly parts: CurveJudgeParts) {}

  /** Returns at once. */
  look(signal: AbortSignal): void {
    const { record } = this.parts;
    if (this.asking || record.state.study?.options.health === 'off') return;
    const unclear = openAttempts(record.state).find(
      ({ job, attempt }) =>
        attempt.stopping === null &&
        job.flags.some((flag) => flagged.test(flag)) &&
        !this.asked.has(attempt.key),
    );
    if (!unclear || (this.parts.reviewers()?.reviewers.length ?? 0) === 0) return;
    this.asked.add(unclear.attempt.key);
    // Nobody's answer is no answer: the flag stands by itself.
    this.asking = this.judge(unclear, signal)
      .catch(() => undefined)
      .finally(() => (this.asking = null));
  }

  async settle(): Promise<void> {
    await this.asking;
  }

  private async judge({ job, attempt }: OpenAttempt, signal: AbortSignal): Promise<void> {
    const { record, backend, root } = this.parts;
    const run = job.job.id;
    const home = attempt.handle === null ? null : homeOf(attempt.handle);
    const place = followedRun(root, job);
    const inside = (path: string) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
    const named = [
      ...job.job.metrics.map(({ file }) => file),
      ...(home === null ? [] : [inside(`${home}/log`)]),
    ];
    const judged = await askJudge(
      this.parts.reviewers(),
      {
        ...{ purpose: `curve-${run}`, schema: curveSchema, named },
        prompt: curvePrompt({
          run,
          findings: job.flags,
          curve: `It stands in these files: ${named.join(', ')}${place === null ? '' : ' (the log holds what was printed)'}`,
        }),
      },
      signal,
    );
    if (judged.kind === 'nobody') return;
    const { verdict, why } = judged.value;
    record.happened({ type: 'curve.judged', job: run, verdict, why, judge: judged.judge });
    const now = record.state.jobs.get(run);
    const live = now?.phase.kind === 'running' && now.attempts.at(-1)?.key === attempt.key;
    if (verdict === 'STOP' && record.state.study?.options.health === 'stop' && live) {
      record.happened({
        type: 'attempt.stopping',
        key: attempt.key,
        reason: 'health',
        by: judged.judge.model,
      });
      await this.parts.commit(signal);
      await backend.cancel([attempt.key], 'health', signal);
    } else await this.parts.commit(signal);
  }
}
