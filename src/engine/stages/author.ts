import { fixPrompt, implementPrompt } from '../../core/agents/authorPrompt';
import { describeDeviation, deviationsOf } from '../../core/agents/deviations';
import type { Finding } from '../../core/agents/reviewDocument';
import type { WorkspaceFiles } from '../../core/ports';
import { isOpen, type ProposedChange } from '../../core/run/agents';
import type { WorkPurpose } from '../../core/run/agentsEvent';
import { openFindings } from '../../core/run/review';
import type { StudyDeclaration } from '../../core/run/declaration';
import { findGaps } from '../agents/gaps';
import type { AgentDesk } from '../agents/desk';
import type { AgentPorts } from '../agents/ports';
import type { AgentWork, WorkResult } from '../agents/work';
import { findInput } from '../inputs';
import { bind } from './checkpoint';
import { draftFor, manifestComes } from './draft';
import type { LoadRequest } from './parse';
import type { StudyRecord } from '../studyRecord';

export interface AuthorStageParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly desk: AgentDesk;
  readonly work: AgentWork;
  readonly ports: AgentPorts;
  hash(text: string): string;
  tell(sentence: string): void;
  /** Reads the inputs again, since an agent changed them. False: they cannot be run. */
  declareAgain(): Promise<boolean>;
}

/** `again`: go on; `change`: a diff waits for the person; `nothing`: nobody wrote what is needed to run anything. */
export type Step = 'again' | 'change' | 'wrong-input' | 'nothing';

/** Implementing and mending: what an author agent makes of plan and findings, and the diff it arrives as. */
export class AuthorStage {
  /** Gaps that were worked on in this process: what is still missing then is left to the person. */
  private readonly worked = new Set<string>();

  constructor(private readonly parts: AuthorStageParts) {}

  /** Whether something is to be written, cloned or taken before anything can run. */
  async due(study: StudyDeclaration): Promise<boolean> {
    if (study.kind !== 'plan') return false;
    if (study.options.baseRepo !== null && this.baseRepoIsDue(study.options.baseRepo)) return true;
    if (!(await this.parts.files.exists(study.manifestPath))) return true;
    if (this.parts.work.author().kind === 'nobody') return false;
    return (await findGaps(study, this.parts.files)).length > 0;
  }

  /** Whether a study without a run manifest can get one: from an author, or from commands in plan and tracker. */
  async manifestComes(request: LoadRequest): Promise<boolean> {
    if (request.kind !== 'plan' || request.manifest !== null || request.askedBy != null) return false;
    return manifestComes(request, this.parts.files, this.parts.work.author().kind === 'agent');
  }

