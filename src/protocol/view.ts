/**
 * What the host shows in the panel: complete snapshots of just what is looked at, never deltas (a hidden webview
 * loses messages) and never all 10,000 runs (that costs frames). Types only; sentences arrive in the person's language.
 */

import type { ActivityView, AgentNeed } from './agents';
import type { ComparisonView } from './comparison';
import type { DoctorPage } from './doctor';
import type { CurvesView } from './curves';
import type { PageName, PanelIntent } from './panelIntent';
import type { RunsPage } from './runs';

export interface PanelView {
  readonly revision: number;
  readonly header: HeaderView;
  readonly page: PageView;
}

export interface HeaderView {
  readonly title: string;
  /** `local · 2 CPU cores` or `gpu1 + gpu2 · 6/8 GPUs`. */
  readonly target: string;
  /** False: an untrusted workspace; everything can be read, nothing can be started. */
  readonly trusted: boolean;
  /** One sentence: how is it going. */
  readonly sentence: string;
  readonly milestones: readonly MilestoneProgress[];
  readonly gpuHours: {
    readonly planned: number | null;
    readonly used: number;
    readonly forecast: number | null;
    readonly cap: number | null;
  };
  /** Milliseconds since the epoch; null while it cannot be told. */
  readonly endsAt: number | null;
  readonly needsYou: number;
  /** A driver holds the journal right now. */
  readonly driving: boolean;
  /** Agents at work. */
  readonly activity: readonly ActivityView[];
}

export interface MilestoneProgress {
  readonly id: string;
  readonly name: string;
  readonly state: 'done' | 'running' | 'waiting' | 'failed' | 'empty';
  readonly completed: number;
  readonly failed: number;
  readonly running: number;
  readonly total: number;
}

export type PageView = PlanPage | RunsPage | NeedsPage | ResultsPage | TimelinePage | DoctorPage | EmptyPage;

/** There is nothing yet: what would be here, and the one button that gets there. */
export interface EmptyPage {
  readonly kind: 'empty';
  readonly page: PageName;
  readonly title: string;
  readonly sentence: string;
  readonly action: { readonly label: string; readonly intent: PanelIntent } | null;
}

export interface PlanPage {
  readonly kind: 'plan';
  readonly planPath: string | null;
  readonly method: string | null;
  readonly claims: readonly { readonly id: string; readonly text: string; readonly line: number }[];
  readonly milestones: readonly PlanMilestone[];
  readonly blocks: readonly {
    readonly id: string;
    readonly title: string;
    readonly priority: string | null;
    readonly criterion: string | null;
    /** A program can judge the criterion; otherwise a person must. */
    readonly judgeable: boolean;
    readonly verdict: string | null;
    readonly line: number;
  }[];
  readonly problems: readonly ProblemView[];
  readonly budgets: readonly BudgetView[];
  readonly stages: readonly {
    readonly stage: string;
    readonly label: string;
    readonly outcome: 'running' | 'passed' | 'failed' | 'skipped' | 'waiting' | 'ahead';
    readonly note: string;
  }[];
  /** Null: it may be pressed, which reads the plan, checks it and runs sanity; the checkpoint asks before the rest. */
  readonly whyNotDeploy: string | null;
  /** Something was deployed from here already: pressing it again runs only what failed or changed. */
  readonly deployedBefore: boolean;
}

/** What runs use up: GPU-hours, or US dollars. */
export interface BudgetView {
  readonly unit: 'gpuHours' | 'usd';
  readonly planned: number | null;
  readonly used: number;
  readonly forecast: number | null;
  /** The cap, else what the plan states. */
  readonly limit: number | null;
  readonly level: 'open' | 'warned' | 'spent';
  readonly rows: readonly {
    /** '': held while nothing ran. */
    readonly milestone: string;
    readonly planned: number | null;
    readonly used: number;
    readonly forecast: number | null;
  }[];
}

export interface PlanMilestone extends MilestoneProgress {
  readonly goal: string | null;
  readonly gate: string | null;
  readonly gateVerdict: { readonly verdict: 'passed' | 'failed' | 'not-judged'; readonly why: string } | null;
  readonly gpuHours: string | null;
  readonly line: number | null;
}

export interface ProblemView {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface NeedsPage {
  readonly kind: 'needs';
  readonly items: readonly NeedView[];
}

export type NeedView =
  | {
      readonly kind: 'checkpoint';
      readonly id: string;
      readonly at: number;
      readonly checkpoint: CheckpointView;
    }
  | {
      readonly kind: 'failure';
      readonly id: string;
      readonly at: number;
      readonly run: string;
      readonly sentence: string;
      readonly evidence: readonly string[];
      readonly next: string;
      readonly advice: string;
    }
  | AgentNeed
  | {
      readonly kind: 'notice';
      readonly id: string;
      readonly at: number;
      readonly title: string;
      readonly sentence: string;
    };

export interface CheckpointView {
  readonly hash: string;
  readonly title: string;
  readonly target: string;
  readonly sanity: { readonly status: 'passed' | 'failed' | 'none' | 'pending'; readonly sentence: string };
  readonly review: string;
  readonly groundTruth: string;
  readonly milestones: readonly {
    readonly id: string;
    readonly name: string;
    readonly runs: number;
    readonly estimate: string;
    readonly commands: readonly { readonly run: string; readonly command: string }[];
  }[];
  readonly total: string;
  readonly cost: string;
  readonly unjudgedGates: readonly { readonly milestone: string; readonly text: string }[];
  readonly notes: readonly string[];
  readonly changes: readonly string[];
}

export interface ResultsPage {
  readonly kind: 'results';
  readonly resultsPath: string | null;
  readonly mainResult: {
    readonly verdict: 'positive' | 'negative' | 'inconclusive';
    /** The outcome in one short line. */
    readonly headline: string;
    /** The outcome with its numbers and reasons. */
    readonly sentence: string;
    readonly rule: string;
  };
  readonly mustRun: { readonly done: number; readonly total: number };
  readonly metric: string;
  readonly direction: 'higher' | 'lower' | null;
  readonly groups: readonly {
    readonly milestone: string;
    readonly systems: readonly {
      readonly system: string;
      /** `0.912 ± 0.006 (5)` */
      readonly value: string;
      /** `+0.031  p=0.004` or `within noise`, `the baseline` for one; null where nothing is declared to compare with. */
      readonly comparison: string | null;
      readonly runs: readonly {
        readonly run: string;
        readonly seed: number | null;
        readonly value: string;
        readonly file: string;
        readonly line: number | null;
        readonly pointer: string;
      }[];
    }[];
    /** Runs without a number, together where the reason is the same: `R012, R013 and 3 more`. */
    readonly missing: readonly { readonly runs: string; readonly why: string }[];
  }[];
  readonly handoff: string | null;
}

export interface TimelinePage {
  readonly kind: 'timeline';
  /** Newest first. */
  readonly entries: readonly {
    readonly at: number;
    readonly sentence: string;
    readonly by: string | null;
    readonly run: string | null;
    readonly tone: 'plain' | 'good' | 'bad' | 'ask';
  }[];
}

export type ToPanel =
  | { readonly type: 'view'; readonly view: PanelView }
  | {
      readonly type: 'log';
      readonly run: string;
      readonly from: number;
      readonly text: string;
      readonly ended: boolean;
    }
  | { readonly type: 'curves'; readonly curves: CurvesView }
  | { readonly type: 'comparison'; readonly comparison: ComparisonView }
  /** Switches the page that is looked at, for commands such as "Bridge: Show Results". */
  | { readonly type: 'go'; readonly page: PageName }
  | { readonly type: 'refused'; readonly sentence: string };
