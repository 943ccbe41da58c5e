import type { Manifest } from '../core/manifest/model';
import type { Clock, ComputeBackend, Journal, WorkspaceFiles } from '../core/ports';
import type { UtcOffset } from '../core/results/report/localTime';
import { judgeGate } from '../core/results/judgeGate';
import type { RunEvent, StudyDeclaration, StudyOptions } from '../core/run/event';
import type { DriverIntent } from '../core/run/intent';
import { hashOfKey, jobIdentity } from '../core/run/jobKey';
import { isSettled } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { studyResult } from '../core/run/studyResult';
import type { Problem } from '../core/text/span';
import { Driver } from './driver';
import { buildCheckpoint, bind, describeChanges, type Binding } from './stages/checkpoint';
import { Collector } from './stages/collect';
import { findMissingScripts } from './stages/implement';
import { loadStudy, type LoadRequest } from './stages/parse';
import { StudyRecord } from './studyRecord';

/** What waits in the inbox. */
export interface IntentSource {
  list(): {
    items: readonly { id: string; intent: DriverIntent }[];
    refused: readonly { id: string; why: string }[];
  };
  remove(id: string): void;
}

export interface SessionParts {
  readonly journal: Journal;
  readonly past: readonly RunEvent[];
  readonly backend: ComputeBackend;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly inbox: IntentSource;
  readonly workspaceId: string;
  readonly offset: UtcOffset;
  /** Options of a study that a `deploy` intent starts, with the intent's overrides laid over the settings. */
  options(overrides: Record<string, unknown>): StudyOptions;
  hash(text: string): string;
  heard(event: RunEvent): void;
  complain(sentence: string): void;
  problems(problems: readonly Problem[]): void;
}

/** How a session came to rest. `wrong-input`: nothing was started, the problems were told. */
export type Outcome =
  'done' | 'failed' | 'checkpoint' | 'blocked' | 'interrupted' | 'wrong-input' | 'refused' | 'nothing';

/** What an approval is checked against at most this often while runs start. */
const approvalCheckMs = 2000;

/** Drives a workspace from intents to rest: declare, sanity, checkpoint, deploy, collect, handoff. */
export class Session {
  readonly record: StudyRecord;
  private readonly driver: Driver;
  private readonly collector: Collector;
  /** What the manifest says is data, kept for the next look at what an approval is bound to. */
  private manifest: Pick<Manifest, 'data'> = { data: [] };
  private request: LoadRequest | null = null;
  private answer: 'ask' | 'yes' = 'ask';
  private lastCheck = Number.NEGATIVE_INFINITY;
  private halted: Outcome | null = null;
  private readonly told = new Set<string>();

  constructor(private readonly parts: SessionParts) {
    const { journal, past, backend, files, clock, workspaceId } = parts;
    this.record = new StudyRecord(journal, clock, past, (event) => parts.heard(event));
    const hash = (text: string) => parts.hash(text);
    const complain = (sentence: string) => parts.complain(sentence);
    this.collector = new Collector({
      record: this.record,
      files,
      clock,
      offset: parts.offset,
      hash,
      complain,
    });
    this.driver = new Driver({
      ...{ record: this.record, backend, files, clock, workspaceId, hash, complain },
      takeIntents: () => this.takeIntents(),
      judgeGate: (milestone) => this.judge(milestone),
      approvalHolds: () => this.approvalHolds(),
      runsChanged: async (jobs) => {
        await this.collector.updateTracker(jobs);
        await this.collector.appendLog(jobs);
      },
    });
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
    if (!(await this.declare(request, by))) return 'wrong-input';
    this.answer = answer;
    return this.resume(signal);
  }

  /** Approves what the last checkpoint showed, unless its content changed, and goes on. */
  async approve(
    hash: string | null,
    milestones: readonly string[] | null,
    by: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const accepted = await this.accept(hash, milestones, by);
    return accepted === 'approved' ? this.resume(signal) : accepted;
  }

  /** Goes on from wherever the journal stands. */
  async resume(signal: AbortSignal): Promise<Outcome> {
    if (!this.state.study) {
      await this.takeIntents();
      if (!this.state.study) return this.halted ?? 'nothing';
    }
    for (;;) {
      this.halted = null;
      const rest = await this.driver.drive(signal);
      await this.commit(signal);
      if (rest === 'interrupted' || rest === 'blocked') return rest;
      if (rest === 'ended') return this.finish(signal);
      const outcome = await this.atCheckpoint(signal);
      await this.commit(signal);
      if (outcome !== 'approved') return outcome;
    }
  }

