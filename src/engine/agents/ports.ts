import type { AgentSettings, AuthorChoice } from '../../core/agents/agentSettings';
import type { Agent, PermissionRequest } from '../../core/agents/author';
import type { AskStore, ChangedFile, ChangeStore } from '../../core/agents/change';
import type { Traces } from '../../core/agents/ports';
import type { Skipped } from '../../core/selfCheck/finding';
import type { SourceText } from '../../core/selfCheck/sourceFile';
import type { AskHere } from './desk';

/** A copy of the workspace that an agent works in. */
export interface WorkFolder {
  /** Absolute. */
  readonly folder: string;
  changes(): Promise<readonly ChangedFile[]>;
  dispose(): Promise<void>;
}

/** What the engine needs to work with agents, made by the composition root. */
export interface AgentPorts {
  readonly changes: ChangeStore;
  readonly asks: AskStore<PermissionRequest>;
  /** Asks where the driver itself sits in a terminal; missing: it does not. */
  readonly askHere?: AskHere;
  /** Whether a person can answer requests: a terminal, or an editor that is open. */
  readonly attended: boolean;
  /** Unique, and fit for a file's name. */
  newId(): string;
  /** Takes secrets out of what is kept. */
  redact(text: string): string;
  /** From the settings and what was said for this call. */
  settings(said: Readonly<Record<string, unknown>>): AgentSettings;
  /** The agent that was chosen; a sentence where it cannot be had. Null: nobody was chosen. */
  author(choice: AuthorChoice): Agent | string | null;
  traces(said: Readonly<Record<string, unknown>>): Traces;
  /** Where the copy of a piece of work will lie; nothing is made yet. */
  folderOf(work: string): string;
  makeFolder(folder: string): Promise<WorkFolder>;
  /** Removes a copy that a driver before us left behind. */
  removeFolder(folder: string): Promise<void>;
  /** Ends clients that a driver before us left running. */
  endOrphans(): Promise<void>;
  cloneBaseRepo(
    url: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'cloned' | 'there'; readonly commit: string }
    | { readonly kind: 'failed'; readonly why: string }
  >;
  /** Runs a program in the workspace, that a person allowed; `output` is the end of what it said. */
  exec(
    argv: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly code: number | null; readonly output: string }>;
  /** Texts of the code for the self-check. */
  code(usesBaseRepo: boolean): Promise<{
    readonly files: readonly SourceText[];
    readonly skipped: readonly Skipped[];
  }>;
}
