import { noAgents } from './agents';
import { foldAgents, withoutRepairs } from './foldAgents';
import type { Place } from './jobHandle';
import { foldRental } from './rentals';
import type { RunEvent, StudyDeclaration } from './event';
import type {
  Attempt,
  JobPhase,
  JobState,
  MilestoneState,
  StudyState,
  TimelineEntry,
  TrackerCells,
} from './state';

/** How many events the timeline keeps. The journal keeps them all. */
const timelineLength = 2000;

export const emptyState: StudyState = {
  study: null,
  declaredAt: null,
  askedBy: null,
  declaredCode: null,
  jobs: new Map(),
  running: new Set(),
  abandoned: new Set(),
  milestones: new Map(),
  stages: [],
  checkpoint: { kind: 'none' },
  lastApproved: null,
  review: null,
  waivers: new Map(),
  agents: noAgents,
  budgetLevel: 'open',
  moneyLevel: 'open',
  charges: new Map(),
  rentals: new Map(),
  approved: new Map(),
  capacity: null,
  takenIntents: new Set(),
  trackerCells: new Map(),
  ended: null,
  timeline: [],
  revision: 0,
};

/**
 * Folds a journal into what it means. Maps are owned by the fold and changed in place, so that 10,000 runs with
 * 40,000 events fold in tens of milliseconds; `state` hands out a fresh top-level object a revision, which is what
 * readers compare.
 */
export class StateFold {
  private readonly jobs = new Map<string, JobState>();
  private readonly running = new Set<string>();
  private readonly milestones = new Map<string, MilestoneState>();
  private readonly approved = new Map<string, string>();
  private readonly takenIntents = new Set<string>();
  private readonly trackerCells = new Map<string, TrackerCells>();
  /** Attempt key -> job id. */
  private readonly owners = new Map<string, string>();
  /** Keys of attempts that were given up and may be left on their machines. */
  private readonly abandoned = new Set<string>();
  private timeline: TimelineEntry[] = [];
  private current: StudyState = {
    ...emptyState,
    jobs: this.jobs,
    running: this.running,
    abandoned: this.abandoned,
    milestones: this.milestones,
    approved: this.approved,
    takenIntents: this.takenIntents,
    trackerCells: this.trackerCells,
  };

  get state(): StudyState {
    return this.current;
  }

  apply(events: Iterable<RunEvent>): void {
    let count = 0;
    for (const event of events) {
      this.fold(event);
      if (
        event.type !== 'attempt.started' &&
        event.type !== 'attempt.queued' &&
        event.type !== 'capacity.seen' &&
        event.type !== 'work.reported' &&
        event.type !== 'change.taking' &&
        event.type !== 'tracker.writing'
      )
        this.timeline.push({ at: event.at, event });
      count++;
    }
    if (count === 0) return;
    if (this.timeline.length > 2 * timelineLength) this.timeline = this.timeline.slice(-timelineLength);
    this.current = { ...this.current, timeline: this.timeline, revision: this.current.revision + count };
  }

  /** The job that an attempt belongs to. */
  jobOf(key: string): JobState | undefined {
    const id = this.owners.get(key);
    return id === undefined ? undefined : this.jobs.get(id);
  }

  private set(change: Partial<StudyState>): void {
    this.current = { ...this.current, ...change };
  }

  private phase(id: string, phase: JobPhase): void {
    const job = this.jobs.get(id);
    if (!job) return;
    this.jobs.set(id, { ...job, phase });
    if (phase.kind !== 'running') this.running.delete(id);
  }

  private attempt(key: string, change: Partial<Attempt>): void {
    const job = this.jobOf(key);
    if (!job) return;
    const attempts = job.attempts.map((each) => (each.key === key ? { ...each, ...change } : each));
    this.jobs.set(job.job.id, { ...job, attempts });
  }

  private attemptOf(key: string): Attempt | undefined {
    return this.jobOf(key)?.attempts.find((each) => each.key === key);
  }

  /** A run that will run again takes the verdict of its milestone's gate and the study's end back. */
  private reopen(id: string): void {
    const milestone = this.milestones.get(this.jobs.get(id)?.job.milestone ?? '');
    if (milestone?.gate) this.milestones.set(milestone.milestone.id, { ...milestone, gate: null });
    if (this.current.ended) this.set({ ended: null });
  }

