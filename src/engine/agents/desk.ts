import type { PermissionAnswer, PermissionRequest } from '../../core/agents/author';
import type { AskStore, ChangedFile, ChangeStore, TakeChoice, Taken } from '../../core/agents/change';
import { describeChangedFile } from '../../core/agents/change';
import type { TraceMode } from '../../core/agents/ports';
import type { Clock } from '../../core/ports';
import type { ProposedChange } from '../../core/run/agents';
import { isOpen } from '../../core/run/agents';
import type { AgentsEvent } from '../../core/run/agentsEvent';
import type { StudyRecord } from '../studyRecord';

/** Asks at once where somebody sits: null: nobody does. The signal aborts when it was answered elsewhere. */
export type AskHere = (request: PermissionRequest, signal: AbortSignal) => Promise<PermissionAnswer | null>;

export interface DeskParts {
  readonly record: StudyRecord;
  readonly clock: Clock;
  readonly changes: ChangeStore;
  readonly asks: AskStore<PermissionRequest>;
  /** Unique, and fit for a file's name. */
  newId(): string;
  hash(text: string): string;
  commit(): Promise<void>;
  /** How much of what agents say may stand in the record. */
  traceMode(): TraceMode;
  /** Takes secrets out of what is kept. */
  redact(text: string): string;
  /** Minutes that a request waits for a person before it is denied. */
  permissionMinutes(): number;
  readonly askHere?: AskHere;
  /** Why a path cannot be taken; null: it can. What Bridge itself proposes (`manifest`, `ablate`) may reach further. */
  refusal(path: string, purpose: ProposedChange['purpose']): string | null;
}

/** What is proposed, and why: everything of the event but what the desk itself finds out. */
export type Proposal = Omit<Extract<AgentsEvent, { type: 'change.proposed' }>, 'type' | 'id' | 'files'>;

/**
 * Where agents and people meet: requests wait here for an answer, changes to be taken. Everything is recorded first, so
 * that any window may answer, and whoever drives next knows what was asked and what was being written.
 */
export class AgentDesk {
  private readonly waiting = new Map<string, (answer: PermissionAnswer) => void>();
  private readonly working = new Map<string, AbortController>();
  /** A person wants the code read again. */
  reviewRequested = false;

  constructor(private readonly parts: DeskParts) {}

  /** Asks a person and waits. Nobody's answer within the time that the setting gives is a denial, and said. */
  async ask(
    request: PermissionRequest,
    about: { readonly work: string | null; readonly subject: string | null },
    signal: AbortSignal,
  ): Promise<PermissionAnswer> {
    const { record, clock, asks } = this.parts;
    const id = this.parts.newId();
    const keep = this.parts.traceMode() !== 'off';
    await asks.put(id, request);
    record.happened({
      ...{ type: 'permission.asked', id, ...about, kind: request.kind, paths: request.paths },
      title: keep ? this.parts.redact(request.title) : null,
      command: keep && request.command !== null ? this.parts.redact(request.command) : null,
    });
    await this.parts.commit();
    const settled = new AbortController();
    const minutes = this.parts.permissionMinutes();
    const both = AbortSignal.any([signal, settled.signal]);
    try {
      return await new Promise<PermissionAnswer>((resolve) => {
        this.waiting.set(id, resolve);
        const say = (answer: PermissionAnswer, by: string, why: string) => {
          if (!this.waiting.has(id)) return;
          record.happened({ type: 'permission.answered', id, answer, by, why });
          resolve(answer);
        };
        void this.parts.askHere?.(request, both).then((answer) => {
          if (answer !== null) say(answer, 'terminal', '');
        });
        void clock.sleep(minutes * 60_000, both).then(() => {
          if (signal.aborted) say('deny', 'Bridge', 'The work was cancelled.');
          else if (!settled.signal.aborted)
            say('deny', 'Bridge', `Nobody answered within ${minutes} minutes, so it was denied.`);
        });
      });
    } finally {
      this.waiting.delete(id);
      settled.abort();
      await asks.remove(id);
      await this.parts.commit();
    }
  }

