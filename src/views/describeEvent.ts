import type { RunEvent, StopReason } from '../core/run/event';
import { describeReview, hasCritical } from '../core/run/review';
import { describeCheckpointSize } from './checkpointSize';
import type { Translate } from '../core/text/translate';
import { describeAgentsEvent } from './describeAgentsEvent';
import { describeRentalEvent } from './describeRentalEvent';
import type { EventSentence } from './eventSentence';
import { describeDuration, describeList } from './words';

const plain = (sentence: string, more: Partial<EventSentence> = {}): EventSentence => ({
  ...{ sentence, by: null, run: null, tone: 'plain' },
  ...more,
});

/** What an event says. `runOf` finds the run that an attempt's key belongs to. */
export function describeEvent(
  event: RunEvent,
  runOf: (key: string) => string | null,
  t: Translate,
): EventSentence {
  const ofKey = (key: string) => runOf(key) ?? key;
  switch (event.type) {
    case 'study.declared':
      return plain(
        t('{0}: {1} runs declared, on {2}', event.study.title, event.study.jobs.length, event.study.target),
        {
          by: event.by === '' ? null : event.by,
        },
      );
    case 'stage.started':
      return plain(t('Stage begins: {0}', describeStage(event.stage, t)));
    case 'stage.ended':
      return stageEnded(event, t);
    case 'checkpoint.shown':
      return plain(
        t('Bridge asks for your approval: {0}', describeCheckpointSize(event.checkpoint.milestones, t)),
        {
          tone: 'ask',
        },
      );
    case 'checkpoint.approved':
      return plain(t('Approved: {0}', describeList(event.milestones, t, 6)), { by: event.by, tone: 'good' });
    case 'checkpoint.rejected':
      return plain(event.reason === '' ? t('Not approved') : t('Not approved: {0}', event.reason), {
        by: event.by,
      });
    case 'checkpoint.voided':
      return plain(t('The approval no longer holds: {0}', describeList(event.changes, t, 4)), {
        tone: 'ask',
      });
    case 'review.finished':
      return plain(describeReview(event, new Map(), null), {
        tone: hasCritical(event, new Map()) ? 'ask' : 'plain',
      });
    case 'finding.waived':
      return plain(t('Finding waived: {0}', event.reason), { by: event.by });
    case 'gate.judged':
      return gateJudged(event, t);
    case 'attempt.requested': {
      const where = event.gpus.length === 0 ? event.host : `${event.host}:${event.gpus.join(',')}`;
      const sentence =
        event.attempt <= 1
          ? t('{0} starts on {1}', event.job, where)
          : t('{0} starts on {1}, attempt {2}', event.job, where, event.attempt);
      return plain(sentence, { run: event.job });
    }
    case 'attempt.queued':
      return plain(
        event.why === null
          ? t('{0} is in the queue', ofKey(event.key))
          : t('{0} is in the queue: {1}', ofKey(event.key), event.why),
        { run: runOf(event.key) },
      );
    case 'attempt.started':
      return plain(t('{0} is running', ofKey(event.key)), { run: runOf(event.key) });
    case 'attempt.unreachable':
      return plain(t('{0} cannot be reached: {1}', ofKey(event.key), event.why), {
        run: runOf(event.key),
        tone: 'bad',
      });
    case 'attempt.abandoned':
      return plain(t('{0} was given up: {1}', ofKey(event.key), event.why), {
        ...{ run: runOf(event.key), by: event.by, tone: 'bad' },
      });
    case 'attempt.cleared':
      return plain(t('Nothing is left of an attempt of {0} that was given up', ofKey(event.key)), {
        run: runOf(event.key),
      });
    case 'attempt.stopping':
      return plain(stopping(ofKey(event.key), event.reason, t), { run: runOf(event.key), by: event.by });
    case 'attempt.exited':
      return plain(t('{0} ended with exit code {1}', ofKey(event.key), event.exit.code), {
        run: runOf(event.key),
      });
    case 'attempt.lost':
      return plain(t('{0} was lost: {1}', ofKey(event.key), event.why), {
        run: runOf(event.key),
        tone: 'bad',
      });
    case 'capacity.seen': {
      const free = event.gpus.filter(({ state }) => state === 'free').length;
      const missing = event.missing.length === 0 ? '' : ` ${event.missing.join(' ')}`;
      return plain(
        event.gpus.length === 0
          ? t('{0} has no GPU.{1}', event.host, missing)
          : t('{0}: {1} of {2} GPUs are free.{3}', event.host, free, event.gpus.length, missing),
      );
    }
    case 'job.completed': {
      const metrics = event.metrics
        .slice(0, 2)
        .map(({ name, value }) => `${name} ${Number(value.toPrecision(4))}`);
      const sentence =
        metrics.length === 0
          ? t('{0} is done', event.job)
          : t('{0} is done: {1}', event.job, metrics.join(', '));
      return plain(sentence, { run: event.job, tone: 'good' });
    }
    case 'job.failed':
      return plain(t('{0} failed: {1}', event.job, event.failure.message), { run: event.job, tone: 'bad' });
    case 'job.skipped':
      return plain(t('{0} is skipped: {1}', event.job, event.why), { run: event.job });
    case 'job.cancelled':
      return plain(t('{0} was cancelled', event.job), { run: event.job, by: event.by });
    case 'job.retried':
      return plain(
        event.delayMs > 0
          ? t('{0} is tried again in {1}: {2}', event.job, describeDuration(event.delayMs, t), event.why)
          : t('{0} is tried again: {1}', event.job, event.why),
        { run: event.job, by: event.by },
      );
    case 'job.paused':
      return plain(t('{0} is paused', event.job), { run: event.job, by: event.by });
    case 'job.resumed':
      return plain(t('{0} may start again', event.job), { run: event.job, by: event.by });
    case 'job.prioritised':
      return plain(t('{0} has priority {1}', event.job, event.priority), { run: event.job, by: event.by });
    case 'money.reached':
      return plain(
        event.level === 'spent'
          ? t(
              '${0} of ${1} are spent: nothing more starts',
              event.usedUsd.toFixed(2),
              event.limitUsd.toFixed(2),
            )
          : t('${0} of ${1} are spent', event.usedUsd.toFixed(2), event.limitUsd.toFixed(2)),
        { tone: event.level === 'spent' ? 'bad' : 'ask' },
      );
    case 'cost.started':
      return plain(t('{0} costs ${1} an hour from now on', event.host, event.usdPerHour.toFixed(2)));
    case 'cost.ended':
      return plain(
        event.usd === null
          ? t('{0} costs nothing more', event.charge)
          : t('{0} costs nothing more; it came to ${1}', event.charge, event.usd.toFixed(2)),
      );
    case 'rental.requested':
    case 'rental.found':
    case 'rental.ready':
    case 'rental.ending':
    case 'rental.gone':
      return describeRentalEvent(event, t);
    case 'budget.reached':
      return plain(
        event.level === 'spent'
          ? t(
              '{0} of {1} GPU-hours are used: nothing more starts',
              event.usedGpuHours.toFixed(2),
              event.limitGpuHours,
            )
          : t('{0} of {1} GPU-hours are used', event.usedGpuHours.toFixed(2), event.limitGpuHours),
        { tone: event.level === 'spent' ? 'bad' : 'ask' },
      );
    case 'job.flagged':
      return plain(t('{0}: {1}', event.job, event.why), { run: event.job, tone: 'bad' });
    case 'tracker.writing':
      return plain(t('The tracker is being brought up to date'));
    case 'tracker.written':
      return plain(t('Tracker: {0} is {1}', event.job, event.status), { run: event.job });
    case 'tracker.disputed':
      return plain(
        t(
          'The tracker says "{0}" for {1}, Bridge found {2}; your word stands',
          event.theirs,
          event.job,
          event.ours,
        ),
        {
          ...{ run: event.job, tone: 'ask' },
        },
      );
    case 'report.written':
      return plain(t('{0} was written', event.path));
    case 'intent.refused':
      return plain(t('Refused: {0} ({1})', event.why, event.intent), { by: event.by, tone: 'bad' });
    case 'intent.taken':
      return plain(t('A request was taken up'));
    case 'study.ended': {
      const tone = event.outcome === 'done' ? 'good' : event.outcome === 'failed' ? 'bad' : 'plain';
      return plain(describeEnd(event.outcome, event.note, t), { tone });
    }
    default:
      return describeAgentsEvent(event, t);
  }
}