  private fold(event: RunEvent): void {
    switch (event.type) {
      case 'study.declared':
        this.set({ declaredAt: event.at, declaredCode: null, askedBy: event.askedBy ?? null });
        // What a program asks for anew is approved anew, its sanity runs as well.
        if (event.askedBy !== undefined)
          for (const { id, kind } of event.study.milestones) if (kind === 'sanity') this.approved.delete(id);
        return this.declare(event.study);
      case 'stage.started':
        return this.set({
          stages: [
            ...this.current.stages.filter((each) => each.stage !== event.stage),
            { stage: event.stage, outcome: 'running', note: '', at: event.at },
          ],
        });
      case 'stage.ended':
        return this.set({
          stages: [
            ...this.current.stages.filter((each) => each.stage !== event.stage),
            { stage: event.stage, outcome: event.outcome, note: event.note, at: event.at },
          ],
        });
      case 'checkpoint.shown':
        return this.set({ checkpoint: { kind: 'shown', checkpoint: event.checkpoint, at: event.at } });
      case 'checkpoint.approved': {
        const shown = this.current.checkpoint;
        if (shown.kind === 'none' || shown.checkpoint.hash !== event.hash) return;
        for (const milestone of event.milestones) this.approved.set(milestone, event.hash);
        return this.set({
          lastApproved: shown.checkpoint,
          checkpoint: {
            kind: 'approved',
            checkpoint: shown.checkpoint,
            milestones: event.milestones,
            by: event.by,
            at: event.at,
          },
        });
      }
      case 'checkpoint.rejected': {
        const shown = this.current.checkpoint;
        if (shown.kind === 'none') return;
        return this.set({
          checkpoint: { kind: 'rejected', checkpoint: shown.checkpoint, reason: event.reason, at: event.at },
        });
      }
      case 'checkpoint.voided':
        this.approved.clear();
        return;
      case 'review.finished': {
        const { type: _, ...review } = event;
        return this.set({ review });
      }
      case 'finding.waived': {
        const { finding, reason, by, at } = event;
        const waivers = new Map(this.current.waivers).set(finding, { finding, reason, by, at });
        return this.set({ waivers });
      }
      case 'gate.judged': {
        const milestone = this.milestones.get(event.milestone);
        if (milestone)
          this.milestones.set(event.milestone, {
            ...milestone,
            gate: { verdict: event.verdict, why: event.why, by: event.by },
          });
        return;
      }
      case 'attempt.requested': {
        const job = this.jobs.get(event.job);
        if (!job) return;
        this.owners.set(event.key, event.job);
        if (this.current.declaredCode === null && event.code != null) this.set({ declaredCode: event.code });
        const attempt: Attempt = {
          ...{
            key: event.key,
            attempt: event.attempt,
            host: event.host,
            gpus: event.gpus,
            ...(event.gpuCount === undefined ? {} : { gpuCount: event.gpuCount }),
            boot: event.boot ?? null,
            code: event.code ?? null,
            ...(event.only === undefined ? {} : { only: event.only, command: event.command ?? '' }),
            requestedAt: event.at,
          },
          ...{ startedAt: null, handle: null, stopping: null, unreachable: null, exit: null, endedAt: null },
        };
        if (event.only !== undefined)
          return void this.jobs.set(event.job, {
            ...job,
            attempts: [...job.attempts, attempt],
            discounted: (job.discounted ?? 0) + 1,
          });
        this.jobs.set(event.job, {
          ...job,
          phase: { kind: 'running' },
          attempts: [...job.attempts, attempt],
          flags: [],
        });
        this.running.add(event.job);
        return;
      }
      case 'attempt.queued':
        return this.attempt(event.key, {
          handle: event.handle,
          unreachable: null,
          queued: { why: event.why },
        });
      case 'attempt.started':
        return this.attempt(event.key, {
          // Told again after it could not be reached: it began when it began.
          startedAt: this.attemptOf(event.key)?.startedAt ?? event.at - (event.elapsedMs ?? 0),
          handle: event.handle,
          unreachable: null,
          unreachableSince: null,
          queued: null,
          ...placed(event.place),
        });
      case 'attempt.unreachable':
        return this.attempt(event.key, {
          unreachable: event.why,
          unreachableSince: event.since === undefined ? event.at : event.since,
        });
      case 'attempt.abandoned':
        this.abandoned.add(event.key);
        return this.attempt(event.key, { endedAt: event.at, abandoned: 'open', unreachable: null });
      case 'attempt.cleared':
        this.abandoned.delete(event.key);
        return this.attempt(event.key, { abandoned: 'cleared' });
      case 'attempt.stopping':
        return this.attempt(event.key, { stopping: event.reason, stoppedBy: event.by });
      case 'attempt.exited':
        return this.attempt(event.key, {
          exit: event.exit,
          endedAt: event.exit.endedAt,
          unreachable: null,
          queued: null,
          // Nobody saw it run.
          startedAt: this.attemptOf(event.key)?.startedAt ?? event.exit.endedAt - (event.exit.elapsedMs ?? 0),
          ...placed(event.place),
        });
      case 'attempt.lost':
        return this.attempt(event.key, { endedAt: event.at, unreachable: null, queued: null });
      case 'job.completed':
        return this.phase(event.job, {
          kind: 'completed',
          key: event.key,
          metrics: event.metrics,
          at: event.at,
        });
      case 'job.failed':
        return this.phase(event.job, { kind: 'failed', failure: event.failure, at: event.at });
      case 'job.skipped':
        return this.phase(event.job, { kind: 'skipped', why: event.why, at: event.at });
      case 'job.cancelled':
        return this.phase(event.job, { kind: 'cancelled', by: event.by, at: event.at });
      case 'job.retried': {
        this.reopen(event.job);
        if (event.afresh && this.current.agents.gaveUp.has(event.job))
          this.set({ agents: withoutRepairs(this.current.agents, event.job) });
        const job = this.jobs.get(event.job);
        if (job && event.afresh) this.jobs.set(event.job, { ...job, discounted: job.attempts.length });
        return this.phase(event.job, {
          kind: 'pending',
          notBefore: event.delayMs > 0 ? event.at + event.delayMs : null,
          ...(event.delayMs > 0 ? { delayMs: event.delayMs } : {}),
          why: event.why,
          ...(event.cause ? { cause: event.cause } : {}),
        });
      }
      case 'capacity.seen':
        return this.set({ capacity: { host: event.host, gpus: event.gpus, missing: event.missing } });
      case 'job.paused':
        return this.phase(event.job, { kind: 'paused', by: event.by });
      case 'job.resumed':
        this.reopen(event.job);
        return this.phase(event.job, { kind: 'pending', notBefore: null, why: null });
      case 'job.prioritised': {
        const job = this.jobs.get(event.job);
        if (job) this.jobs.set(event.job, { ...job, priority: event.priority });
        return;
      }
      case 'budget.reached':
        return this.set({ budgetLevel: event.level });
      case 'money.reached':
        return this.set({ moneyLevel: event.level });
      case 'cost.started': {
        const { charge: id, host, usdPerHour, at } = event;
        const charge = { id, host, usdPerHour, from: at, to: null, usd: null };
        return this.set({ charges: new Map(this.current.charges).set(id, charge) });
      }
      case 'cost.ended': {
        const charge = this.current.charges.get(event.charge);
        if (!charge) return;
        const ended = { ...charge, to: event.at, usd: event.usd };
        return this.set({ charges: new Map(this.current.charges).set(charge.id, ended) });
      }
      case 'rental.requested':
      case 'rental.found':
      case 'rental.ready':
      case 'rental.ending':
      case 'rental.gone':
        return this.set({ rentals: foldRental(this.current.rentals, event, event.at) });
      case 'job.flagged': {
        const job = this.jobs.get(event.job);
        if (job) this.jobs.set(event.job, { ...job, flags: [...job.flags, event.why] });
        return;
      }
      case 'tracker.writing':
        for (const { job, status, notes } of event.cells) {
          const known = this.trackerCells.get(job) ?? { status: null, notes: '' };
          this.trackerCells.set(job, { ...known, writing: { status, notes } });
        }
        return;
      case 'tracker.written':
        this.trackerCells.set(event.job, { status: event.status, notes: event.notes });
        return;
      case 'study.ended':
        return this.set({ ended: { outcome: event.outcome, note: event.note, at: event.at } });
      case 'intent.taken':
        this.takenIntents.add(event.id);
        return;
      case 'tracker.disputed':
      case 'report.written':
      case 'intent.refused':
        return;
      default:
        return this.set({ agents: foldAgents(this.current.agents, event) });
    }
  }

