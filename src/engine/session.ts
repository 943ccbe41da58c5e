import { needsCap } from '../core/run/costly';
import { asksForSanity } from '../core/run/decide';
import { reviewHolds } from '../core/run/reviewGate';
import type { StudyState } from '../core/run/state';
import { selfCheckStudy } from './agents/selfCheckStudy';
import { evaluateRuns, type EvaluatedRun } from './evaluateRun';
import { type Step } from './stages/author';
import type { LoadRequest } from './stages/parse';
import type { StudyRecord } from './studyRecord';
import { assembleSession, type SessionCrew } from './assembleSession';
import type { SessionParts } from './sessionParts';

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
  private readonly crew: SessionCrew;
  /** A person called for this just now. */
  private asked = false;
  private answer: 'ask' | 'yes' = 'ask';
  /** Ends questions that nobody waits for when the driving ends. */
  private asking = new AbortController();

  constructor(private readonly parts: SessionParts) {
    this.crew = assembleSession(parts, () => this.beforeRound());
  }

  /** Once a round: what people ask, what the runs' curves say, what they have cost. */
  private async beforeRound(): Promise<void> {
    const { signal } = new AbortController();
    await this.crew.intents.take();
    this.crew.health.look(signal);
    this.crew.runCharges.look();
    this.crew.rentals?.tend(signal);
    this.crew.curves.look(this.asking.signal);
    await this.crew.budget.look(signal);
  }

  get record(): StudyRecord {
    return this.crew.record;
  }

  get state(): StudyState {
    return this.record.state;
  }

  /** Something may wait in the inbox. */
  wake(): void {
    this.crew.driver.wake.tell();
  }

  /** Reads the inputs anew, declares them and goes on until rest. `yes` answers this checkpoint and nothing else. */
  async run(request: LoadRequest, answer: 'ask' | 'yes', by: string, signal: AbortSignal): Promise<Outcome> {
    if (!(await this.crew.declarer.declare(request, by))) return 'wrong-input';
    this.answer = answer;
    this.asked = true;
    return this.resume(signal);
  }

  /** Approves what the last checkpoint showed, unless its content changed, and goes on. */
  async approve(milestones: readonly string[] | null, by: string, signal: AbortSignal): Promise<Outcome> {
    if (!(await this.crew.declarer.declareAgain(by))) return 'wrong-input';
    const accepted = await this.crew.approvals.accept(null, milestones, by);
    await this.crew.commit(signal);
    return accepted === 'approved' ? this.resume(signal) : accepted;
  }

  /** Goes on from wherever the journal stands. */
  async resume(signal: AbortSignal): Promise<Outcome> {
    const outcome = await this.carry(signal);
    this.crew.runCharges.look();
    // What nobody needs now is given back before this process leaves; of an interrupted one the lease sees to it.
    if (outcome !== 'interrupted') await this.crew.rentals?.settle(signal);
    await this.crew.commit(signal);
    return outcome;
  }

  private async carry(signal: AbortSignal): Promise<Outcome> {
    this.crew.files.signal = signal;
    if (!this.state.study) {
      await this.crew.intents.take();
      if (!this.state.study) return 'nothing';
    }
    await this.crew.work.recover();
    for (;;) {
      const rest = await this.crew.driver.drive(signal).finally(() => {
        this.asking.abort();
        this.asking = new AbortController();
        return Promise.all([
          this.crew.origins.settle(),
          this.crew.health.settle(),
          this.crew.curves.settle(),
        ]);
      });
      await this.crew.commit(signal);
      if (rest === 'interrupted' || rest === 'blocked') return rest;
      if (rest === 'ended') {
        await this.conclude(signal);
        return signal.aborted ? 'interrupted' : this.finish(signal);
      }
      if (rest === 'implement' || rest === 'review' || rest === 'repair') {
        const step = await this.stage(rest, signal);
        await this.crew.commit(signal);
        if (signal.aborted) return 'interrupted';
        if (step !== 'again') return step;
        continue;
      }
      const outcome = await this.atCheckpoint(signal);
      await this.crew.commit(signal);
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
    if (stage === 'implement') return this.crew.author.implement(study, this.asked, signal);
    return stage === 'repair' ? this.crew.repairs.repair(study, signal) : this.review(signal);
  }

  /** Program first, then another model; what is critical goes to the author once for each of two reviews. */
  private async review(signal: AbortSignal): Promise<Step | 'review'> {
    const { study } = this.state;
    if (!study) return 'again';
    await this.selfCheck();
    await this.crew.reviewer.review(this.crew.declarer.said, signal);
    if (signal.aborted || !reviewHolds(this.state)) return 'again';
    const step = await this.crew.author.mend(study, this.crew.author.critical(), null, signal);
    return step ?? (signal.aborted ? 'again' : 'review');
  }

  private async selfCheck(): Promise<void> {
    const { record, files } = this.crew;
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
        commit: (until: AbortSignal) => this.crew.commit(until),
      },
      ids,
      signal,
    );
    const done = outcomes.flatMap(({ id, outcome }) => (outcome.kind === 'done' ? [id] : []));
    if (done.length === 0 || outcomes.at(-1)?.outcome.kind === 'interrupted') return outcomes;
    await this.crew.follow(new Set(done));
    await this.crew.milestones.judgeAgain(done);
    if (this.state.study?.kind === 'plan')
      await this.crew.collector.writeResults(`Results after evaluating ${done.join(', ')} again`);
    await this.crew.commit(signal);
    return outcomes;
  }

  /** Applies what waits in the inbox and lets the tracker follow, without driving anything. */
  async applyInbox(): Promise<void> {
    const { signal } = new AbortController();
    await this.crew.intents.take();
    await this.crew.driver.report();
    await this.crew.rentals?.settle(signal);
    await this.crew.commit(signal);
  }

  private async atCheckpoint(signal: AbortSignal): Promise<Outcome | 'approved' | 'again'> {
    if (!(await this.crew.declarer.declareAgain('Bridge'))) return 'wrong-input';
    const mended = await this.mendRejected(signal);
    if (mended !== null) return mended;
    await this.selfCheck();
    const milestones = await this.crew.approvals.show();
    const yes = this.answer === 'yes';
    const auto = this.state.study?.options.autoDeploy === true && !asksForSanity(this.state);
    if (!yes && !auto) return 'checkpoint';
    if (!yes && this.crew.approvals.evaluatorWaits()) {
      this.parts.complain('The locked evaluation was changed: you approve that, bridge.autoDeploy does not.');
      return 'checkpoint';
    }
    this.answer = 'ask';
    if (this.crew.approvals.lacksCap()) {
      this.parts.complain(needsCap(this.state.study?.target ?? ''));
      return yes ? 'refused' : 'checkpoint';
    }
    this.crew.approvals.approve(milestones, yes ? '--yes' : 'bridge.autoDeploy');
    return 'approved';
  }

  /** The reason of a person who did not approve reaches the author, when the person calls again. */
  private async mendRejected(signal: AbortSignal): Promise<Step | null> {
    const { checkpoint, study } = this.state;
    const isRejected = checkpoint.kind === 'rejected' && checkpoint.reason.trim() !== '';
    if (!study || !isRejected || !this.asked) return null;
    return this.crew.author.mend(study, [], checkpoint.reason, signal);
  }

  /** What is left to judgement, before the end is recorded. */
  private async conclude(signal: AbortSignal): Promise<void> {
    const { study, ended } = this.state;
    if (study?.kind !== 'plan' || ended !== null) return;
    await this.crew.approvals.noteEvaluator();
    await this.crew.conclusion.criteria(study, signal);
    if (!signal.aborted) await this.crew.conclusion.ablations(study, signal);
    await this.crew.commit(signal);
  }

  private async finish(signal: AbortSignal): Promise<'done' | 'failed'> {
    const outcome = await this.crew.handoff.end();
    await this.crew.commit(signal);
    // Written after the end is durable: a driver that comes later finds it ended and writes it again.
    await this.crew.queueFolder.write();
    return outcome;
  }
}
