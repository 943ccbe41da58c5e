import type { Clock, WorkspaceFiles } from '../core/ports';
import { costsMoney, needsCap } from '../core/run/costly';
import { asksForSanity } from '../core/run/decide';
import type { StudyDeclaration } from '../core/run/declaration';
import type { RentalTerms } from '../core/run/rentalEvent';
import type { Quote } from './quote';
import { bind, buildCheckpoint, describeChanges, type Binding } from './stages/checkpoint';
import type { LockedEvaluator } from '../core/run/agentsEvent';
import { checkpointNotes } from './agents/checkpointNotes';
import { evaluatorChanges, findEvaluator } from './agents/evaluator';
import { codeDiff } from './codeDiff';
import type { CodeStore } from './codeKeeper';
import type { StudyRecord } from './studyRecord';

/** While runs start, what was approved is compared with what is there at most this often. */
const approvalCheckMs = 2000;

export interface ApprovalParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  /** Where approved code is kept, to show what changed since; null: nowhere. */
  readonly code: CodeStore | null;
  /** What agents wrote and a person took, where there was no approval before. */
  takenPatches(): Promise<string>;
  /** sha256 in hex. */
  hash(text: string): string;
  complain(sentence: string): void;
  /** What a target that costs money would cost; missing: it cannot be asked. */
  quote?(study: StudyDeclaration): Promise<Quote>;
}