  /** Writes what is missing. `asked`: a person called for it just now, so that a rejected change may be tried again. */
  async implement(study: StudyDeclaration, asked: boolean, signal: AbortSignal): Promise<Step> {
    const { record, files, work } = this.parts;
    const end = (outcome: 'passed' | 'failed' | 'waiting' | 'skipped', note: string) =>
      record.happened({ type: 'stage.ended', stage: 'implement', outcome, note });
    if (study.options.baseRepo !== null) {
      const why = await this.clone(study.options.baseRepo, signal);
      if (why !== null) this.parts.tell(why);
      if (signal.aborted) return 'again';
    }
    const waiting = await this.settle(['implement', 'manifest'], study);
    if (waiting !== null) {
      end('waiting', `${waiting.title}: take it, or reject it with a reason.`);
      return 'change';
    }
    const gaps = await findGaps(study, files);
    const author = work.author();
    const manifestExists = await files.exists(study.manifestPath);
    const rejected = this.lastRejected(['implement', 'manifest']);
    if (gaps.length === 0 && manifestExists) {
      // What is declared is read anew: the person, or an agent, has written it meanwhile.
      record.happened({
        type: 'stage.ended',
        stage: 'implement',
        outcome: 'passed',
        note: 'Everything is there.',
      });
      return (await this.parts.declareAgain()) ? 'again' : 'wrong-input';
    }
    if (author.kind === 'nobody') {
      if (author.why !== '') this.parts.tell(author.why);
      if (manifestExists) {
        end('passed', author.why === '' ? 'No author agent is configured.' : author.why);
        return (await this.parts.declareAgain()) ? 'again' : 'wrong-input';
      }
      if (rejected === null && (await this.draft(study))) return this.implement(study, asked, signal);
      end('failed', `There is no ${study.manifestPath}, and nobody to write it.`);
      this.parts.tell(
        `There is no ${study.manifestPath}, and nobody to write it: write one, or choose an author agent (bridge.author).`,
      );
      return 'nothing';
    }
    const key = JSON.stringify(gaps);
    if (this.worked.has(key) || (rejected !== null && !asked)) {
      end('failed', rejected === null ? `Still missing: ${describeGaps(gaps)}` : `Rejected: ${rejected}`);
      if (!manifestExists) return 'nothing';
      return (await this.parts.declareAgain()) ? 'again' : 'wrong-input';
    }
    this.worked.add(key);
    record.happened({ type: 'stage.started', stage: 'implement' });
    this.parts.tell(`${author.name} writes what is missing: ${describeGaps(gaps)}`);
    const prompt = implementPrompt({
      ...(await this.documents(study)),
      ...{ manifest: study.manifestPath, manifestExists, milestones: gaps, rejected },
      baseRepo: study.options.baseRepo !== null && (await files.exists('base_repo')) ? 'base_repo' : null,
      wandb: /^\s*[-*]?\s*wandb\s*:\s*(true|yes|on)/im.test((await findInput(files, 'notes'))?.text ?? ''),
    });
    const result = await work.run(author, { purpose: 'implement', subject: null, prompt }, signal);
    const proposed = await this.propose('implement', null, 'What was missing', result);
    if (signal.aborted) {
      end('waiting', 'Implementing was interrupted; it begins anew.');
      this.worked.delete(key);
      return 'again';
    }
    if (proposed === null) {
      const why = result.kind === 'failed' ? result.sentence : 'The agent ended and changed nothing.';
      const more = manifestExists ? 'Runs whose scripts are missing cannot start; the others go on.' : '';
      end('failed', `${author.name}: ${why} ${more}`.trim());
      this.parts.tell(`${author.name}: ${why}`);
      if (!manifestExists) return 'nothing';
      return (await this.parts.declareAgain()) ? 'again' : 'wrong-input';
    }
    return this.implement(study, asked, signal);
  }

  /**
   * Has the author mend what was found: once for each round of review. Null: nobody can, or it was tried already, so
   * that the person decides.
   */
  async mend(
    study: StudyDeclaration,
    findings: readonly Finding[],
    reason: string | null,
    signal: AbortSignal,
  ): Promise<Step | null> {
    const waiting = await this.settle(['fix'], study);
    if (waiting !== null) return 'change';
    const author = this.parts.work.author();
    if (author.kind === 'nobody' || (findings.length === 0 && reason === null)) return null;
    const { content } = await bind(study, this.parts.files, (text) => this.parts.hash(text));
    const key = JSON.stringify([content, findings.map(({ id }) => id), reason]);
    if (this.worked.has(key)) return null;
    this.worked.add(key);
    this.parts.tell(`${author.name} mends what was found.`);
    const rejected = reason ?? this.lastRejected(['fix']);
    const documents = { plan: study.planPath, manifest: study.manifestPath };
    const prompt = fixPrompt(findings, documents, rejected);
    const result = await this.parts.work.run(author, { purpose: 'fix', subject: null, prompt }, signal);
    const proposed = await this.propose('fix', null, 'What the review found', result);
    if (proposed === null) {
      if (result.kind === 'failed') this.parts.tell(`${author.name}: ${result.sentence}`);
      return null;
    }
    if ((await this.settle(['fix'], study)) !== null) return 'change';
    return (await this.parts.declareAgain()) ? 'again' : 'wrong-input';
  }

  /** Keeps what an agent made as a change that waits. Null: it made nothing that can be taken. */
  async propose(
    purpose: WorkPurpose,
    subject: string | null,
    title: string,
    result: WorkResult,
  ): Promise<ProposedChange | null> {
    if (result.kind === 'failed') return null;
    const deviations = purpose === 'implement' ? [] : deviationsOf(result.files);
    const change = await this.parts.desk.propose(
      { work: result.work, purpose, subject, title, deviations },
      result.files,
    );
    if (change === null) return null;
    for (const { refused } of change.files) if (refused !== null) this.parts.tell(`Refused: ${refused}.`);
    for (const deviation of deviations)
      this.parts.tell(`This departs from the plan and always asks: ${describeDeviation(deviation)}.`);
    return isOpen(change) ? change : null;
  }

