import type { Clock, ComputeBackend, Host, Journal, WorkspaceFiles } from '../core/ports';
import type { UtcOffset } from '../core/results/report/localTime';
import type { MetricSource } from '../core/results/metricSource';
import type { RunEvent } from '../core/run/event';
import type { StudyDeclaration } from '../core/run/declaration';
import type { RequestedOptions } from '../core/run/options';
import type { Problem } from '../core/text/span';
import type { AgentPorts } from './agents/ports';
import type { CodeStore } from './codeKeeper';
import type { IntentSource } from './intents';
import type { Quote } from './quote';
import type { RentedParts } from './rentals';
import type { ReviewParts } from './review/reviewStudy';

/** What a session is given by the program that it is part of. */
export interface SessionParts {
  readonly journal: Journal;
  readonly past: readonly RunEvent[];
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly inbox: IntentSource;
  readonly agents: AgentPorts;
  readonly workspaceId: string;
  /** The machine of the workspace itself. */
  readonly home: Host;
  /** The machine of a host's name, to ask it what runs run on; null: it cannot be asked from here. */
  readonly hostOf: (id: string) => Host | null;
  /** Where the metrics of running and finished runs are read. */
  readonly metrics: MetricSource;
  /** Where the code that runs start with is kept; missing: nowhere. */
  readonly snapshots?: CodeStore;
  readonly offset: UtcOffset;
  /** Where machines are rented; missing: nowhere. */
  readonly rented?: RentedParts;
  /** What a target that costs money would cost. */
  quote?(study: StudyDeclaration): Promise<Quote>;
  /** Options of a study that a `deploy` intent starts, with the intent's overrides laid over the settings. */
  options(overrides: Record<string, unknown>): RequestedOptions;
  /** Who can be asked to review, with what was said for this call; missing: nobody. */
  review?(said: Readonly<Record<string, unknown>>): ReviewParts;
  hash(text: string): string;
  heard(event: RunEvent): void;
  complain(sentence: string): void;
  problems(problems: readonly Problem[]): void;
}
