/** An agent at work, as the header shows it. */
export interface ActivityView {
  readonly work: string;
  /** Who does what. */
  readonly sentence: string;
  /** What it did last, tokens, money, how long. */
  readonly detail: string;
  /** It has said nothing for too long. */
  readonly stalled: boolean;
}

/** A request of an agent that waits for an answer. */
export interface PermissionNeed {
  readonly kind: 'permission';
  readonly id: string;
  readonly at: number;
  readonly permission: string;
  readonly title: string;
  /** Exact; null: there is none, or nothing of it is kept where this is shown. */
  readonly command: string | null;
  readonly paths: readonly string[];
  readonly hasMore: boolean;
}

/** A change that waits to be taken. */
export interface ChangeNeed {
  readonly kind: 'change';
  readonly id: string;
  readonly at: number;
  readonly change: string;
  readonly title: string;
  readonly files: readonly {
    readonly path: string;
    readonly added: number;
    readonly removed: number;
    /** A word for what became of it; empty: it waits. */
    readonly note: string;
    readonly canTake: boolean;
  }[];
  /** What departs from the plan, one sentence a thing. */
  readonly deviations: readonly string[];
}

/** Something that reviewer or check found in the code. */
export interface FindingNeed {
  readonly kind: 'finding';
  readonly id: string;
  readonly at: number;
  readonly finding: string;
  readonly severity: 'CRITICAL' | 'MAJOR' | 'MINOR';
  /** `Bridge check` or who reviewed. */
  readonly origin: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly file: string;
  readonly line: number;
  /** The place is there, so it can be opened. */
  readonly canOpen: boolean;
  readonly standing: 'open' | 'disputed';
  readonly stale: boolean;
  /** What people said: `gina: it is meant so`. */
  readonly said: readonly string[];
}

export type AgentNeed = PermissionNeed | ChangeNeed | FindingNeed;

/** What the person decided about agents in the panel. */
export type AgentPanelIntent =
  | {
      readonly type: 'permission.answer';
      readonly permission: string;
      readonly answer: 'once' | 'run' | 'deny';
    }
  | { readonly type: 'permission.look'; readonly permission: string }
  | { readonly type: 'change.look'; readonly change: string }
  /** Null: all of it. */
  | { readonly type: 'change.take'; readonly change: string; readonly files: readonly string[] | null }
  | { readonly type: 'change.choose'; readonly change: string }
  | { readonly type: 'change.reject'; readonly change: string; readonly reason: string }
  | { readonly type: 'finding.waive'; readonly finding: string; readonly reason: string }
  | { readonly type: 'finding.dispute'; readonly finding: string; readonly reason: string }
  | { readonly type: 'finding.reply'; readonly finding: string; readonly text: string }
  | { readonly type: 'finding.resolve'; readonly finding: string }
  | { readonly type: 'work.cancel'; readonly work: string }
  | { readonly type: 'agents.choose' };