  /**
   * Takes what waits where the person said that it may be taken by itself; a change that departs from the plan never
   * is. Returns what still waits; null: nothing.
   */
  async settle(
    purposes: readonly ProposedChange['purpose'][],
    study: StudyDeclaration,
  ): Promise<ProposedChange | null> {
    const { record, desk } = this.parts;
    for (const change of record.state.agents.changes.values()) {
      if (!purposes.includes(change.purpose) || !isOpen(change)) continue;
      if (!study.options.autoDeploy || change.deviations.length > 0) return change;
      const taken = await desk.take(change.id, { files: null, hunks: null }, 'bridge.autoDeploy');
      this.parts.tell(`Taken over, since bridge.autoDeploy is on: ${taken.written.join(', ') || 'nothing'}.`);
      for (const path of taken.conflicts) this.parts.tell(`${path} was edited meanwhile and left alone.`);
    }
    return null;
  }

  /**
   * Critical findings of program and reviewer that nobody waived: what is to be mended. One that points out of the
   * workspace is left to the person: it sends no agent there.
   */
  critical(): readonly Finding[] {
    const { review, waivers, agents } = this.parts.record.state;
    const found = [
      ...(review === null ? [] : openFindings(review, waivers)),
      ...(agents.selfCheck?.findings ?? []),
    ];
    return found.filter(
      ({ severity, id, place }) => severity === 'CRITICAL' && place !== 'outside' && !waivers.has(id),
    );
  }

  /** Diffs of agents that were taken, at most 200,000 characters. */
  async takenPatches(): Promise<string> {
    let text = '';
    for (const { id, takenBy } of this.parts.record.state.agents.changes.values())
      if (takenBy !== null) text += (await this.parts.ports.changes.patch(id)) ?? '';
    return text.slice(0, 200_000);
  }

  private lastRejected(purposes: readonly ProposedChange['purpose'][]): string | null {
    const changes = [...this.parts.record.state.agents.changes.values()];
    const last = changes.findLast((change) => purposes.includes(change.purpose));
    return last?.rejected?.reason ?? null;
  }

  private baseRepoIsDue(url: string): boolean {
    return this.parts.record.state.agents.baseRepo?.url !== url && !this.worked.has(`clone ${url}`);
  }

  /** Why it could not be cloned; null: it is there. */
  private async clone(url: string, signal: AbortSignal): Promise<string | null> {
    if (!this.baseRepoIsDue(url)) return null;
    this.worked.add(`clone ${url}`);
    const cloned = await this.parts.ports.cloneBaseRepo(url, signal);
    if (cloned.kind === 'failed') return `${cloned.why} The workflow goes on without it.`;
    const { commit } = cloned;
    this.parts.record.happened({ type: 'baseRepo.cloned', url, commit, folder: 'base_repo' });
    return cloned.kind === 'cloned' ? `${url} was cloned into base_repo/ at ${commit.slice(0, 12)}.` : null;
  }

  /** Proposes a run manifest from commands in plan and tracker. False: they hold none. */
  private async draft(study: StudyDeclaration): Promise<boolean> {
    const { files, desk } = this.parts;
    const draft = await draftFor(study, files);
    if (draft === null) return false;
    const title = `A first run manifest from the commands of plan and tracker${draft.unknown.length > 0 ? `; nothing says how ${draft.unknown.join(', ')} would be started` : ''}`;
    const file = { path: study.manifestPath, before: null, after: draft.text };
    await desk.propose({ work: null, purpose: 'manifest', subject: null, title, deviations: [] }, [file]);
    return true;
  }

  private async documents(study: StudyDeclaration) {
    const { files } = this.parts;
    const found = await Promise.all(
      (['proposal', 'candidates', 'report'] as const).map(
        async (name) => (await findInput(files, name))?.path ?? null,
      ),
    );
    const code = Object.keys(await files.codeHashes(study.data, []));
    return {
      plan: study.planPath,
      tracker: study.trackerPath,
      proposal: found[0] ?? null,
      ideas: found.slice(1).filter((path) => path !== null),
      existing: code.filter((path) => path !== study.manifestPath),
    };
  }
}

function describeGaps(gaps: readonly { readonly missing: readonly string[] }[]): string {
  const all = gaps.flatMap(({ missing }) => missing);
  const more = all.length > 5 ? `; and ${all.length - 5} more` : '';
  return `${all.slice(0, 5).join('; ')}${more}`;
}
