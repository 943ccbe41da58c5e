import type { StudyDeclaration } from '../core/run/declaration';
import { AgentDesk } from './agents/desk';
import { refusal } from './agents/lockedPaths';
import { pumpWhile } from './agents/pump';
import { AgentWork } from './agents/work';
import { Approvals } from './approvals';
import { rentalNeeds } from './rentalNeeds';
import { Rentals } from './rentals';
import { RunCharges } from './runCharges';
import { BudgetWatch } from './budgetWatch';
import { CodeKeeper } from './codeKeeper';
import { Declarer } from './declarer';
import { Driver } from './driver';
import { HealthWatch } from './healthWatch';
import { CurveJudge } from './judgeCurves';
import { Intents } from './intents';
import { OriginRecorder } from './originRecorder';
import { PatientFiles } from './patience';
import { AuthorStage } from './stages/author';
import { Collector } from './stages/collect';
import { ConcludeStage } from './stages/conclude';
import { Handoff } from './stages/handoff';
import { MilestoneJudge } from './stages/judgeMilestone';
import { RepairStage } from './stages/repair';
import { ReviewStage } from './stages/review';
import { QueueFolder } from './stages/queueFolder';
import { TrackerWriter } from './stages/trackerWriter';
import { StudyRecord } from './studyRecord';
import type { SessionParts } from './sessionParts';

/** Who does what in a session. */
export interface SessionCrew {
  readonly record: StudyRecord;
  readonly files: PatientFiles;
  readonly driver: Driver;
  readonly collector: Collector;
  readonly tracker: TrackerWriter;
  readonly queueFolder: QueueFolder;
  readonly declarer: Declarer;
  readonly approvals: Approvals;
  readonly intents: Intents;
  readonly origins: OriginRecorder;
  readonly health: HealthWatch;
  readonly budget: BudgetWatch;
  readonly runCharges: RunCharges;
  readonly rentals: Rentals | null;
  readonly reviewer: ReviewStage;
  readonly milestones: MilestoneJudge;
  readonly handoff: Handoff;
  readonly work: AgentWork;
  readonly author: AuthorStage;
  readonly repairs: RepairStage;
  readonly conclusion: ConcludeStage;
  readonly curves: CurveJudge;
  /** Makes durable what happened. */
  commit(signal: AbortSignal): Promise<void>;
  /** Lets tracker, log and queue folder follow the runs that changed. */
  follow(jobs: ReadonlySet<string>): Promise<void>;
}

