import type { Clock, ComputeBackend, Host, Journal, WorkspaceFiles } from '../core/ports';
import type { MetricSource } from '../core/results/metricSource';
import type { UtcOffset } from '../core/results/report/localTime';
import { needsCap } from '../core/run/costly';
import type { RunEvent, StudyDeclaration } from '../core/run/event';
import { asksForSanity } from '../core/run/decide';
import type { RequestedOptions } from '../core/run/options';
import { reviewHolds } from '../core/run/reviewGate';
import type { StudyState } from '../core/run/state';
import type { Problem } from '../core/text/span';
import { AgentDesk } from './agents/desk';
import { refusal } from './agents/lockedPaths';
import type { AgentPorts } from './agents/ports';
import { pumpWhile } from './agents/pump';
import { selfCheckStudy } from './agents/selfCheckStudy';
import { AgentWork } from './agents/work';
import { Approvals } from './approvals';
import type { Quote } from './quote';
import { rentalNeeds } from './rentalNeeds';
import { type RentedParts, Rentals } from './rentals';
import { RunCharges } from './runCharges';
import { BudgetWatch } from './budgetWatch';
import { CodeKeeper, type CodeStore } from './codeKeeper';
import { Declarer } from './declarer';
import { Driver } from './driver';
import { evaluateRuns, type EvaluatedRun } from './evaluateRun';
import { HealthWatch } from './healthWatch';
import { CurveJudge } from './judgeCurves';
import { Intents, type IntentSource } from './intents';
import { OriginRecorder } from './originRecorder';
import { PatientFiles } from './patience';
import type { ReviewParts } from './review/reviewStudy';
import { AuthorStage, type Step } from './stages/author';
import { Collector } from './stages/collect';
import { ConcludeStage } from './stages/conclude';
import { Handoff } from './stages/handoff';
import { MilestoneJudge } from './stages/judgeMilestone';
import { RepairStage } from './stages/repair';
import { ReviewStage } from './stages/review';
import type { LoadRequest } from './stages/parse';
import { QueueFolder } from './stages/queueFolder';
import { TrackerWriter } from './stages/trackerWriter';
import { StudyRecord } from './studyRecord';

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

/**
 * How a session came to rest. `wrong-input`: nothing was started, the problems were told. `review`: the review found
 * something critical, which a person must mend or waive. `change`: a diff waits to be taken or rejected.
 */
export type Outcome =
  | 'review'
  | 'change'
  | 'done'
  | 'failed'
  | 'checkpoint'
  | 'blocked'
  | 'interrupted'
  | 'wrong-input'
  | 'refused'
  | 'nothing';

/** Drives a workspace from intents to rest: declare, sanity, checkpoint, deploy, collect, handoff. */
export class Session {
  readonly record: StudyRecord;
  private readonly files: PatientFiles;
  private readonly driver: Driver;
  private readonly collector: Collector;
  private readonly tracker: TrackerWriter;
  private readonly queueFolder: QueueFolder;
  private readonly declarer: Declarer;
  private readonly approvals: Approvals;
  private readonly intents: Intents;
  private readonly origins: OriginRecorder;
  private readonly health: HealthWatch;
  private readonly budget: BudgetWatch;
  private readonly runCharges: RunCharges;
  private readonly rentals: Rentals | null;
  private readonly reviewer: ReviewStage;
  private readonly milestones: MilestoneJudge;
  private readonly handoff: Handoff;
  private readonly desk: AgentDesk;
  private readonly work: AgentWork;
  private readonly author: AuthorStage;
  private readonly repairs: RepairStage;
  private readonly conclusion: ConcludeStage;
  private readonly curves: CurveJudge;
  /** A person called for this just now. */
  private asked = false;
  private answer: 'ask' | 'yes' = 'ask';
  /** Ends questions that nobody waits for when the driving ends. */
  private asking = new AbortController();