  /** A person's answer. One that nobody waits for any more is refused. */
  async answer(id: string, answer: PermissionAnswer, by: string): Promise<void> {
    const { record } = this.parts;
    const asked = record.state.agents.permissions.get(id);
    if (!asked || asked.answer !== null) throw new Error('This request was answered already, or is no more.');
    record.happened({ type: 'permission.answered', id, answer, by, why: '' });
    this.waiting.get(id)?.(answer);
  }

  /** Keeps a change and asks for it, once under an id. Null: there is nothing in it. */
  async propose(
    proposal: Proposal,
    files: readonly ChangedFile[],
    id = this.parts.newId(),
  ): Promise<ProposedChange | null> {
    const known = this.parts.record.state.agents.changes.get(id);
    if (known) return known;
    const changed = files.filter(({ before, after }) => before !== after);
    if (changed.length === 0) return null;
    await this.parts.changes.keep(id, changed);
    this.parts.record.happened({
      ...{ type: 'change.proposed', id, ...proposal },
      files: changed.map((file) =>
        describeChangedFile(file, this.parts.refusal(file.path, proposal.purpose), (text) =>
          this.parts.hash(text),
        ),
      ),
    });
    await this.parts.commit();
    return this.parts.record.state.agents.changes.get(id) ?? null;
  }

  /** Takes a change over, or a part of it. What was edited meanwhile, and what is locked, is left alone. */
  async take(id: string, { files, hunks }: TakeChoice, by: string): Promise<Taken> {
    const { record, changes } = this.parts;
    const change = record.state.agents.changes.get(id);
    if (!change) throw new Error(`There is no change ${id}.`);
    if (!isOpen(change) && !change.files.some(({ standing }) => standing === 'conflict'))
      throw new Error(`Nothing of change ${id} waits any more.`);
    const unknown = [...(files ?? []), ...Object.keys(hunks ?? {})].filter(
      (path) => !change.files.some((file) => file.path === path),
    );
    if (unknown.length > 0) throw new Error(`Change ${id} has no file ${unknown.join(', ')}.`);
    await changes.prepare(id, { files, hunks });
    record.happened({ type: 'change.taking', id, files, hunks, by });
    await this.parts.commit();
    return this.finishTaking(id, by);
  }

  async reject(id: string, reason: string, by: string): Promise<void> {
    const { record } = this.parts;
    const change = record.state.agents.changes.get(id);
    if (!change || !isOpen(change)) throw new Error(`No change ${id} waits for an answer.`);
    record.happened({ type: 'change.rejected', id, reason, by });
  }

  /** Carries to its end what a driver before was about to write. */
  async recover(): Promise<void> {
    const { agents } = this.parts.record.state;
    for (const { id, taking } of agents.changes.values())
      if (taking !== null) await this.finishTaking(id, taking.by);
    for (const { id, answer } of agents.permissions.values())
      if (answer === null) {
        const why = 'The driver that asked is gone; it is asked again if it is still needed.';
        this.parts.record.happened({ type: 'permission.answered', id, answer: 'deny', by: 'Bridge', why });
        await this.parts.asks.remove(id);
      }
    await this.parts.commit();
  }

  /** A signal for a piece of work that a person may cancel. */
  open(work: string, signal: AbortSignal): { readonly signal: AbortSignal; close(): void } {
    const stop = new AbortController();
    this.working.set(work, stop);
    return {
      signal: AbortSignal.any([signal, stop.signal]),
      close: () => void this.working.delete(work),
    };
  }

  cancelWork(work: string): void {
    const stop = this.working.get(work);
    if (!stop) throw new Error('This work has ended already.');
    stop.abort();
  }

  cancelAll(): void {
    for (const stop of this.working.values()) stop.abort();
  }

  requestReview(): void {
    this.reviewRequested = true;
  }

  private async finishTaking(id: string, by: string): Promise<Taken> {
    const purpose = this.parts.record.state.agents.changes.get(id)?.purpose ?? 'implement';
    const taken = await this.parts.changes.take(id, (path) => this.parts.refusal(path, purpose));
    this.parts.record.happened({ type: 'change.taken', id, ...taken, by });
    await this.parts.commit();
    return taken;
  }
}
