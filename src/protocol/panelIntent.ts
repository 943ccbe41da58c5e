import type { AgentPanelIntent } from './agents';
import type { RunPair } from './comparison';
import type { CurvesQuery } from './curves';
import type { RunsQuery } from './runs';

export type PageName = 'plan' | 'runs' | 'needs' | 'results' | 'timeline' | 'doctor';

/** What the person did in the panel. The host parses each and has one handler each. */
export type PanelIntent =
  | AgentPanelIntent
  | { readonly type: 'ready' }
  | { readonly type: 'look'; readonly page: PageName; readonly runs: RunsQuery | null }
  | { readonly type: 'plan.deploy' }
  | { readonly type: 'plan.open'; readonly line: number | null }
  | { readonly type: 'example.try' }
  | { readonly type: 'plan.new' }
  | {
      readonly type: 'checkpoint.approve';
      readonly hash: string;
      readonly milestones: readonly string[] | null;
    }
  | { readonly type: 'checkpoint.reject'; readonly hash: string; readonly reason: string }
  | { readonly type: 'checkpoint.diff'; readonly hash: string }
  | { readonly type: 'runs.cancel'; readonly runs: readonly string[] }
  | { readonly type: 'runs.retry'; readonly runs: readonly string[] }
  | { readonly type: 'runs.pause'; readonly runs: readonly string[] }
  | { readonly type: 'runs.resume'; readonly runs: readonly string[] }
  | { readonly type: 'file.open'; readonly file: string; readonly line: number | null }
  | { readonly type: 'log.follow'; readonly run: string | null }
  /** Null: curves are no longer looked at. */
  | { readonly type: 'curves.look'; readonly curves: CurvesQuery | null }
  /** Null: nothing is compared any more. */
  | { readonly type: 'comparison.look'; readonly runs: RunPair | null }
  | { readonly type: 'comparison.file'; readonly runs: RunPair; readonly path: string }
  | { readonly type: 'comparison.logs'; readonly runs: RunPair }
  | { readonly type: 'doctor.again' }
  /** Mends what this check of the doctor found. */
  | { readonly type: 'doctor.fix'; readonly check: string }
  | { readonly type: 'text.copy'; readonly text: string }
  /** Asks the person where to save; `name` is what is proposed. */
  | { readonly type: 'file.save'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: 'trust.manage' };
