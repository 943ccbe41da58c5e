import { formatTime, type UtcOffset } from './localTime';
import { escapeText, table } from './markdown';
import type { Language } from './messages';
import { messagesOf } from './messagesOf';

export interface QueueSummaryJob {
  readonly id: string;
  readonly phase: string | null;
  /** Status word of queue_state.json: pending, running, completed, failed_oom, failed_other, stuck. */
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
}

export interface QueueSummary {
  readonly project: string;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  readonly jobs: readonly QueueSummaryJob[];
}

/** summary.md beside queue_state.json: how many ended how, and one row a job. Column names are those of queue_state.json. */
export function renderQueueSummary(
  queue: QueueSummary,
  language: Language = 'en',
  offset?: UtcOffset,
): string {
  const words = messagesOf(language).queue;
  const { jobs } = queue;
  const done = jobs.filter(({ status }) => status === 'completed').length;
  const failed = jobs.filter(({ status }) => status.startsWith('failed') || status === 'stuck').length;
  const rows = jobs.map(({ id, phase, status, attempts, error }) => [
    escapeText(id),
    escapeText(phase ?? '–'),
    escapeText(status),
    String(attempts),
    escapeText(error ?? ''),
  ]);
  const lines = [
    `# ${escapeText(words.title(queue.project))}`,
    '',
    `- ${escapeText(words.started(formatTime(queue.startedAt, offset)))}`,
    `- ${escapeText(words.ended(queue.endedAt === null ? words.running : formatTime(queue.endedAt, offset)))}`,
    `- ${escapeText(words.counts(done, failed, jobs.length - done - failed, jobs.length))}`,
    '',
    ...table(['id', 'phase', 'status', 'attempts', 'error'], rows),
  ];
  return `${lines.join('\n')}\n`;
}