  constructor(private readonly parts: SessionParts) {
    const { journal, past, backend, clock, workspaceId, inbox } = parts;
    const record = new StudyRecord(journal, clock, past, (event) => {
      this.origins.heard(event);
      parts.heard(event);
    });
    const hash = (text: string) => parts.hash(text);
    const complain = (sentence: string) => parts.complain(sentence);
    const files = new PatientFiles(parts.files, { clock, complain });
    this.files = files;
    this.origins = new OriginRecorder({
      state: () => record.state,
      home: parts.home,
      hostOf: parts.hostOf,
      files,
      clock,
      hash,
    });
    const shared = { record, files, clock, hash, complain };
    this.record = record;
    this.collector = new Collector({
      ...shared,
      offset: parts.offset,
      origins: this.origins,
      metrics: parts.metrics,
    });
    this.queueFolder = new QueueFolder({ ...shared, offset: parts.offset });
    this.tracker = new TrackerWriter({ ...shared, commit: () => this.commit(new AbortController().signal) });
    const watching = { ...shared, backend, commit: (signal: AbortSignal) => this.commit(signal) };
    this.health = new HealthWatch({ ...watching, metrics: parts.metrics });
    this.budget = new BudgetWatch(watching);
    this.runCharges = new RunCharges(record, backend);
    this.approvals = new Approvals({
      ...{ ...shared, code: parts.snapshots ?? null },
      takenPatches: () => this.author.takenPatches(),
      ...(parts.quote ? { quote: (study: StudyDeclaration) => parts.quote!(study) } : {}),
    });
    this.rentals = parts.rented
      ? new Rentals({
          ...{ machines: parts.rented, record, clock, workspaceId, complain },
          needs: () => rentalNeeds(record.state, () => this.budget.check()),
          commit: (signal) => this.commit(signal),
          wake: () => this.driver.wake.tell(),
        })
      : null;
    this.reviewer = new ReviewStage({
      record,
      reviewers: (said) => parts.review?.(said) ?? null,
      commit: (signal) => this.commit(signal),
    });
    this.milestones = new MilestoneJudge({ record, clock, collector: this.collector });
    this.handoff = new Handoff({ record, collector: this.collector });
    this.declarer = new Declarer({
      ...shared,
      problems: (problems) => parts.problems(problems),
      follow: (jobs) => this.follow(jobs),
      reviewDue: (said) => this.reviewer.due(said),
      implementDue: (study) => this.author.due(study),
      manifestComes: (request) => this.author.manifestComes(request),
    });
    const agentSettings = () => parts.agents.settings(this.declarer.said);
    this.desk = new AgentDesk({
      ...{ ...parts.agents, ...shared, commit: () => this.commit(new AbortController().signal) },
      traceMode: () => agentSettings().traces,
      permissionMinutes: () => agentSettings().permissionMinutes,
      refusal: (path, purpose) => refusal(path, purpose, record.state),
    });
    this.work = new AgentWork({
      ...{ record, clock, desk: this.desk, ports: parts.agents, tell: complain },
      said: () => this.declarer.said,
      commit: () => this.commit(new AbortController().signal),
      pump: (work) => pumpWhile(work, this.driver.wake, clock, () => this.intents.take()),
    });
    this.author = new AuthorStage({
      ...{ record, files, desk: this.desk, work: this.work, ports: parts.agents, hash, tell: complain },
      declareAgain: () => this.declarer.declareAgain('Bridge'),
    });
    this.repairs = new RepairStage({
      ...{ record, files, backend, desk: this.desk, work: this.work, author: this.author },
      ...{ ports: parts.agents, hash, tell: complain },
      reviewers: () => this.reviewer.judges(this.declarer.said),
      commit: () => this.commit(new AbortController().signal),
      pump: (work) => pumpWhile(work, this.driver.wake, clock, () => this.intents.take()),
      declareAgain: () => this.declarer.declareAgain('Bridge'),
    });
    this.conclusion = new ConcludeStage({
      ...{ record, files, clock, desk: this.desk, work: this.work, hash },
      reviewers: () => this.reviewer.judges(this.declarer.said),
      pump: (work) => pumpWhile(work, this.driver.wake, clock, () => this.intents.take()),
    });
    this.curves = new CurveJudge({
      ...{ record, clock, backend, root: files.root, commit: (signal: AbortSignal) => this.commit(signal) },
      reviewers: () => this.reviewer.judges(this.declarer.said),
    });
    this.intents = new Intents({
      ...{ record, inbox, declarer: this.declarer, approvals: this.approvals, driver: () => this.driver },
      desk: this.desk,
      rentals: this.rentals,
      options: (overrides) => parts.options(overrides),
      commit: () => this.commit(new AbortController().signal),
    });
    this.driver = new Driver({
      ...{ ...shared, backend, workspaceId },
      code: parts.snapshots ? new CodeKeeper({ ...shared, store: parts.snapshots }) : null,
      takeIntents: () => this.beforeRound(),
      budgetSpent: () => this.budget.check(),
      untilTended: () => this.rentals?.untilNext() ?? Number.POSITIVE_INFINITY,
      repairs: () => this.repairs.can(),
      judgeGate: (milestone) => this.milestones.judge(milestone),
      approvalHolds: () => this.approvals.hold(),
      runsChanged: (jobs) => this.follow(jobs),
    });
  }

