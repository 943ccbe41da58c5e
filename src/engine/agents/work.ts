import { AgentFailure, type Agent, type AgentEvent } from '../../core/agents/author';
import type { ChangedFile } from '../../core/agents/change';
import { ReviewerFailure } from '../../core/agents/ports';
import type { Clock } from '../../core/ports';
import { activeWorks } from '../../core/run/agents';
import type { WorkPurpose } from '../../core/run/agentsEvent';
import { withDeadline } from '../review/deadline';
import type { StudyRecord } from '../studyRecord';
import type { AgentDesk } from './desk';
import { lockedPaths } from './lockedPaths';
import type { AgentPorts } from './ports';

/** Signs of life go into the record at most this often. */
const reportIntervalMs = 1000;
const shownChars = 200;

export interface WorkParts {
  readonly record: StudyRecord;
  readonly clock: Clock;
  readonly desk: AgentDesk;
  readonly ports: AgentPorts;
  /** What was said for this call. */
  said(): Readonly<Record<string, unknown>>;
  commit(): Promise<void>;
  tell(sentence: string): void;
  /** Waits for work while people's wishes are taken from the inbox. */
  pump<T>(work: Promise<T>): Promise<T>;
}

export interface WorkTask {
  readonly purpose: WorkPurpose;
  readonly subject: string | null;
  readonly prompt: string;
}

export type WorkResult =
  | {
      readonly kind: 'done';
      readonly work: string;
      readonly files: readonly ChangedFile[];
      /** What the agent said at last. */
      readonly text: string;
      /** Why it was not quite done; empty: it was. */
      readonly note: string;
    }
  | { readonly kind: 'failed'; readonly sentence: string; readonly cancelled: boolean };

/** Who writes code, if anybody: the agent and its name, or why there is none. */
export type Author =
  | { readonly kind: 'agent'; readonly agent: Agent; readonly name: string }
  | { readonly kind: 'nobody'; readonly why: string };

/** Has an agent work in a copy of the workspace, in sight and within bounds; what it made is read from there afterwards. */
export class AgentWork {
  constructor(private readonly parts: WorkParts) {}

  author(): Author {
    const { author } = this.parts.ports.settings(this.parts.said());
    if (author.kind === 'none') return { kind: 'nobody', why: '' };
    const agent = this.parts.ports.author(author);
    if (agent === null || typeof agent === 'string')
      return { kind: 'nobody', why: agent ?? `${author.name} is not there.` };
    return { kind: 'agent', agent, name: author.name };
  }

  /** After a driver that was killed: nothing of its agents runs or lies about any more. */
  async recover(): Promise<void> {
    const { record, ports } = this.parts;
    await ports.endOrphans();
    for (const { id, folder, startedAt } of activeWorks(record.state.agents)) {
      await ports.removeFolder(folder);
      record.happened({
        ...{ type: 'work.ended', id, outcome: 'left', client: null, usage: null, usd: null, tracePath: null },
        sentence: 'The driver was gone before the agent was done; nothing of it was taken.',
        elapsedMs: Math.max(0, this.parts.clock.now() - startedAt),
      });
    }
    await this.parts.desk.recover();
  }