export function describeStage(
  stage: Extract<RunEvent, { type: 'stage.started' }>['stage'],
  t: Translate,
): string {
  switch (stage) {
    case 'parse':
      return t('Read the plan');
    case 'implement':
      return t('Implement');
    case 'review':
      return t('Review');
    case 'sanity':
      return t('Sanity');
    case 'repair':
      return t('Repair');
    case 'checkpoint':
      return t('Checkpoint');
    case 'deploy':
      return t('Deploy');
    case 'collect':
      return t('Collect');
    case 'ablate':
      return t('Ablations');
    case 'handoff':
      return t('Handoff');
  }
}

export function describeEnd(outcome: 'done' | 'failed' | 'stopped', note: string, t: Translate): string {
  const word =
    outcome === 'done'
      ? t('The study is done')
      : outcome === 'failed'
        ? t('The study ended with failures')
        : t('The study was stopped');
  return note === '' ? word : t('{0}: {1}', word, note);
}

function stageEnded(
  { stage, outcome, note }: Extract<RunEvent, { type: 'stage.ended' }>,
  t: Translate,
): EventSentence {
  const label = describeStage(stage, t);
  const with_ = (sentence: string) => (note === '' ? sentence : t('{0}: {1}', sentence, note));
  switch (outcome) {
    case 'passed':
      return plain(with_(t('Stage done: {0}', label)), { tone: 'good' });
    case 'failed':
      return plain(with_(t('Stage failed: {0}', label)), { tone: 'bad' });
    case 'skipped':
      return plain(with_(t('Stage skipped: {0}', label)));
    case 'waiting':
      return plain(with_(t('Stage waits for you: {0}', label)), { tone: 'ask' });
  }
}

function gateJudged(
  { milestone, verdict, why, by }: Extract<RunEvent, { type: 'gate.judged' }>,
  t: Translate,
): EventSentence {
  switch (verdict) {
    case 'passed':
      return plain(t('The gate of {0} passed: {1}', milestone, why), { by, tone: 'good' });
    case 'failed':
      return plain(t('The gate of {0} failed: {1}', milestone, why), { by, tone: 'bad' });
    case 'not-judged':
      return plain(t('The gate of {0} was not judged: {1}', milestone, why), { by });
  }
}

function stopping(run: string, reason: StopReason, t: Translate): string {
  switch (reason) {
    case 'cancelled':
      return t('{0} is being cancelled', run);
    case 'timeout':
      return t('{0} is stopped: its time limit has passed', run);
    case 'budget':
      return t('{0} is stopped: the budget is used up', run);
    case 'money':
      return t('{0} is stopped: the money of the budget is spent', run);
    case 'health':
      return t('{0} is stopped: the training check says that it will give nothing', run);
  }
}
