import { styleText } from 'node:util';
import type { RunEvent } from '../core/run/event';
import type { StudyDeclaration } from '../core/run/declaration';
import type { StudyState } from '../core/run/state';
import { isSettled } from '../core/run/foldJobs';
import { english } from '../core/text/translate';
import { describeAgentsEvent } from '../views/describeAgentsEvent';
import type { CliIo } from './io';
import { placeText } from './placeText';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** Tells what happens, a line an event; in colour on a terminal, plain when piped. */
export function progressTo(io: CliIo, coloured: boolean): (event: RunEvent, state: () => StudyState) => void {
  const paint = (style: Style, text: string) => (coloured ? styleText(style, text) : text);
  return (event, state) => {
    switch (event.type) {
      case 'study.declared':
        io.note(
          paint('bold', `${event.study.title}: ${sizeOf(event.study)} on ${placeText(event.study.target)}`),
        );
        return tellObsolete(state(), io);
      case 'attempt.requested':
        return io.note(
          paint(
            'dim',
            `  … ${event.job}${describe(state(), event.job)}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''} starts`,
          ),
        );
      case 'job.completed': {
        const metrics = event.metrics
          .map((metric) => `${metric.name} ${Number(metric.value.toPrecision(4))}`)
          .join(', ');
        return io.note(
          `  ${paint('green', '✓')} ${event.job}${describe(state(), event.job)}  ${metrics}${elapsed(state(), event.job)}  ${count(state())}`,
        );
      }
      case 'job.failed':
        io.note(
          `  ${paint('red', '✕')} ${event.job}${describe(state(), event.job)}  ${event.failure.message}  ${count(state())}`,
        );
        // A line that the message repeats is shown once.
        for (const line of event.failure.evidence)
          if (!event.failure.message.includes(line.trim())) io.note(paint('dim', `      ${line}`));
        io.note(`      ${event.failure.advice.replace(/\.$/, '')}.`);
        return io.note(paint('dim', `      ${placesOf(event.job, state())}`));
      case 'job.retried':
        return io.note(`  ${paint('yellow', '↻')} ${event.job} is tried again: ${event.why}`);
      case 'job.skipped':
        return io.note(`  ${paint('yellow', '–')} ${event.job} is skipped: ${event.why}`);
      case 'job.cancelled':
        return io.note(`  ${paint('yellow', '–')} ${event.job} is cancelled`);
      case 'job.flagged':
        return io.note(`  ${paint('yellow', '!')} ${event.job}: ${event.why}`);
      case 'attempt.lost':
        return io.note(`  ${paint('yellow', '!')} an attempt was lost: ${event.why}`);
      case 'gate.judged': {
        const mark = {
          passed: paint('green', '✓'),
          failed: paint('red', '✕'),
          'not-judged': paint('yellow', '–'),
        }[event.verdict];
        return io.note(
          `${mark} Gate of ${event.milestone} ${event.verdict === 'not-judged' ? 'not judged' : event.verdict}: ${event.why}`,
        );
      }
      case 'stage.ended':
        return event.stage === 'review' || event.stage === 'ablate' ? io.note(event.note) : undefined;
      case 'checkpoint.approved':
        return io.note(`Approved by ${event.by}: ${event.milestones.join(', ')}`);
      case 'tracker.disputed':
        return io.note(
          `The tracker says "${event.theirs}" of ${event.job}, Bridge says ${event.ours}; both are shown there.`,
        );
      case 'permission.asked':
        io.note(
          paint('yellow', `An agent waits for a permission: ${describeAgentsEvent(event, english).sentence}`),
        );
        return io.note(
          `      "bridge allow ${event.id}" or "bridge deny ${event.id}" answers; "bridge permissions" shows it.`,
        );
      case 'permission.answered':
      case 'work.stalled':
      case 'repair.started':
      case 'opinion.given':
      case 'opinion.missing':
      case 'repair.ended':
      case 'repair.gaveUp':
      case 'evaluator.changed':
      case 'curve.judged':
      case 'criterion.judged':
        return io.note(`  ${describeAgentsEvent(event, english).sentence}`);
      case 'work.ended':
        return event.usd === null ? undefined : io.note(`  The agent used about $${event.usd.toFixed(2)}.`);
      default:
        return;
    }
  };
}

/** Where a failed run is started, and how its log is seen. */
function placesOf(id: string, { study, jobs }: StudyState): string {
  const line = jobs.get(id)?.job.span?.start.line;
  const started = `It is started by ${study?.manifestPath ?? 'the manifest'}${line === undefined ? '' : `:${line}`}.`;
  return (jobs.get(id)?.attempts.length ?? 0) > 0 ? `${started} Its log: bridge logs ${id}` : started;
}

function describe(state: StudyState, id: string): string {
  const job = state.jobs.get(id)?.job;
  const parts = [job?.system, job?.seed == null ? null : `seed ${job.seed}`];
  const told = parts.filter((part) => part != null && part !== id);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

function elapsed(state: StudyState, id: string): string {
  const attempts = state.jobs.get(id)?.attempts ?? [];
  const last = attempts[attempts.length - 1];
  if (last?.startedAt == null || last.endedAt === null) return '';
  const seconds = Math.max(0, last.endedAt - last.startedAt) / 1000;
  return seconds < 90 ? `  ${seconds.toFixed(1)} s` : `  ${Math.round(seconds / 60)} min`;
}

function count(state: StudyState): string {
  let settled = 0;
  let all = 0;
  for (const job of state.jobs.values()) {
    if (job.obsolete) continue;
    all++;
    if (isSettled(job.phase)) settled++;
  }
  return `[${settled}/${all}]`;
}

function sizeOf({ jobs, milestones }: StudyDeclaration): string {
  const runs = jobs.length === 1 ? '1 run' : `${jobs.length} runs`;
  if (milestones.length === 0) return runs;
  return `${runs} in ${milestones.length === 1 ? '1 milestone' : `${milestones.length} milestones`}`;
}

/** Runs that the manifest had when they ran. */
function tellObsolete(state: StudyState, io: CliIo): void {
  const gone = [...state.jobs.values()].filter((job) => job.obsolete && job.attempts.length > 0);
  if (gone.length > 0)
    io.note(
      `  No longer in the run manifest, kept and not run again: ${gone.map(({ job }) => job.id).join(', ')}`,
    );
}