  async run(
    { agent, name }: Extract<Author, { kind: 'agent' }>,
    task: WorkTask,
    signal: AbortSignal,
  ): Promise<WorkResult> {
    const { record, clock, desk, ports } = this.parts;
    const settings = ports.settings(this.parts.said());
    const id = ports.newId();
    const folder = ports.folderOf(id);
    const { purpose, subject } = task;
    record.happened({ type: 'work.started', id, purpose, agent: name, subject, folder });
    await this.parts.commit();
    const [startedAt, from] = [clock.now(), clock.monotonic()];
    const open = desk.open(id, signal);
    const watch = new Watch(this.parts, id, settings.traces !== 'off');
    const locked = lockedPaths(record.state);
    const trace = async (response: string, status: string, client: string | null) =>
      ports.traces(this.parts.said()).record({
        ...{ purpose: `author-${purpose}`, request: { agent: name, subject, prompt: task.prompt }, response },
        isReview: false,
        meta: {
          ...{ threadId: null, reviewer: client ?? name, model: name, startedAt, usage: null },
          ...{ durationMs: clock.monotonic() - from, status: status as 'ok' },
        },
      });
    const copy = await ports.makeFolder(folder);
    try {
      const outcome = await this.parts.pump(
        withDeadline(clock, settings.workMinutes, open.signal, (until) =>
          agent.run(
            { prompt: task.prompt, folder: copy.folder, locked, stallMinutes: settings.stallMinutes },
            {
              signal: until,
              report: (event) => watch.report(event),
              ask: (request) => desk.ask(shown(request, copy.folder), { work: id, subject }, until),
            },
          ),
        ),
      );
      const files = await copy.changes();
      const tracePath = await trace(outcome.text, 'ok', outcome.client);
      const note =
        outcome.stopped === 'limit'
          ? 'It stopped at a limit of its own.'
          : outcome.stopped === 'refused'
            ? 'It refused to go on.'
            : '';
      record.happened({
        ...{ type: 'work.ended', id, outcome: outcome.stopped, sentence: note, client: outcome.client },
        ...{ usage: outcome.usage, usd: outcome.usd, elapsedMs: clock.monotonic() - from, tracePath },
      });
      return { kind: 'done', work: id, files, text: outcome.text, note };
    } catch (error) {
      if (!(error instanceof AgentFailure || error instanceof ReviewerFailure)) throw error;
      const kind = open.signal.aborted ? 'cancelled' : error.kind === 'cancelled' ? 'deadline' : error.kind;
      const said =
        kind === 'deadline'
          ? `It was not done within ${settings.workMinutes} minutes and was ended.`
          : error.message;
      // What a client said of itself may hold words of the model.
      const quiet = settings.traces === 'off' && kind !== 'deadline';
      const sentence = quiet ? describeKind(kind) : ports.redact(said);
      record.happened({
        ...{ type: 'work.ended', id, outcome: kind, sentence, client: null, usage: null, usd: null },
        ...{ elapsedMs: clock.monotonic() - from, tracePath: await trace(error.message, kind, null) },
      });
      return { kind: 'failed', sentence, cancelled: kind === 'cancelled' };
    } finally {
      open.close();
      await copy.dispose();
      await this.parts.commit();
    }
  }
}

function describeKind(kind: string): string {
  return `The agent ended without being done (${kind}).`;
}

/** With paths as they are in the workspace, not in the copy. */
function shown<T extends { readonly paths: readonly string[] }>(request: T, folder: string): T {
  const inside = (path: string) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path);
  return { ...request, paths: request.paths.map(inside) };
}

/** Turns what an agent reports into few records. */
class Watch {
  private lastAt = Number.NEGATIVE_INFINITY;
  private tokens: number | null = null;
  private usd: number | null = null;

  constructor(
    private readonly parts: WorkParts,
    private readonly id: string,
    private readonly keep: boolean,
  ) {}

  report(event: AgentEvent): void {
    const { record, clock, ports } = this.parts;
    const { id } = this;
    if (event.kind === 'stalled') {
      record.happened({ type: 'work.stalled', id, silentMinutes: event.silentMinutes });
      return this.show();
    }
    if (event.kind === 'usage') [this.tokens, this.usd] = [event.contextTokens, event.usd ?? this.usd];
    const now = clock.monotonic();
    if (event.kind !== 'refused' && now - this.lastAt < reportIntervalMs) return;
    this.lastAt = now;
    const what =
      event.kind === 'refused' ? `${event.title}: ${event.why}` : event.kind === 'tool' ? event.title : null;
    record.happened({
      ...{ type: 'work.reported', id, sign: event.kind, tokens: this.tokens, usd: this.usd },
      what: this.keep && what !== null ? ports.redact(what).slice(0, shownChars) : null,
    });
    this.show();
  }

  /** Seen at once, not when something else happens. A record that is lost is met by whoever commits next. */
  private show(): void {
    this.parts.commit().catch(() => undefined);
  }
}