  /**
   * A declaration replaces what is to be run. Runs that already have a record keep it (an edit of a command makes the
   * engine ask for a retry; it never erases an answer); runs that are gone stay visible as obsolete.
   */
  private declare(study: StudyDeclaration): void {
    const declared = new Set(study.jobs.map((job) => job.id));
    for (const [id, job] of this.jobs) if (!declared.has(id)) this.jobs.set(id, { ...job, obsolete: true });
    for (const job of study.jobs) {
      const known = this.jobs.get(job.id);
      this.jobs.set(
        job.id,
        known
          ? { ...known, job, obsolete: false }
          : {
              job,
              phase: { kind: 'pending', notBefore: null, why: null },
              attempts: [],
              priority: job.priority,
              flags: [],
              obsolete: false,
            },
      );
    }
    const before = new Map(this.milestones);
    this.milestones.clear();
    const open = new Set(
      study.jobs.filter((job) => !isSettled(this.jobs.get(job.id)?.phase)).map((job) => job.milestone),
    );
    for (const milestone of study.milestones) {
      const gate = open.has(milestone.id) ? null : (before.get(milestone.id)?.gate ?? null);
      this.milestones.set(milestone.id, { milestone, gate });
    }
    this.set({ study, ended: null, budgetLevel: 'open', moneyLevel: 'open', stages: [] });
  }
}

function placed(place: Place | undefined): Partial<Attempt> {
  return place === undefined ? {} : { node: place.node, gpus: place.gpus };
}

/** Whether a run has its answer, or will have none: nothing more happens to it by itself. */
export function isSettled(phase: JobPhase | undefined): boolean {
  return (
    phase !== undefined && phase.kind !== 'pending' && phase.kind !== 'running' && phase.kind !== 'paused'
  );
}