  /** Once a round: what people ask, what the runs' curves say, what they have cost. */
  private async beforeRound(): Promise<void> {
    const { signal } = new AbortController();
    await this.intents.take();
    this.health.look(signal);
    this.runCharges.look();
    this.rentals?.tend(signal);
    this.curves.look(this.asking.signal);
    await this.budget.look(signal);
  }

  get state(): StudyState {
    return this.record.state;
  }

  /** Something may wait in the inbox. */
  wake(): void {
    this.driver.wake.tell();
  }

  /** Reads the inputs anew, declares them and goes on until rest. `yes` answers this checkpoint and nothing else. */
  async run(request: LoadRequest, answer: 'ask' | 'yes', by: string, signal: AbortSignal): Promise<Outcome> {
    if (!(await this.declarer.declare(request, by))) return 'wrong-input';
    this.answer = answer;
    this.asked = true;
    return this.resume(signal);
  }

  /** Approves what the last checkpoint showed, unless its content changed, and goes on. */
  async approve(milestones: readonly string[] | null, by: string, signal: AbortSignal): Promise<Outcome> {
    if (!(await this.declarer.declareAgain(by))) return 'wrong-input';
    const accepted = await this.approvals.accept(null, milestones, by);
    await this.commit(signal);
    return accepted === 'approved' ? this.resume(signal) : accepted;
  }

  /** Goes on from wherever the journal stands. */
  async resume(signal: AbortSignal): Promise<Outcome> {
    const outcome = await this.carry(signal);
    this.runCharges.look();
    // What nobody needs now is given back before this process leaves; of an interrupted one the lease sees to it.
    if (outcome !== 'interrupted') await this.rentals?.settle(signal);
    await this.commit(signal);
    return outcome;
  }

  private async carry(signal: AbortSignal): Promise<Outcome> {
    this.files.signal = signal;
    if (!this.state.study) {
      await this.intents.take();
      if (!this.state.study) return 'nothing';
    }
    await this.work.recover();
    for (;;) {
      const rest = await this.driver.drive(signal).finally(() => {
        this.asking.abort();
        this.asking = new AbortController();
        return Promise.all([this.origins.settle(), this.health.settle(), this.curves.settle()]);
      });
      await this.commit(signal);
      if (rest === 'interrupted' || rest === 'blocked') return rest;
      if (rest === 'ended') {
        await this.conclude(signal);
        return signal.aborted ? 'interrupted' : this.finish(signal);
      }
      if (rest === 'implement' || rest === 'review' || rest === 'repair') {
        const step = await this.stage(rest, signal);
        await this.commit(signal);
        if (signal.aborted) return 'interrupted';
        if (step !== 'again') return step;
        continue;
      }
      const outcome = await this.atCheckpoint(signal);
      await this.commit(signal);
      if (signal.aborted) return 'interrupted';
      if (outcome !== 'approved' && outcome !== 'again') return outcome;
    }
  }

  private async stage(
    stage: 'implement' | 'review' | 'repair',
    signal: AbortSignal,
  ): Promise<Step | 'review'> {
    const { study } = this.state;
    if (!study) return 'again';
    if (stage === 'implement') return this.author.implement(study, this.asked, signal);
    return stage === 'repair' ? this.repairs.repair(study, signal) : this.review(signal);
  }

  /** Program first, then another model; what is critical goes to the author once for each of two reviews. */
  private async review(signal: AbortSignal): Promise<Step | 'review'> {
    const { study } = this.state;
    if (!study) return 'again';
    await this.selfCheck();
    await this.reviewer.review(this.declarer.said, signal);
    if (signal.aborted || !reviewHolds(this.state)) return 'again';
    const step = await this.author.mend(study, this.author.critical(), null, signal);
    return step ?? (signal.aborted ? 'again' : 'review');
  }