  /** Applies what waits in the inbox and lets the tracker follow, without driving anything. */
  async applyInbox(): Promise<void> {
    await this.takeIntents();
    await this.driver.report();
    await this.commit(new AbortController().signal);
  }

  private commit(signal: AbortSignal): Promise<void> {
    return this.record.commit(signal, (sentence) => this.parts.complain(sentence));
  }

  private async declare(request: LoadRequest, by: string): Promise<boolean> {
    const loaded = await loadStudy(this.parts.files, request);
    this.tell(loaded.problems);
    if (!loaded.ok) return false;
    const { study } = loaded;
    this.manifest = loaded.manifest;
    this.request = request;
    const { state, record } = this;
    const fresh = state.study === null || state.ended !== null;
    if (!fresh && state.study !== null && sameStudy(state.study, study)) return true;
    record.happened({ type: 'study.declared', study, by });
    this.retryChanged(study, fresh);
    await this.early(study);
    return true;
  }

  /** Problems are told once, however often the inputs are read again. */
  private tell(problems: readonly Problem[]): void {
    const fresh = problems.filter((problem) => !this.told.has(JSON.stringify(problem)));
    for (const problem of fresh) this.told.add(JSON.stringify(problem));
    if (fresh.length > 0) this.parts.problems(fresh);
  }

  /** An edited command is a new attempt; a run that failed is tried again when the study is started anew. */
  private retryChanged(study: StudyDeclaration, fresh: boolean): void {
    for (const job of study.jobs) {
      const known = this.state.jobs.get(job.id);
      if (!known) continue;
      const last = known.attempts[known.attempts.length - 1];
      const edited =
        last !== undefined && hashOfKey(last.key) !== this.parts.hash(jobIdentity(job)).slice(0, 12);
      const { kind } = known.phase;
      if (edited && isSettled(known.phase))
        this.record.happened({
          type: 'job.retried',
          job: job.id,
          why: 'its command was edited',
          delayMs: 0,
          by: 'Bridge',
        });
      else if (fresh && (kind === 'failed' || kind === 'skipped'))
        this.record.happened({
          type: 'job.retried',
          job: job.id,
          why: 'the study was started again',
          delayMs: 0,
          by: 'Bridge',
        });
    }
  }

  /** The stages before anything runs: parse, implement, review. */
  private async early(study: StudyDeclaration): Promise<void> {
    const { record } = this;
    record.happened({
      type: 'stage.ended',
      stage: 'parse',
      outcome: 'passed',
      note: `${study.milestones.length} milestones, ${study.jobs.length} runs`,
    });
    const missing = await findMissingScripts(study.jobs, this.parts.files, study.manifestPath);
    for (const [job, failure] of missing)
      if (this.state.jobs.get(job)?.phase.kind === 'pending')
        record.happened({ type: 'job.failed', job, failure });
    record.happened({
      type: 'stage.ended',
      stage: 'implement',
      outcome: missing.size > 0 ? 'failed' : 'passed',
      note:
        missing.size > 0
          ? [...missing.values()].map((failure) => failure.message).join('; ')
          : 'Everything that the manifest starts is there.',
    });
    if (study.kind === 'queue') return;
    const note = study.options.codeReview
      ? 'No reviewer is configured, so no other model has read this code.'
      : 'Review is switched off (bridge.codeReview), so no other model has read this code.';
    record.happened({ type: 'stage.ended', stage: 'review', outcome: 'skipped', note });
    if (missing.size > 0) await this.collector.updateTracker(new Set(missing.keys()));
  }

  private async judge(id: string): Promise<void> {
    const result = studyResult(this.state, this.parts.clock.now());
    const milestone = result?.milestones.find((each) => each.id === id);
    if (!result || !milestone) return;
    const { verdict, why } = judgeGate(milestone, result, this.state.study?.options.language ?? 'en');
    this.record.happened({ type: 'gate.judged', milestone: id, verdict, why, by: 'Bridge' });
    if (milestone.kind !== 'sanity') return;
    this.record.happened({
      type: 'stage.ended',
      stage: 'sanity',
      outcome: verdict === 'passed' ? 'passed' : 'failed',
      note: why,
    });
    await this.collector.writeResults('Results after sanity');
  }

