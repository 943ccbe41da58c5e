import type { ReviewerFailureKind, TokenUsage } from '../agents/ports';
import type { Finding } from '../agents/reviewDocument';
import type { PermissionAnswer } from '../agents/author';
import type { FailureClass } from './failure';

/** What an agent was asked to do. */
export type WorkPurpose = 'implement' | 'fix' | 'repair' | 'ablate';

/** What a change would do to the science: each always asks, whoever proposes it. */
export type DeviationKind = 'batch-size' | 'learning-rate' | 'data' | 'split' | 'metric' | 'seed';

export interface Deviation {
  readonly kind: DeviationKind;
  readonly file: string;
  /** Of the line as it was (or will be, where it is new), counted from 1. */
  readonly line: number;
  /** What stood there and what would: `--lr 0.1` and `--lr 0.01`. */
  readonly was: string;
  readonly is: string;
}

/** A file of a proposed change. Hashes are sha256 of its text; null: there is no such file. */
export interface ChangedFileFact {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly added: number;
  readonly removed: number;
  readonly hunks: number;
  /** Why it cannot be taken: it is not an agent's to change. Null: it can. */
  readonly refused: string | null;
}

/** An ablation as the reviewer's model designed it and the author's judged its cost. */
export interface AblationProposal {
  /** Run id, free in plan and tracker: `ABL01`. */
  readonly id: string;
  readonly name: string;
  /** What is taken away or changed. */
  readonly tests: string;
  /** What is expected if that component matters. */
  readonly expected: string;
  /** 1 (first) to 5. */
  readonly priority: number;
  /** null: nobody could say. */
  readonly gpuHours: number | null;
  /** What it takes beside GPU-hours, one sentence; empty: nothing was said. */
  readonly cost: string;
}

export interface LockedEvaluator {
  /** Hash of everything below. */
  readonly hash: string;
  /** Path -> sha256 of what no agent may touch. */
  readonly files: Readonly<Record<string, string>>;
  readonly script: string | null;
  readonly split: string | null;
  readonly seeds: readonly number[];
  readonly primaryMetric: string | null;
  readonly type: string | null;
  /** `manifest`: named there; `found`: by program, for the person to confirm at the checkpoint. */
  readonly source: 'manifest' | 'found';
}

/** Who answered a question of judgement, beside what they answered. */
export interface Judge {
  readonly model: string;
  readonly carrier: string;
  /** Relative to the workspace; null: no trace is kept. */
  readonly tracePath: string | null;
}

/**
 * What agents do, and what people decide about it. With traces off no event holds a text that an agent wrote or was
 * given: `what`, `title`, `command` are null or say only their kind. Findings, verdicts and proposals stay, as `formats` has it.
 */