/** The checkpoint: shows what will run, takes the approval, and voids it when its content changes. */
export class Approvals {
  private lastCheck = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ApprovalParts) {}

  /** Whether what is about to start is still what was approved. What voids it is recorded. */
  async hold(): Promise<boolean> {
    const { record, clock } = this.parts;
    const { study, checkpoint, approved } = record.state;
    if (study?.kind !== 'plan' || checkpoint.kind !== 'approved' || approved.size === 0) return true;
    if (clock.monotonic() - this.lastCheck < approvalCheckMs) return true;
    this.lastCheck = clock.monotonic();
    const now = await this.bind(checkpoint.checkpoint.rental ?? null);
    // The plan's prose may be mended while runs go on; what is run stands in manifest and code.
    const files = describeChanges(
      without(checkpoint.checkpoint.files, study.planPath),
      without(now.files, study.planPath),
    );
    // A split may be data, which no hash of the code covers.
    const locked = await this.changesOfEvaluator(now);
    const changes = [...new Set([...files, ...locked])].sort();
    if (changes.length === 0) return true;
    record.happened({ type: 'checkpoint.voided', hash: checkpoint.checkpoint.hash, changes });
    if (locked.length > 0)
      record.happened({ type: 'evaluator.changed', changes: locked, resolution: 'voided', by: 'somebody' });
    this.parts.complain(
      `What was approved has changed (${changes.join(', ')}). What runs goes on; the rest waits for a new approval.`,
    );
    return false;
  }

  /**
   * Whether the checkpoint that waits is about a locked evaluation that was changed: nobody but a person, now, can say
   * yes to that.
   */
  evaluatorWaits(): boolean {
    const { checkpoint, agents } = this.parts.record.state;
    if (checkpoint.kind === 'none' || agents.evaluator === null) return false;
    return evaluatorChanges(agents.evaluator, checkpoint.checkpoint.evaluator ?? null).length > 0;
  }

  /** Before the end: a locked evaluation that was changed while the last runs went on is recorded, for the results. */
  async noteEvaluator(): Promise<void> {
    const { record } = this.parts;
    const { study, checkpoint, agents } = record.state;
    if (study?.kind !== 'plan' || checkpoint.kind === 'none') return;
    const changes = await this.changesOfEvaluator(await this.bind(checkpoint.checkpoint.rental ?? null));
    const last = agents.evaluatorChanges.at(-1)?.changes;
    if (changes.length > 0 && JSON.stringify(last) !== JSON.stringify(changes))
      record.happened({ type: 'evaluator.changed', changes, resolution: 'voided', by: 'somebody' });
  }

  /** Shows the checkpoint as things stand, once. Returns the milestones that it asks about. */
  async show(): Promise<readonly string[]> {
    const { record } = this.parts;
    const { state } = record;
    const quote = costsMoney(state.study) ? ((await this.parts.quote?.(state.study!)) ?? null) : null;
    const binding = await this.bind(quote?.terms ?? null);
    const before = state.checkpoint.kind === 'none' ? null : state.checkpoint.checkpoint;
    const changes = before ? describeChanges(before.files, binding.files) : [];
    const evaluator = await this.evaluator(binding);
    const notes = [...checkpointNotes(state, evaluator), ...(quote?.notes ?? [])];
    const facts = { evaluator, notes, diff: await this.diff(binding), quote };
    const checkpoint = buildCheckpoint(state, state.study!, binding, changes, facts);
    const known =
      (state.checkpoint.kind === 'shown' || state.checkpoint.kind === 'rejected') &&
      before?.hash === checkpoint.hash;
    if (!known)
      record.happened(
        { type: 'checkpoint.shown', checkpoint },
        { type: 'stage.ended', stage: 'checkpoint', outcome: 'waiting', note: 'Waits for your approval.' },
      );
    return checkpoint.milestones.map((milestone) => milestone.id);
  }

  /**
   * Takes an approval of what the last checkpoint showed. It is refused when plan, manifest or code is not what was
   * shown; the inputs must have been declared again before. `null`: everything that it showed.
   */
  async accept(
    hash: string | null,
    milestones: readonly string[] | null,
    by: string,
  ): Promise<'approved' | 'refused' | 'nothing'> {
    const { record } = this.parts;
    const { checkpoint } = record.state;
    if (checkpoint.kind === 'none' || checkpoint.kind === 'approved') {
      this.parts.complain('There is no checkpoint that waits for an approval.');
      return 'nothing';
    }
    const shown = checkpoint.checkpoint;
    const { study } = record.state;
    if (study && this.lacksCap()) {
      const why = needsCap(study.target);
      record.happened({ type: 'intent.refused', intent: 'checkpoint.approve', why, by });
      this.parts.complain(why);
      return 'refused';
    }
    const now = await this.bind(shown.rental ?? null);
    const known = shown.milestones.map((milestone) => milestone.id);
    const unknown = (milestones ?? []).filter((id) => !known.includes(id));
    const changed = now.hash !== shown.hash || (hash !== null && hash !== shown.hash);
    if (!changed && unknown.length === 0) {
      this.approve(milestones ?? known, by);
      return 'approved';
    }
    const changes = describeChanges(shown.files, now.files);
    const why = changed
      ? `What the checkpoint showed has changed${changes.length > 0 ? `: ${changes.join(', ')}` : ''}. Look at the new checkpoint and approve that.`
      : `The checkpoint shows no milestone ${unknown.join(', ')}. It shows ${known.join(', ')}.`;
    record.happened({ type: 'intent.refused', intent: 'checkpoint.approve', why, by });
    if (changed) await this.show();
    this.parts.complain(why);
    return 'refused';
  }

  /** Records the approval of milestones of the checkpoint that was shown last. */
  approve(milestones: readonly string[], by: string): void {
    const { record } = this.parts;
    const { checkpoint } = record.state;
    if (checkpoint.kind === 'none') return;
    const { evaluator } = checkpoint.checkpoint;
    const before = record.state.agents.evaluator;
    const changes = before === null ? [] : evaluatorChanges(before, evaluator ?? null);
    record.happened(
      { type: 'checkpoint.approved', hash: checkpoint.checkpoint.hash, milestones, by },
      ...(changes.length > 0
        ? [{ type: 'evaluator.changed', changes, resolution: 'disclosed', by } as const]
        : []),
      ...(evaluator != null && evaluator.hash !== before?.hash
        ? [{ type: 'evaluator.locked', evaluator, by } as const]
        : []),
      {
        type: 'stage.ended',
        stage: 'checkpoint',
        outcome: 'passed',
        note: `Approved by ${by}: ${milestones.join(', ')}.`,
      },
      { type: 'stage.started', stage: 'deploy' },
    );
  }

  /** What differs from the evaluation that was locked; empty: nothing, or nothing was locked. */
  private async changesOfEvaluator(now: Binding): Promise<readonly string[]> {
    const { evaluator } = this.parts.record.state.agents;
    return evaluator === null ? [] : evaluatorChanges(evaluator, await this.evaluator(now));
  }

  private evaluator(binding: Binding): Promise<LockedEvaluator | null> {
    const { record, files } = this.parts;
    return findEvaluator(record.state.study!, binding.files, files, (text) => this.parts.hash(text));
  }

  /** What changed since the last approval; before the first, what agents wrote. Keeps the code for the next time. */
  private async diff(binding: Binding): Promise<string> {
    const { record, code, files } = this.parts;
    const { lastApproved } = record.state;
    if (code === null) return '';
    await code.keep(binding.files);
    return lastApproved === null
      ? this.parts.takenPatches()
      : codeDiff(lastApproved.files, binding.files, code, files);
  }

  /** Whether what is to start costs money and nobody said how much at most. */
  lacksCap(): boolean {
    const { study } = this.parts.record.state;
    return costsMoney(study) && study?.options['budget.usd'] == null;
  }

  private bind(rental: RentalTerms | null): Promise<Binding> {
    const { state } = this.parts.record;
    const scope = asksForSanity(state) ? 'sanity' : 'all';
    return bind(state.study!, this.parts.files, (text) => this.parts.hash(text), scope, rental);
  }
}

function without(files: Readonly<Record<string, string>>, path: string | null): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([each]) => each !== path));
}