  private async selfCheck(): Promise<void> {
    const { record, files } = this;
    const { study } = this.state;
    if (study?.kind !== 'plan') return;
    const hash = (text: string) => this.parts.hash(text);
    await selfCheckStudy(study, { record, files, ports: this.parts.agents, hash });
  }

  /** Evaluates runs again, one after another, and brings tracker, gates and report up to date. */
  async evaluate(ids: readonly string[], signal: AbortSignal): Promise<readonly EvaluatedRun[]> {
    const { backend, files, clock, workspaceId } = this.parts;
    const outcomes = await evaluateRuns(
      {
        ...{ record: this.record, backend, files, clock, workspaceId },
        hash: (text: string) => this.parts.hash(text),
        commit: (until: AbortSignal) => this.commit(until),
      },
      ids,
      signal,
    );
    const done = outcomes.flatMap(({ id, outcome }) => (outcome.kind === 'done' ? [id] : []));
    if (done.length === 0 || outcomes.at(-1)?.outcome.kind === 'interrupted') return outcomes;
    await this.follow(new Set(done));
    await this.milestones.judgeAgain(done);
    if (this.state.study?.kind === 'plan')
      await this.collector.writeResults(`Results after evaluating ${done.join(', ')} again`);
    await this.commit(signal);
    return outcomes;
  }

  /** Applies what waits in the inbox and lets the tracker follow, without driving anything. */
  async applyInbox(): Promise<void> {
    const { signal } = new AbortController();
    await this.intents.take();
    await this.driver.report();
    await this.rentals?.settle(signal);
    await this.commit(signal);
  }

  private commit(signal: AbortSignal): Promise<void> {
    return this.record.commit(signal, (sentence) => this.parts.complain(sentence));
  }

  private async follow(jobs: ReadonlySet<string>): Promise<void> {
    await this.tracker.update(jobs);
    await this.collector.appendLog(jobs);
    await this.queueFolder.follow();
  }

  private async atCheckpoint(signal: AbortSignal): Promise<Outcome | 'approved' | 'again'> {
    if (!(await this.declarer.declareAgain('Bridge'))) return 'wrong-input';
    const mended = await this.mendRejected(signal);
    if (mended !== null) return mended;
    await this.selfCheck();
    const milestones = await this.approvals.show();
    const yes = this.answer === 'yes';
    const auto = this.state.study?.options.autoDeploy === true && !asksForSanity(this.state);
    if (!yes && !auto) return 'checkpoint';
    if (!yes && this.approvals.evaluatorWaits()) {
      this.parts.complain('The locked evaluation was changed: you approve that, bridge.autoDeploy does not.');
      return 'checkpoint';
    }
    this.answer = 'ask';
    if (this.approvals.lacksCap()) {
      this.parts.complain(needsCap(this.state.study?.target ?? ''));
      return yes ? 'refused' : 'checkpoint';
    }
    this.approvals.approve(milestones, yes ? '--yes' : 'bridge.autoDeploy');
    return 'approved';
  }

  /** The reason of a person who did not approve reaches the author, when the person calls again. */
  private async mendRejected(signal: AbortSignal): Promise<Step | null> {
    const { checkpoint, study } = this.state;
    const isRejected = checkpoint.kind === 'rejected' && checkpoint.reason.trim() !== '';
    if (!study || !isRejected || !this.asked) return null;
    return this.author.mend(study, [], checkpoint.reason, signal);
  }

  /** What is left to judgement, before the end is recorded. */
  private async conclude(signal: AbortSignal): Promise<void> {
    const { study, ended } = this.state;
    if (study?.kind !== 'plan' || ended !== null) return;
    await this.approvals.noteEvaluator();
    await this.conclusion.criteria(study, signal);
    if (!signal.aborted) await this.conclusion.ablations(study, signal);
    await this.commit(signal);
  }

  private async finish(signal: AbortSignal): Promise<'done' | 'failed'> {
    const outcome = await this.handoff.end();
    await this.commit(signal);
    // Written after the end is durable: a driver that comes later finds it ended and writes it again.
    await this.queueFolder.write();
    return outcome;
  }
}
