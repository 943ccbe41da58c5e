import type {
  RequestPermissionRequest,
  SessionModeState,
  SessionUpdate,
  ToolCallContent,
} from '@agentclientprotocol/sdk';
import type { AgentEvent, FileDiff, PermissionAnswer, PermissionRequest } from '../../core/agents/author';

/** What a tool call of the agent means to a person, from its latest state. */
export function toPermissionRequest(request: RequestPermissionRequest): PermissionRequest {
  const { toolCall } = request;
  const diffs = diffsOf(toolCall.content ?? []);
  const command = commandOf(toolCall.rawInput);
  const kind =
    toolCall.kind === 'execute' || command !== null
      ? 'run'
      : toolCall.kind === 'edit' || toolCall.kind === 'delete' || toolCall.kind === 'move' || diffs.length > 0
        ? 'edit'
        : toolCall.kind === 'read' || toolCall.kind === 'search'
          ? 'read'
          : 'other';
  return {
    ...{ kind, command, diffs, title: toolCall.title ?? command ?? 'something it does not name' },
    paths: [...(toolCall.locations ?? []).map((each) => each.path), ...pathsOf(toolCall.rawInput)],
  };
}

/** The option of the agent that means our answer. `always` is never chosen: agents remember it past this run. */
export function optionFor(
  answer: PermissionAnswer,
  options: RequestPermissionRequest['options'],
): RequestPermissionRequest['options'][number] | undefined {
  const wanted =
    answer === 'deny'
      ? (['reject_once', 'reject_always'] as const)
      : (['allow_once', 'allow_always'] as const);
  return wanted.flatMap((kind) => options.filter((each) => each.kind === kind))[0];
}

/** Modes by the ids of agents that are known, the one that asks most first. */
const askingModes = ['default', 'manual', 'ask', 'read-only'];

/**
 * The mode to switch to; null: the agent has no modes, or is in it. Agents start in modes in which they decide by
 * themselves (Claude's "auto"), and a person is to be asked before anything runs.
 */
export function askingMode(modes: SessionModeState | null): string | null {
  if (modes === null) return null;
  const offered = modes.availableModes.map((mode) => mode.id);
  const wanted = askingModes.find((id) => offered.includes(id));
  return wanted === undefined || wanted === modes.currentModeId ? null : wanted;
}

/** An update as an event; null: nothing that a person needs to see. Any update is a sign of life. */
export function toEvent(update: SessionUpdate): AgentEvent | null {
  switch (update.sessionUpdate) {
    case 'agent_message_chunk':
      return update.content.type === 'text' ? { kind: 'said', text: update.content.text } : null;
    case 'tool_call':
      return { kind: 'tool', title: update.title, status: update.status ?? 'pending' };
    case 'tool_call_update':
      return update.title != null && update.status != null
        ? { kind: 'tool', title: update.title, status: update.status }
        : null;
    case 'usage_update':
      return {
        kind: 'usage',
        contextTokens: update.used,
        usd: update.cost?.currency === 'USD' ? update.cost.amount : null,
      };
    default:
      return null;
  }
}

/**
 * Whether an update says that the turn has failed, or goes on; null: it says neither. Codex's adapter ends such a turn as
 * if it were done and tells the failure only in `_meta.codex.threadStatus` (seen with 2.6.0).
 */
export function failureOf(update: SessionUpdate): boolean | null {
  const status = (update._meta as { codex?: { threadStatus?: { type?: unknown } } } | null | undefined)?.codex
    ?.threadStatus?.type;
  return typeof status === 'string' ? status === 'systemError' : null;
}

function diffsOf(content: readonly ToolCallContent[]): FileDiff[] {
  return content.flatMap((each) =>
    each.type === 'diff' ? [{ path: each.path, before: each.oldText ?? null, after: each.newText }] : [],
  );
}

function commandOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || !('command' in input)) return null;
  const { command } = input;
  if (typeof command === 'string') return command;
  return Array.isArray(command) ? command.map(String).join(' ') : null;
}

function pathsOf(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return ['file_path', 'path', 'notebook_path', 'abs_path'].flatMap((name) => {
    const value = (input as Record<string, unknown>)[name];
    return typeof value === 'string' ? [value] : [];
  });
}