  private async approvalHolds(): Promise<boolean> {
    const { state } = this;
    if (state.study?.kind !== 'plan' || state.checkpoint.kind !== 'approved' || state.approved.size === 0)
      return true;
    if (this.parts.clock.monotonic() - this.lastCheck < approvalCheckMs) return true;
    this.lastCheck = this.parts.clock.monotonic();
    const now = await bind(state.study, this.manifest, this.parts.files, (text) => this.parts.hash(text));
    const { planPath } = state.study;
    const changes = describeChanges(
      without(state.checkpoint.checkpoint.files, planPath),
      without(now.files, planPath),
    );
    if (changes.length === 0) return true;
    this.record.happened({ type: 'checkpoint.voided', hash: state.checkpoint.checkpoint.hash, changes });
    this.parts.complain(
      `What was approved has changed (${changes.join(', ')}). What runs goes on; the rest waits for a new approval.`,
    );
    return false;
  }

  private async bind(): Promise<Binding> {
    return bind(this.state.study!, this.manifest, this.parts.files, (text) => this.parts.hash(text));
  }

  private async atCheckpoint(signal: AbortSignal): Promise<Outcome | 'approved'> {
    // A manifest that was edited meanwhile is what the person is asked about.
    if (this.request && !(await this.declare(this.request, 'Bridge'))) return 'wrong-input';
    const approvable = await this.show();
    const { options } = this.state.study!;
    if (this.answer === 'yes' || options.autoDeploy) {
      const by = this.answer === 'yes' ? '--yes' : 'bridge.autoDeploy';
      this.answer = 'ask';
      this.approveShown(approvable.milestones, by);
      return 'approved';
    }
    await this.commit(signal);
    return 'checkpoint';
  }

  /** Shows the checkpoint as things stand, once. */
  private async show(): Promise<{ hash: string; milestones: string[] }> {
    const { state } = this;
    const binding = await this.bind();
    const before = state.checkpoint.kind === 'none' ? null : state.checkpoint.checkpoint;
    const changes = before ? describeChanges(before.files, binding.files) : [];
    const checkpoint = buildCheckpoint(state, state.study!, binding, changes);
    if (!(state.checkpoint.kind === 'shown' && before?.hash === checkpoint.hash)) {
      this.record.happened({ type: 'checkpoint.shown', checkpoint });
      this.record.happened({
        type: 'stage.ended',
        stage: 'checkpoint',
        outcome: 'waiting',
        note: 'Waits for your approval.',
      });
    }
    return { hash: checkpoint.hash, milestones: checkpoint.milestones.map((milestone) => milestone.id) };
  }

  private approveShown(milestones: readonly string[], by: string): void {
    const { checkpoint } = this.state;
    if (checkpoint.kind === 'none') return;
    this.record.happened(
      { type: 'checkpoint.approved', hash: checkpoint.checkpoint.hash, milestones, by },
      {
        type: 'stage.ended',
        stage: 'checkpoint',
        outcome: 'passed',
        note: `Approved by ${by}: ${milestones.join(', ')}.`,
      },
      { type: 'stage.started', stage: 'deploy' },
    );
  }

  private async accept(
    hash: string | null,
    milestones: readonly string[] | null,
    by: string,
  ): Promise<'approved' | 'refused' | 'nothing' | 'wrong-input'> {
    const { state } = this;
    if (!state.study || state.checkpoint.kind === 'none' || state.checkpoint.kind === 'approved') {
      this.parts.complain('There is no checkpoint that waits for an approval.');
      return 'nothing';
    }
    const shown = state.checkpoint.checkpoint;
    const { kind, planPath, trackerPath, manifestPath, target, options } = state.study;
    if (
      !(await this.declare(
        { kind, plan: planPath, tracker: trackerPath, manifest: manifestPath, target, options },
        by,
      ))
    )
      return 'wrong-input';
    const now = await this.bind();
    if (now.hash !== shown.hash || (hash !== null && hash !== shown.hash)) {
      const changes = describeChanges(shown.files, now.files);
      const why = `What the checkpoint showed has changed${changes.length > 0 ? `: ${changes.join(', ')}` : ''}. Look at the new checkpoint and approve that.`;
      this.record.happened({ type: 'intent.refused', intent: 'checkpoint.approve', why, by });
      await this.show();
      this.parts.complain(why);
      return 'refused';
    }
    const known = shown.milestones.map((milestone) => milestone.id);
    const unknown = (milestones ?? []).filter((id) => !known.includes(id));
    if (unknown.length > 0) {
      this.parts.complain(
        `The checkpoint shows no milestone ${unknown.join(', ')}. It shows ${known.join(', ')}.`,
      );
      return 'refused';
    }
    this.approveShown(milestones ?? known, by);
    return 'approved';
  }

