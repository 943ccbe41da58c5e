import type { PermissionRequest } from '../core/agents/author';
import type { ChangedFile } from '../core/agents/change';
import type { Disposable, LogChunk } from '../core/ports';
import type { DrawnCurve } from '../core/results/liveCurve';
import type { DriverIntent } from '../core/run/intent';
import type { StudyState } from '../core/run/state';

/** What a run logs, as curves to draw. */
export interface RunCurves {
  readonly run: string;
  readonly curves: readonly (DrawnCurve & { readonly series: string })[];
}

/**
 * A window onto a workspace's driver: the journal folded as it grows, and an inbox for what the person wants. Any
 * number of clients may look at one workspace; none of them drives.
 */
export interface BridgeClient extends Disposable {
  /** The newest folded state; the same object until something changes. */
  readonly state: StudyState;
  /** A driver holds the journal right now. */
  readonly driving: boolean;
  /** Called after `state` or `driving` changed, at most ten times a second. */
  onDidChange(listener: () => void): Disposable;
  /**
   * Puts the intent durably into the inbox, then makes sure that a driver is there to take it. Resolves when it is
   * in the inbox; what came of it shows in `state`. Throws when the workspace may not run anything (untrusted).
   */
  send(intent: DriverIntent): Promise<void>;
  /** Part of a run's newest log; negative `from` counts from the end; null: the run has never started. */
  readLog(run: string, from: number, maxBytes: number): Promise<LogChunk | null>;
  /** Absolute path of a run's newest log; null: it has never started. */
  logPath(run: string): string | null;
  /** Newest values of the run's live metric stream, oldest first, at most `count`; empty where there is none. */
  spark(run: string, count: number): readonly number[];
  /** The curves of these runs as they are now, each with at most `points` points; a run without any is left out. */
  curves(runs: readonly string[], points: number): Promise<readonly RunCurves[]>;
  /** Files of a snapshot of code, path -> sha256; null: there is none of this name. */
  codeTree(id: string): Promise<Readonly<Record<string, string>> | null>;
  /** Text of a file of a snapshot, by its sha256; null: it was not kept. */
  codeFile(sha256: string): Promise<string | null>;
  /** What exactly an agent asks for: command, diffs. Null: it was answered. */
  readAsk(permission: string): PermissionRequest | null;
  /** Texts of a proposed change as they still wait; `hunksOf` says where they differ. Empty: there is no such change. */
  readChange(change: string): Promise<readonly ChangedFile[]>;
}
