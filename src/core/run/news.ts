import type { RunEvent } from './event';
import { hasCritical } from './review';

export const newsKinds = ['done', 'failed', 'needs-you', 'budget'] as const;

/** What a person who is elsewhere wants to hear of. */
export type NewsKind = (typeof newsKinds)[number];

export interface News {
  readonly kind: NewsKind;
  /** Run that it is about; null: the study. */
  readonly run: string | null;
  readonly sentence: string;
}

/** What an event is news of; null: it is none that is worth a message. */
export function newsOf(event: RunEvent): News | null {
  switch (event.type) {
    case 'study.ended':
      return event.outcome === 'done'
        ? { kind: 'done', run: null, sentence: event.note }
        : { kind: 'failed', run: null, sentence: event.note };
    case 'job.failed':
      return { kind: 'failed', run: event.job, sentence: `${event.job} failed: ${event.failure.message}` };
    case 'checkpoint.shown': {
      const runs = event.checkpoint.milestones.reduce((sum, milestone) => sum + milestone.runs, 0);
      return {
        ...{ kind: 'needs-you', run: null },
        sentence: `the checkpoint waits for your approval: ${runs} ${runs === 1 ? 'run' : 'runs'}`,
      };
    }
    case 'permission.asked':
      return { kind: 'needs-you', run: event.subject, sentence: 'an agent asks for your permission' };
    case 'review.finished':
      return hasCritical(event, new Map())
        ? {
            ...{ kind: 'needs-you', run: null },
            sentence: 'the review found something critical, which you mend or waive',
          }
        : null;
    case 'budget.reached':
    case 'money.reached':
      return { kind: 'budget', run: null, sentence: event.why };
    default:
      return null;
  }
}

/** Whether an event answers what was asked before it, so that nobody need be told any more. */
export function answers(event: RunEvent): boolean {
  return (
    event.type === 'checkpoint.approved' ||
    event.type === 'checkpoint.rejected' ||
    event.type === 'permission.answered'
  );
}

/** Lines of a message that are written out; more are counted. */
const linesAtMost = 20;

/** One message of what happened together: `text` and `content` are what Slack, Mattermost and Discord show. */
export interface NewsMessage {
  readonly text: string;
  readonly content: string;
  /** The gravest of what happened. */
  readonly kind: NewsKind;
  readonly study: string;
  readonly host: string;
  readonly workspace: string;
  readonly news: readonly News[];
}

const gravest: readonly NewsKind[] = ['needs-you', 'failed', 'budget', 'done'];

export function newsMessage(
  news: readonly News[],
  about: { readonly study: string; readonly host: string; readonly workspace: string },
): NewsMessage {
  const kind = gravest.find((each) => news.some((one) => one.kind === each)) ?? 'done';
  const shown = news.slice(0, linesAtMost).map(({ sentence }) => `- ${sentence.split('\n')[0]}`);
  const more = news.length - shown.length;
  const lines = [
    `Bridge, ${about.study} on ${about.host}:`,
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
  const text = lines.join('\n');
  return { text, content: text.slice(0, 2000), kind, ...about, news: news.slice(0, linesAtMost) };
}

export interface NotifySettings {
  /** Program and arguments that are given the message on stdin; null: none. */
  readonly command: readonly string[] | null;
  readonly events: readonly NewsKind[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/**
 * Who is told, from the person's own settings and what this call says: a workspace names no program and no address, and
 * cannot say what is worth a message.
 */
export function notifySettings(
  user: Readonly<Record<string, unknown>>,
  workspace: Readonly<Record<string, unknown>>,
  call: Readonly<Record<string, unknown>>,
): NotifySettings {
  const own = { ...user, ...call };
  const problems: string[] = [];
  const command = own['notify.command'];
  const isCommand = (value: unknown): value is readonly string[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((word) => typeof word === 'string' && word !== '');
  if (command != null && !isCommand(command))
    problems.push(
      `bridge.notify.command is ${JSON.stringify(command)}; it is a program and its arguments, as a list of texts.`,
    );
  const events = own['notify.events'];
  const isEvents = (value: unknown): value is readonly NewsKind[] =>
    Array.isArray(value) && value.every((each) => (newsKinds as readonly unknown[]).includes(each));
  if (events != null && !isEvents(events))
    problems.push(
      `bridge.notify.events is ${JSON.stringify(events)}; it is a list of ${newsKinds.join(', ')}.`,
    );
  for (const name of ['notify.command', 'notify.events'])
    if (name in workspace)
      problems.push(`The workspace sets bridge.${name}; only your own settings can, so it is left out.`);
  return {
    command: isCommand(command) ? command : null,
    events: isEvents(events) ? events : newsKinds,
    problems,
  };
}