export type AgentsEvent =
  | {
      readonly type: 'work.started';
      readonly id: string;
      readonly purpose: WorkPurpose;
      /** As the setting names it: `acp:claude-agent-acp`. */
      readonly agent: string;
      /** Run or milestone that it is about; null: the study. */
      readonly subject: string | null;
      /** Its copy of the workspace, absolute: whoever drives next removes it. */
      readonly folder: string;
    }
  /** A sign of life, at most one a second; usage figures are those of the whole work so far. */
  | {
      readonly type: 'work.reported';
      readonly id: string;
      readonly sign: 'said' | 'tool' | 'usage' | 'refused';
      readonly what: string | null;
      readonly tokens: number | null;
      readonly usd: number | null;
    }
  | { readonly type: 'work.stalled'; readonly id: string; readonly silentMinutes: number }
  | {
      readonly type: 'work.ended';
      readonly id: string;
      /** `left`: the driver was gone; nothing of the agent runs any more. */
      readonly outcome: 'done' | 'limit' | 'refused' | 'left' | ReviewerFailureKind;
      readonly sentence: string;
      /** By its own name and version; null: it never said. */
      readonly client: string | null;
      readonly usage: TokenUsage | null;
      readonly usd: number | null;
      readonly elapsedMs: number;
      readonly tracePath: string | null;
    }
  /**
   * Waits for a person. The request as a whole (exact command, diffs) lies in `.bridge/asks/<id>.json` until it is
   * answered, and is gone then.
   */
  | {
      readonly type: 'permission.asked';
      readonly id: string;
      /** null: Bridge itself asks (to install a missing module). */
      readonly work: string | null;
      readonly kind: 'run' | 'edit' | 'read' | 'other';
      readonly title: string | null;
      readonly command: string | null;
      readonly paths: readonly string[];
      /** Run that it is about, where it is about one. */
      readonly subject: string | null;
    }
  | {
      readonly type: 'permission.answered';
      readonly id: string;
      readonly answer: PermissionAnswer;
      readonly by: string;
      /** Why nobody's answer was waited for longer; empty: a person answered. */
      readonly why: string;
    }
  /** A diff that waits to be taken: `.bridge/changes/<id>/patch.diff`, with `before/` and `after/` beside it. */
  | {
      readonly type: 'change.proposed';
      readonly id: string;
      readonly work: string | null;
      readonly purpose: WorkPurpose | 'manifest';
      readonly subject: string | null;
      readonly title: string;
      readonly files: readonly ChangedFileFact[];
      readonly deviations: readonly Deviation[];
      /** The program that proposes it; absent: the agent of its work, or Bridge. */
      readonly by?: string;
    }
  /** About to be written; `change.taken` says what was. */
  | {
      readonly type: 'change.taking';
      readonly id: string;
      readonly files: readonly string[] | null;
      /** Path -> indices of its hunks, from 0; null: whole files. */
      readonly hunks: Readonly<Record<string, readonly number[]>> | null;
      readonly by: string;
    }
  | {
      readonly type: 'change.taken';
      readonly id: string;
      readonly written: readonly string[];
      /** Edited in the workspace meanwhile: left alone. */
      readonly conflicts: readonly string[];
      readonly refused: readonly string[];
      /** Hunks of it stay behind. */
      readonly partly: readonly string[];
      readonly by: string;
    }
  | { readonly type: 'change.rejected'; readonly id: string; readonly reason: string; readonly by: string }
  | {
      readonly type: 'selfCheck.finished';
      readonly findings: readonly Finding[];
      /** Hash of the content that it read. */
      readonly hash: string;
      readonly notes: readonly string[];
    }
  | {
      readonly type: 'finding.replied';
      readonly finding: string;
      readonly text: string;
      readonly by: string;
    }
  | {
      readonly type: 'finding.disputed';
      readonly finding: string;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly type: 'finding.resolved';
      readonly finding: string;
      readonly note: string;
      readonly by: string;
    }
  | { readonly type: 'finding.reopened'; readonly finding: string; readonly by: string }
  | {
      readonly type: 'repair.started';
      readonly run: string;
      /** 1 to 3. */
      readonly number: number;
      readonly failure: FailureClass;
      readonly diagnosis: string;
      readonly evidence: readonly string[];
      readonly move: 'install' | 'path' | 'patch' | 'rewrite';
    }
  | {
      readonly type: 'opinion.given';
      readonly run: string;
      readonly number: number;
      readonly cause: string;
      readonly where: 'code' | 'environment' | 'plan' | 'data' | 'unknown';
      readonly advice: string;
      readonly file: string | null;
      readonly line: number | null;
      readonly judge: Judge;
    }
  /** No second opinion came; why. */
  | { readonly type: 'opinion.missing'; readonly run: string; readonly number: number; readonly why: string }
  | {
      readonly type: 'repair.ended';
      readonly run: string;
      readonly number: number;
      /** `tried`: the fix is in place and the run goes again; its own events say what came of it. */
      readonly outcome: 'tried' | 'waiting' | 'rejected' | 'no-fix';
      readonly change: string | null;
      readonly sentence: string;
    }
  | {
      readonly type: 'repair.gaveUp';
      readonly run: string;
      readonly sentence: string;
      /** The report of all attempts, relative to the workspace. */
      readonly report: string;
    }
  | { readonly type: 'evaluator.locked'; readonly evaluator: LockedEvaluator; readonly by: string }
  | {
      readonly type: 'evaluator.changed';
      readonly changes: readonly string[];
      /** `voided`: the approval no longer holds; `disclosed`: approved again, and the results say so. */
      readonly resolution: 'voided' | 'disclosed';
      readonly by: string;
    }
  | {
      readonly type: 'curve.judged';
      readonly job: string;
      readonly verdict: 'STOP' | 'CONTINUE' | 'WAIT';
      readonly why: string;
      readonly judge: Judge;
    }
  | {
      readonly type: 'criterion.judged';
      /** Block of the plan, or milestone for its gate. */
      readonly subject: string;
      readonly text: string;
      readonly verdict: 'yes' | 'partial' | 'no';
      readonly why: string;
      readonly judge: Judge;
    }
  | {
      readonly type: 'ablations.proposed';
      readonly proposals: readonly AblationProposal[];
      readonly judge: Judge;
      /** The diff of plan and tracker that adds them. */
      readonly change: string;
    }
  | {
      readonly type: 'baseRepo.cloned';
      readonly url: string;
      readonly commit: string;
      readonly folder: string;
    };