  private async finish(signal: AbortSignal): Promise<Outcome> {
    const { state, record } = this;
    const failed = [...state.jobs.values()]
      .filter((job) => !job.obsolete && job.phase.kind === 'failed')
      .map((job) => job.job.id);
    const gates = [...state.milestones.values()].filter(
      ({ gate, milestone }) =>
        gate?.verdict === 'failed' || (gate && milestone.kind === 'sanity' && gate.verdict !== 'passed'),
    );
    const outcome = failed.length > 0 || gates.length > 0 ? 'failed' : 'done';
    if (state.ended === null) {
      const note =
        outcome === 'done'
          ? 'Every run has ended.'
          : [
              failed.length > 0 ? `Failed: ${failed.join(', ')}.` : '',
              ...gates.map(({ milestone, gate }) => `Gate of ${milestone.id}: ${gate?.why}`),
            ]
              .filter(Boolean)
              .join(' ');
      if (state.stages.some((each) => each.stage === 'deploy' && each.outcome === 'running'))
        record.happened({
          type: 'stage.ended',
          stage: 'deploy',
          outcome: outcome === 'done' ? 'passed' : 'failed',
          note,
        });
      if (state.study?.kind === 'plan') {
        await this.collector.writeResults('Initial experiment results');
        record.happened(
          { type: 'stage.ended', stage: 'collect', outcome: 'passed', note: 'Results are written.' },
          { type: 'stage.ended', stage: 'handoff', outcome: 'passed', note: '' },
        );
      }
      record.happened({ type: 'study.ended', outcome, note });
    }
    await this.commit(signal);
    return outcome;
  }

  private async takeIntents(): Promise<void> {
    const { inbox } = this.parts;
    const { items, refused } = inbox.list();
    for (const { id, why } of refused) {
      this.record.happened({ type: 'intent.refused', intent: id, why, by: 'unknown' });
      inbox.remove(id);
    }
    for (const { id, intent } of items) {
      if (!this.state.takenIntents.has(id)) {
        this.record.happened({ type: 'intent.taken', id, intent: intent.type, by: intent.by });
        await this.apply(intent);
      }
      await this.commit(new AbortController().signal);
      inbox.remove(id);
    }
  }

  private async apply(intent: DriverIntent): Promise<void> {
    const never = new AbortController().signal;
    switch (intent.type) {
      case 'deploy': {
        const options = this.parts.options(intent.overrides);
        const declared = await this.declare(
          { kind: 'plan', plan: intent.plan, tracker: null, manifest: null, target: intent.target, options },
          intent.by,
        );
        if (!declared) this.halted = 'wrong-input';
        return;
      }
      case 'checkpoint.approve':
        await this.accept(intent.hash, intent.milestones, intent.by);
        return;
      case 'checkpoint.reject':
        this.record.happened({
          type: 'checkpoint.rejected',
          hash: intent.hash,
          reason: intent.reason,
          by: intent.by,
        });
        return;
      case 'run.cancel':
        return this.driver.cancel(intent.runs, intent.by, never);
      case 'stop':
        return this.driver.cancel([...this.state.jobs.keys()], intent.by, never);
      case 'run.retry':
        for (const job of intent.runs)
          if (isSettled(this.state.jobs.get(job)?.phase))
            this.record.happened({
              type: 'job.retried',
              job,
              why: `asked for by ${intent.by}`,
              delayMs: 0,
              by: intent.by,
            });
        break;
      case 'run.pause':
        for (const job of intent.runs)
          if (this.state.jobs.get(job)?.phase.kind === 'pending')
            this.record.happened({ type: 'job.paused', job, by: intent.by });
        break;
      case 'run.resume':
        for (const job of intent.runs)
          if (this.state.jobs.get(job)?.phase.kind === 'paused')
            this.record.happened({ type: 'job.resumed', job, by: intent.by });
        break;
      case 'run.reprioritise':
        for (const job of intent.runs)
          if (this.state.jobs.has(job))
            this.record.happened({ type: 'job.prioritised', job, priority: intent.priority, by: intent.by });
        break;
    }
    this.driver.touched(intent.runs);
  }
}

function without(files: Readonly<Record<string, string>>, path: string | null): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([each]) => each !== path));
}

/** The same but for the words in the tracker's Status cells, which Bridge itself writes. */
function sameStudy(one: StudyDeclaration, other: StudyDeclaration): boolean {
  const plain = (study: StudyDeclaration) =>
    JSON.stringify({ ...study, runs: study.runs.map((run) => ({ ...run, statusText: '' })) });
  return plain(one) === plain(other);
}
