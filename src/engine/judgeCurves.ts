import { curvePrompt, curveSchema } from '../core/agents/judgements';
import type { Clock, ComputeBackend } from '../core/ports';
import { followedRun } from '../core/run/followedRun';
import { homeOf, type JobKey } from '../core/run/jobHandle';
import { openAttempts, type OpenAttempt } from './openAttempts';
import { askJudge } from './review/askJudge';
import type { ReviewParts } from './review/reviewStudy';
import type { StudyRecord } from './studyRecord';

export interface CurveJudgeParts {
  readonly record: StudyRecord;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly root: string;
  readonly backend: Pick<ComputeBackend, 'cancel'>;
  reviewers(): ReviewParts | null;
  commit(signal: AbortSignal): Promise<void>;
}

/** What detectors of the training check flag: `plateau: loss …`. */
const flagged =
  /^(nan|divergence|spike|flat|plateau|stalled|overfitting|dead-learning-rate|\w+-gradient|worse-than-baseline): /;

const minuteMs = 60_000;
/** How soon a curve may be judged again, and how long at most it goes unjudged while it is flagged. */
const [shortestMs, longestMs] = [10 * minuteMs, 60 * minuteMs];

/** When a run's curve was judged, and when it is again. */
interface Judging {
  /** ms of the clock that never jumps. */
  readonly askedAt: number;
  readonly intervalMs: number;
  /** Flags that the model was told; more of them are a reason to ask again. */
  readonly flags: number;
  /** STOP was said, and the person let the run go on: nothing more is asked without a new flag. */
  readonly isSettled: boolean;
}

/**
 * Has a model judge the curves of running runs that the program flagged and did not stop, beside everything else: at
 * once, and again after 10 minutes; while it is called healthy the time between doubles, up to an hour. STOP stops the
 * run only where `bridge.health` says so; the word is the model's, and shown as such.
 */
export class CurveJudge {
  private asking: Promise<void> | null = null;
  private readonly judged = new Map<JobKey, Judging>();

  /** What a driver before had judged is not asked about again at once. */
  constructor(private readonly parts: CurveJudgeParts) {
    const { state } = parts.record;
    for (const each of openAttempts(state)) {
      const word = state.agents.curves.get(each.job.job.id);
      if (word)
        this.judged.set(each.attempt.key, {
          ...{ askedAt: parts.clock.monotonic(), intervalMs: shortestMs, flags: flagsOf(each).length },
          isSettled: word.verdict === 'STOP',
        });
    }
  }

  /** Returns at once. */
  look(signal: AbortSignal): void {
    const { record, clock } = this.parts;
    if (this.asking || record.state.study?.options.health === 'off') return;
    const open = openAttempts(record.state);
    const keys = new Set(open.map(({ attempt }) => attempt.key));
    for (const key of this.judged.keys()) if (!keys.has(key)) this.judged.delete(key);
    const unclear = open.find((each) => this.isDue(each));
    if (!unclear || (this.parts.reviewers()?.reviewers.length ?? 0) === 0) return;
    const { key } = unclear.attempt;
    const before = this.judged.get(key);
    const asked = { askedAt: clock.monotonic(), flags: flagsOf(unclear).length };
    // Nobody's answer is no answer: the flag stands by itself, and the next time is as far away as after any.
    const intervalMs = longer(before?.intervalMs);
    this.judged.set(key, { ...asked, intervalMs, isSettled: false });
    this.asking = this.judge(unclear, signal)
      .then((verdict) => {
        const next = verdict === 'WAIT' ? shortestMs : intervalMs;
        this.judged.set(key, { ...asked, intervalMs: next, isSettled: verdict === 'STOP' });
      })
      .catch(() => undefined)
      .finally(() => (this.asking = null));
  }

  async settle(): Promise<void> {
    await this.asking;
  }

  private isDue(each: OpenAttempt): boolean {
    const flags = flagsOf(each);
    if (each.attempt.stopping !== null || flags.length === 0) return false;
    const before = this.judged.get(each.attempt.key);
    if (before === undefined) return true;
    const silentMs = this.parts.clock.monotonic() - before.askedAt;
    if (flags.length > before.flags) return silentMs >= shortestMs;
    return !before.isSettled && silentMs >= before.intervalMs;
  }

  /** The model's word; null: nobody gave one. */
  private async judge(
    { job, attempt }: OpenAttempt,
    signal: AbortSignal,
  ): Promise<'STOP' | 'CONTINUE' | 'WAIT' | null> {
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
    if (judged.kind === 'nobody') return null;
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
    return verdict;
  }
}

function flagsOf({ job }: OpenAttempt): readonly string[] {
  return job.flags.filter((flag) => flagged.test(flag));
}

/** The interval after this one; the first is the shortest. */
function longer(intervalMs: number | undefined): number {
  return intervalMs === undefined ? shortestMs : Math.min(2 * intervalMs, longestMs);
}