/** Makes everybody that a session needs, and makes them known to each other. `beforeRound` is called once a round. */
export function assembleSession(parts: SessionParts, beforeRound: () => Promise<void>): SessionCrew {
  const { journal, past, backend, clock, workspaceId, inbox } = parts;
  const record: StudyRecord = new StudyRecord(journal, clock, past, (event) => {
    origins.heard(event);
    parts.heard(event);
  });
  const hash = (text: string) => parts.hash(text);
  const complain = (sentence: string) => parts.complain(sentence);
  // Members know each other only once they are asked something, so the order in which they are made does not matter.
  const commit = (signal: AbortSignal) => record.commit(signal, complain);
  const commitNow = () => commit(new AbortController().signal);
  const pump = <T>(work: Promise<T>) => pumpWhile(work, driver.wake, clock, () => intents.take());
  const reviewers = () => reviewer.judges(declarer.said);
  const declareAgain = () => declarer.declareAgain('Bridge');
  const follow = async (jobs: ReadonlySet<string>) => {
    await tracker.update(jobs);
    await collector.appendLog(jobs);
    await queueFolder.follow();
  };
  const files: PatientFiles = new PatientFiles(parts.files, { clock, complain });
  const origins: OriginRecorder = new OriginRecorder({
    state: () => record.state,
    home: parts.home,
    hostOf: parts.hostOf,
    files,
    clock,
    hash,
  });
  const shared = { record, files, clock, hash, complain };
  const collector = new Collector({
    ...shared,
    offset: parts.offset,
    origins,
    metrics: parts.metrics,
  });
  const queueFolder = new QueueFolder({ ...shared, offset: parts.offset });
  const tracker: TrackerWriter = new TrackerWriter({ ...shared, commit: commitNow });
  const watching = { ...shared, backend, commit };
  const health = new HealthWatch({ ...watching, metrics: parts.metrics });
  const budget = new BudgetWatch(watching);
  const runCharges = new RunCharges(record, backend);
  const approvals: Approvals = new Approvals({
    ...{ ...shared, code: parts.snapshots ?? null },
    takenPatches: () => author.takenPatches(),
    ...(parts.quote ? { quote: (study: StudyDeclaration) => parts.quote!(study) } : {}),
  });
  const rentals: Rentals | null = parts.rented
    ? new Rentals({
        ...{ machines: parts.rented, record, clock, workspaceId, complain },
        needs: () => rentalNeeds(record.state, () => budget.check()),
        commit,
        wake: () => driver.wake.tell(),
      })
    : null;
  const reviewer: ReviewStage = new ReviewStage({
    record,
    reviewers: (said) => parts.review?.(said) ?? null,
    commit,
  });
  const milestones = new MilestoneJudge({ record, clock, collector });
  const handoff = new Handoff({ record, collector });
  const declarer: Declarer = new Declarer({
    ...shared,
    problems: (problems) => parts.problems(problems),
    follow,
    reviewDue: (said) => reviewer.due(said),
    implementDue: (study) => author.due(study),
    manifestComes: (request) => author.manifestComes(request),
  });
  const agentSettings = () => parts.agents.settings(declarer.said);
  const desk: AgentDesk = new AgentDesk({
    ...{ ...parts.agents, ...shared, commit: commitNow },
    traceMode: () => agentSettings().traces,
    permissionMinutes: () => agentSettings().permissionMinutes,
    refusal: (path, purpose) => refusal(path, purpose, record.state),
  });
  const work: AgentWork = new AgentWork({
    ...{ record, clock, desk, ports: parts.agents, tell: complain },
    said: () => declarer.said,
    commit: commitNow,
    pump,
  });
  const author: AuthorStage = new AuthorStage({
    ...{ record, files, desk, work, ports: parts.agents, hash, tell: complain },
    declareAgain,
  });
  const repairs: RepairStage = new RepairStage({
    ...{ record, files, backend, desk, work, author },
    ...{ ports: parts.agents, hash, tell: complain },
    reviewers,
    commit: commitNow,
    pump,
    declareAgain,
  });
  const conclusion: ConcludeStage = new ConcludeStage({
    ...{ record, files, clock, desk, work, hash },
    reviewers,
    pump,
  });
  const curves: CurveJudge = new CurveJudge({
    ...{ record, clock, backend, root: files.root, commit },
    reviewers,
  });
  const intents: Intents = new Intents({
    ...{ record, inbox, declarer, approvals, driver: () => driver },
    desk,
    rentals,
    options: (overrides) => parts.options(overrides),
    commit: commitNow,
  });
  const driver: Driver = new Driver({
    ...{ ...shared, backend, workspaceId },
    code: parts.snapshots ? new CodeKeeper({ ...shared, store: parts.snapshots }) : null,
    takeIntents: () => beforeRound(),
    budgetSpent: () => budget.check(),
    untilTended: () => rentals?.untilNext() ?? Number.POSITIVE_INFINITY,
    repairs: () => repairs.can(),
    judgeGate: (milestone) => milestones.judge(milestone),
    approvalHolds: () => approvals.hold(),
    runsChanged: follow,
  });
  return {
    record,
    files,
    driver,
    collector,
    tracker,
    queueFolder,
    declarer,
    approvals,
    intents,
    origins,
    health,
    budget,
    runCharges,
    rentals,
    reviewer,
    milestones,
    handoff,
    work,
    author,
    repairs,
    conclusion,
    curves,
    commit,
    follow,
  };
}
