import type { ReviewerFailureKind, TokenUsage } from './ports';

/** A piece of work for an author agent, in a folder of its own. */
export interface AgentTask {
  readonly prompt: string;
  /** Absolute: a copy of the workspace that nobody else works in. */
  readonly folder: string;
  /** Paths relative to the folder that no agent may change: plan, tracker, results, the locked evaluator. */
  readonly locked: readonly string[];
  /** Silence for this long is told as a stall. */
  readonly stallMinutes: number;
}

/** What an agent wants to do and a person decides. */
export interface PermissionRequest {
  readonly kind: 'run' | 'edit' | 'read' | 'other';
  /** The agent's own title. */
  readonly title: string;
  /** The exact command, where there is one. */
  readonly command: string | null;
  readonly diffs: readonly FileDiff[];
  /** Paths it touches, as the agent names them. */
  readonly paths: readonly string[];
}

export interface FileDiff {
  readonly path: string;
  /** null: the file is new. */
  readonly before: string | null;
  readonly after: string;
}

/** `run`: this request and its like until the agent is done. */
export type PermissionAnswer = 'once' | 'run' | 'deny';

/** Everything an agent does is visible while it does it. */
export type AgentEvent =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'tool'; readonly title: string; readonly status: string }
  | { readonly kind: 'usage'; readonly contextTokens: number; readonly usd: number | null }
  | { readonly kind: 'refused'; readonly title: string; readonly why: string }
  | { readonly kind: 'stalled'; readonly silentMinutes: number };

export interface AgentContext {
  readonly signal: AbortSignal;
  report(event: AgentEvent): void;
  ask(request: PermissionRequest): Promise<PermissionAnswer>;
}

export interface AgentOutcome {
  /** `limit`: it stopped at a limit of its own before it was done. */
  readonly stopped: 'done' | 'limit' | 'refused';
  /** What it said at last. */
  readonly text: string;
  readonly usage: TokenUsage | null;
  /** Money, where the agent says it. */
  readonly usd: number | null;
  /** The agent by its own name and version. */
  readonly client: string;
}

/** Thrown by author agents: the work was not done, and nothing of the agent is left running. */
export class AgentFailure extends Error {
  constructor(
    readonly kind: ReviewerFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AgentFailure';
  }
}

/** Writes code. What it makes is read from its folder afterwards. */
export interface Agent {
  readonly id: string;
  run(task: AgentTask, context: AgentContext): Promise<AgentOutcome>;
}
