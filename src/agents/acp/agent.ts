import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import {
  AgentFailure,
  type Agent,
  type AgentContext,
  type AgentOutcome,
  type AgentTask,
  type PermissionRequest,
} from '../../core/agents/author';
import { kindOfText } from '../../core/agents/failureKind';
import { WatchedTurn } from '../../core/agents/watchedTurn';
import type { Clock } from '../../core/ports';
import { realTarget } from '../../util/realTarget';
import { AcpClient } from './client';
import { failureOf, optionFor, toEvent, toPermissionRequest } from './parse';

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

  /** Starts it, shakes hands and ends it: its name and version. Sends nothing. */
  async greet(folder: string, signal: AbortSignal): Promise<string> {
    const mute = async (): Promise<never> => {
      throw new Error('nothing is asked of it yet');
    };
    const handlers = { update: () => undefined, permission: mute, readFile: mute, writeFile: mute };
    const client = await AcpClient.start(this.setting.argv, { ...this.setting, folder }, handlers, signal);
    await client.close();
    return client.name;
  }

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
    try {
      // Silence counts from the first moment: one that never shakes hands has stalled as well.
      turn.watched.watch();
      const place = { ...this.setting, folder: task.folder };
      client = await AcpClient.start(this.setting.argv, place, turn, signal);
      const sessionId = await Promise.race([client.newSession(task.folder), cancelled]);
      const { stopReason } = await Promise.race([client.prompt(sessionId, task.prompt), cancelled]);
      if (turn.hasFailed)
        throw new AgentFailure(
          kindOfText(turn.text),
          `${client.name} could not do the work: ${turn.text.trim().slice(-500)}`,
        );
      const stopped = stopReason === 'end_turn' ? 'done' : stopReason === 'refusal' ? 'refused' : 'limit';
      return { stopped, text: turn.text.trim(), usage: null, usd: turn.usd, client: client.name };
    } finally {
      turn.watched.end();
      signal.removeEventListener('abort', cancel);
      await client?.close();
    }
  }
}

/** One piece of work: what the agent says, asks and touches. */
class Turn {
  text = '';
  /** The agent says that it cannot go on, whatever it says at the end. */
  hasFailed = false;
  usd: number | null = null;
  readonly watched: WatchedTurn;

  constructor(
    private readonly task: AgentTask,
    private readonly context: AgentContext,
    clock: Clock,
  ) {
    this.watched = new WatchedTurn(task, context, clock);
  }

  update(update: Parameters<typeof toEvent>[0]): void {
    this.watched.alive();
    this.hasFailed = failureOf(update) ?? this.hasFailed;
    const event = toEvent(update);
    if (event === null) return;
    if (event.kind === 'said') this.text += event.text;
    else if (event.kind === 'tool') this.text = '';
    else if (event.kind === 'usage') this.usd = event.usd ?? this.usd;
    this.context.report(event);
  }

  async permission(asked: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    this.watched.alive();
    const request = await this.resolved(toPermissionRequest(asked));
    const { allowed } = await this.watched.decide(request);
    const answer = allowed ? 'once' : 'deny';
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
      paths: [await realTarget(path)],
    });
    return readFile(path, 'utf8');
  }

  async writeFile(path: string, text: string): Promise<void> {
    const before = await readFile(path, 'utf8').catch(() => null);
    const target = await realTarget(path);
    await this.judge({
      ...{ kind: 'edit', title: `Write ${path}`, command: null, paths: [target] },
      diffs: [{ path: target, before, after: text }],
    });
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  /** With the places that paths really lead to. */
  private async resolved(request: PermissionRequest): Promise<PermissionRequest> {
    const at = (path: string) => realTarget(resolve(this.task.folder, path));
    return {
      ...request,
      paths: await Promise.all(request.paths.map(at)),
      diffs: await Promise.all(request.diffs.map(async (diff) => ({ ...diff, path: await at(diff.path) }))),
    };
  }

  private async judge(request: PermissionRequest): Promise<void> {
    const { allowed } = await this.watched.decide(request);
    if (!allowed) throw new Error(`${request.title} is not allowed`);
  }
}
