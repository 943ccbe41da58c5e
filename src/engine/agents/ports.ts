import type { PermissionRequest } from '../../core/agents/author';
import type { AskStore, ChangeStore } from '../../core/agents/change';
import type { AgentSettings } from '../../core/agents/agentSettings';
import type { AskHere } from './desk';

/** What the engine needs to work with agents, made by the composition root. */
export interface AgentPorts {
  readonly changes: ChangeStore;
  readonly asks: AskStore<PermissionRequest>;
  /** Asks where the driver itself sits in a terminal; missing: it does not. */
  readonly askHere?: AskHere;
  /** Unique, and fit for a file's name. */
  newId(): string;
  /** Takes secrets out of what is kept. */
  redact(text: string): string;
  /** From the settings and what was said for this call. */
  settings(said: Readonly<Record<string, unknown>>): AgentSettings;
}
