import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import {
  AgentFailure,
  type Agent,
  type AgentContext,
  type AgentOutcome,
  type AgentTask,
  type PermissionRequest,
} from '../../core/agents/author';
import { judgePermission } from '../../core/agents/judgePermission';
import type { Clock } from '../../core/ports';
import { AcpClient } from './client';
import { optionFor, toEvent, toPermissionRequest } from './parse';

export interface AcpSetting {
  /** Program and arguments. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Any agent that speaks the Agent Client Protocol. */
export class AcpAgent implements Agent {
  readonly id = 'acp';

  constructor(
    private readonly setting: AcpSetting,
    private readonly clock: Clock,
  ) {}

  async run(task: AgentTask, context: AgentContext): Promise<AgentOutcome> {
    const { signal } = context;
    if (signal.aborted) throw new AgentFailure('cancelled', 'It was cancelled before it began.');
    const turn = new Turn(task, context, this.clock);
    let client: AcpClient | null = null;
    let cancel: () => void = () => undefined;
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () =>
        reject(new AgentFailure('cancelled', 'It was cancelled; what it had written is in its folder.'));
      signal.addEventListener('abort', cancel, { once: true });
    });
    cancelled.catch(() => undefined);
    const done = new AbortController();
    try {
      const starting = AcpClient.start(this.setting.argv, { ...this.setting, folder: task.folder }, turn);
      // A client that starts while it is being cancelled is ended as well.
      starting.then(
        (late) => (signal.aborted ? late.close() : undefined),
        () => undefined,
      );
      client = await Promise.race([starting, cancelled]);
      void turn.watch(done.signal);
      const sessionId = await Promise.race([client.newSession(task.folder), cancelled]);
      const { stopReason } = await Promise.race([client.prompt(sessionId, task.prompt), cancelled]);
      const stopped = stopReason === 'end_turn' ? 'done' : stopReason === 'refusal' ? 'refused' : 'limit';
      return { stopped, text: turn.text.trim(), usage: null, usd: turn.usd, client: client.name };
    } finally {
      done.abort();
      signal.removeEventListener('abort', cancel);
      await client?.close();
    }
  }
}

/** One piece of work: what the agent says, asks and touches. */
class Turn {
  text = '';
  usd: number | null = null;
  /** Requests that were allowed for this run. */
  private readonly allowed = new Set<string>();
  private lastSign: number;

  constructor(
    private readonly task: AgentTask,
    private readonly context: AgentContext,
    private readonly clock: Clock,
  ) {
    this.lastSign = clock.monotonic();
  }

  /** Tells when nothing has come for as long as the task allows, once for each silence. */
  async watch(signal: AbortSignal): Promise<void> {
    const limitMs = this.task.stallMinutes * 60_000;
    for (let told = -1; !signal.aborted;) {
      const silentMs = this.clock.monotonic() - this.lastSign;
      if (silentMs >= limitMs && told !== this.lastSign) {
        told = this.lastSign;
        this.context.report({ kind: 'stalled', silentMinutes: silentMs / 60_000 });
      }
      await this.clock.sleep(Math.max(10, silentMs >= limitMs ? limitMs : limitMs - silentMs), signal);
    }
  }

  update(update: Parameters<typeof toEvent>[0]): void {
    this.lastSign = this.clock.monotonic();
    const event = toEvent(update);
    if (event === null) return;
    if (event.kind === 'said') this.text += event.text;
    else if (event.kind === 'tool') this.text = '';
    else if (event.kind === 'usage') this.usd = event.usd ?? this.usd;
    this.context.report(event);
  }

  async permission(asked: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    this.lastSign = this.clock.monotonic();
    const request = await this.resolved(toPermissionRequest(asked));
    const answer = await this.decide(request);
    this.lastSign = this.clock.monotonic();
    const option = optionFor(answer, asked.options);
    return {
      outcome: option ? { outcome: 'selected', optionId: option.optionId } : { outcome: 'cancelled' },
    };
  }

  async readFile(path: string): Promise<string> {
    await this.judge({
      kind: 'read',
      title: `Read ${path}`,
      command: null,
      diffs: [],
      paths: [await real(path)],
    });
    return readFile(path, 'utf8');
  }

  async writeFile(path: string, text: string): Promise<void> {
    const before = await readFile(path, 'utf8').catch(() => null);
    const target = await real(path);
    await this.judge({
      ...{ kind: 'edit', title: `Write ${path}`, command: null, paths: [target] },
      diffs: [{ path: target, before, after: text }],
    });
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  /** With the places that paths really lead to. */
  private async resolved(request: PermissionRequest): Promise<PermissionRequest> {
    const at = (path: string) => real(resolve(this.task.folder, path));
    return {
      ...request,
      paths: await Promise.all(request.paths.map(at)),
      diffs: await Promise.all(request.diffs.map(async (diff) => ({ ...diff, path: await at(diff.path) }))),
    };
  }

  private async judge(request: PermissionRequest): Promise<void> {
    if ((await this.decide(request)) === 'deny') throw new Error(`${request.title} is not allowed`);
  }

  private async decide(request: PermissionRequest): Promise<'once' | 'deny'> {
    const verdict = judgePermission(request, this.task);
    if (verdict.kind === 'allow') return 'once';
    if (verdict.kind === 'refuse') {
      this.context.report({ kind: 'refused', title: request.title, why: verdict.why });
      return 'deny';
    }
    // Its like is the very same command, or the same kind of thing at the same places.
    const like = JSON.stringify([request.kind, request.command ?? request.title, request.paths]);
    if (this.allowed.has(like)) return 'once';
    const answer = await this.context.ask(request);
    if (answer === 'run') this.allowed.add(like);
    return answer === 'deny' ? 'deny' : 'once';
  }
}

/** Where a path really leads: a link inside the folder may leave it. The part that is not there yet is kept. */
async function real(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await real(parent), absolute.slice(parent.length));
  }
}
