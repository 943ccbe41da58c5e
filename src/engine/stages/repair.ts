import { repairPrompt } from '../../core/agents/authorPrompt';
import { deviationsOf } from '../../core/agents/deviations';
import type { ComputeBackend, WorkspaceFiles } from '../../core/ports';
import type { Repair } from '../../core/run/agents';
import { isOpen } from '../../core/run/agents';
import { skippedBecauseOf } from '../../core/run/dependents';
import type { StudyDeclaration } from '../../core/run/declaration';
import type { Failure } from '../../core/run/failure';
import { isRepairable, maxRepairs } from '../../core/run/repair';
import type { JobState } from '../../core/run/state';
import type { AgentDesk } from '../agents/desk';
import type { AgentPorts } from '../agents/ports';
import type { AgentWork } from '../agents/work';
import type { ReviewParts } from '../review/reviewStudy';
import type { StudyRecord } from '../studyRecord';
import { bind } from './checkpoint';
import type { AuthorStage, Step } from './author';
import { scriptsOf } from './implement';
import { installFor, pathFixFor } from './repairMoves';
import { keepLog, secondOpinion } from './repairEvidence';
import { repairReport, repairReportPath } from './repairReport';

export interface RepairStageParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly backend: ComputeBackend;
  readonly desk: AgentDesk;
  readonly work: AgentWork;
  readonly author: AuthorStage;
  readonly ports: AgentPorts;
  reviewers(): ReviewParts | null;
  hash(text: string): string;
  tell(sentence: string): void;
  commit(): Promise<void>;
  pump<T>(work: Promise<T>): Promise<T>;
  declareAgain(): Promise<boolean>;
}

/** Repairs runs of sanity that failed: at most three times each, every move on the record. */
export class RepairStage {
  /** Installations that a person denied: not asked again in this process. */
  private readonly denied = new Set<string>();

  constructor(private readonly parts: RepairStageParts) {}

  /** Whether somebody can repair: an author, or a person who can be asked. */
  can(): boolean {
    return this.parts.ports.attended || this.parts.work.author().kind === 'agent';
  }

  /** One move for the first run that failed. */
  async repair(study: StudyDeclaration, signal: AbortSignal): Promise<Step> {
    const { record } = this.parts;
    const job = [...record.state.jobs.values()].find(
      (each) => isRepairable(record.state, each) && isSanity(study, each.job.milestone),
    );
    if (!job || job.phase.kind !== 'failed') return 'again';
    const run = job.job.id;
    record.happened({ type: 'stage.started', stage: 'repair' });
    const repairs = record.state.agents.repairs.get(run) ?? [];
    const last = repairs.at(-1);
    if (last?.end?.outcome === 'waiting') return this.afterWaiting(study, job, last);
    const used = repairs.filter(({ end }) => end !== null).length;
    if (used >= maxRepairs) return this.giveUp(job, `${used} repairs did not help.`);
    return this.move(study, job, job.phase.failure, repairs.slice(0, used), signal);
  }

  private async move(
    study: StudyDeclaration,
    job: JobState,
    failure: Failure,
    before: readonly Repair[],
    signal: AbortSignal,
  ): Promise<Step> {
    const { record, files } = this.parts;
    const run = job.job.id;
    const number = before.length + 1;
    const started = (move: 'install' | 'path' | 'patch' | 'rewrite') =>
      record.happened({
        ...{ type: 'repair.started', run, number, failure: failure.class, move },
        ...{ diagnosis: failure.message, evidence: failure.evidence },
      });
    const log = await keepLog(this.parts, job, number, signal);
    const install = study.target === 'local' ? await installFor(job.job, failure, files) : null;
    if (install !== null && !this.denied.has(install.request.command!)) {
      const answer = await this.parts.pump(
        this.parts.desk.ask(install.request, { work: null, subject: run }, signal),
      );
      if (signal.aborted) return 'again';
      if (answer === 'deny') this.denied.add(install.request.command!);
      else {
        started('install');
        const result = await this.parts.pump(this.parts.ports.exec(install.argv, signal));
        const sentence = `${install.request.command} ${result.code === 0 ? 'was run' : `failed: ${result.output}`}.`;
        return this.tried(job, number, null, sentence);
      }
    }
    const path = await pathFixFor(failure, study.manifestPath, files);
    if (path !== null) {
      started('path');
      return this.proposed(study, job, number, null, [path], 'A path that leads to the file');
    }
    const author = this.parts.work.author();
    if (author.kind === 'nobody')
      return this.giveUp(
        job,
        author.why || 'No author agent is configured (bridge.author), so nobody mends it.',
      );
    const rewrite = failsAlike(failure, before) ? (scriptsOf(job.job.command)[0] ?? null) : null;
    started(rewrite === null ? 'patch' : 'rewrite');
    const code = Object.keys((await bind(study, files, (text) => this.parts.hash(text))).files);
    const opinion =
      number < 2 ? null : await secondOpinion(this.parts, job, number, { log: log.path, code }, signal);
    if (signal.aborted) return 'again';
    const prompt = repairPrompt({
      ...{ run, command: job.job.command, plan: study.planPath, manifest: study.manifestPath, code },
      ...{ diagnosis: `${failure.class}: ${failure.message}`, log: log.text, opinion, rewrite },
      before: before.map(describeRepair),
      rejected: this.lastReason(before),
    });
    this.parts.tell(
      `${author.name} ${rewrite === null ? 'repairs' : 'rewrites a script of'} ${run} (repair ${number} of ${maxRepairs}).`,
    );
    const result = await this.parts.work.run(author, { purpose: 'repair', subject: run, prompt }, signal);
    if (signal.aborted) return 'again';
    if (result.kind === 'failed') return this.ended(job, number, 'no-fix', null, result.sentence);
    // A repair writes; it takes nothing away but what it rewrites.
    const kept = result.files.filter(({ path: each, after }) => after !== null || each === rewrite);
    for (const file of result.files)
      if (!kept.includes(file)) this.parts.tell(`Refused: a repair does not delete ${file.path}.`);
    return this.proposed(study, job, number, result.work, kept, `Repair ${number} of ${run}`);
  }

  private async proposed(
    study: StudyDeclaration,
    job: JobState,
    number: number,
    work: string | null,
    files: Parameters<AgentDesk['propose']>[1],
    title: string,
  ): Promise<Step> {
    const deviations = deviationsOf(files);
    const proposal = { work, purpose: 'repair', subject: job.job.id, title, deviations } as const;
    const change = await this.parts.desk.propose(proposal, files);
    for (const { refused } of change?.files ?? [])
      if (refused !== null) this.parts.tell(`Refused: ${refused}.`);
    if (change === null || !isOpen(change))
      return this.ended(job, number, 'no-fix', null, 'Nothing was changed that may be changed.');
    if ((await this.parts.author.settle(['repair'], study)) !== null) {
      const why = deviations.length > 0 ? ' It departs from the plan, so it always asks.' : '';
      await this.ended(job, number, 'waiting', change.id, `A change waits for you.${why}`);
      return 'change';
    }
    return this.tried(job, number, change.id, 'The change was taken; the run goes again.');
  }

  /** A change that waited: was it taken, or rejected? */
  private async afterWaiting(study: StudyDeclaration, job: JobState, { number, end }: Repair): Promise<Step> {
    const change = this.parts.record.state.agents.changes.get(end?.change ?? '');
    if (change && isOpen(change) && (await this.parts.author.settle(['repair'], study)) !== null)
      return 'change';
    const now = this.parts.record.state.agents.changes.get(end?.change ?? '');
    if (now?.rejected != null)
      return this.ended(job, number, 'rejected', now.id, `The change was rejected: ${now.rejected.reason}`);
    return this.tried(job, number, now?.id ?? null, 'The change was taken; the run goes again.');
  }

  private async tried(job: JobState, number: number, change: string | null, sentence: string): Promise<Step> {
    const { record } = this.parts;
    const run = job.job.id;
    await this.ended(job, number, 'tried', change, sentence);
    record.happened({ type: 'stage.ended', stage: 'repair', outcome: 'passed', note: `${run}: ${sentence}` });
    if (!(await this.parts.declareAgain())) return 'wrong-input';
    // An edited command was put back into the queue by the declaration.
    if (record.state.jobs.get(run)?.phase.kind === 'failed') {
      const retried = (why: string) => (each: string) =>
        ({ type: 'job.retried', job: each, why, delayMs: 0, by: 'repair', afresh: true }) as const;
      record.happened(
        retried(`repair ${number} of ${maxRepairs}`)(run),
        ...skippedBecauseOf(record.state, new Set([run])).map(retried('what it needs is tried again')),
      );
    }
    await this.parts.commit();
    return 'again';
  }

  private async ended(
    job: JobState,
    number: number,
    outcome: NonNullable<Repair['end']>['outcome'],
    change: string | null,
    sentence: string,
  ): Promise<Step> {
    this.parts.record.happened({ type: 'repair.ended', run: job.job.id, number, outcome, change, sentence });
    await this.report(job);
    await this.parts.commit();
    return 'again';
  }

  private async giveUp(job: JobState, why: string): Promise<Step> {
    const { record } = this.parts;
    const run = job.job.id;
    const repairs = record.state.agents.repairs.get(run) ?? [];
    const rewrites = repairs.filter(({ move, end }) => move === 'rewrite' && end?.outcome === 'tried');
    const last = job.phase.kind === 'failed' ? job.phase.failure : null;
    const alike =
      rewrites.length >= 2 && last !== null && rewrites.every((each) => each.failure === last.class);
    const cause = alike
      ? ' Two clean rewrites failed alike: plan or environment is the likely cause, not this code.'
      : '';
    const sentence = `${why}${cause}`;
    record.happened(
      { type: 'repair.gaveUp', run, sentence, report: repairs.length > 0 ? repairReportPath : '' },
      { type: 'stage.ended', stage: 'repair', outcome: 'failed', note: `${run}: ${sentence}` },
    );
    if (repairs.length > 0) await this.report(job);
    await this.parts.commit();
    return 'again';
  }

  private async report(job: JobState): Promise<void> {
    const { record, files, ports } = this.parts;
    const text = await repairReport(
      record.state,
      job.job.id,
      async (change) => (await ports.changes.patch(change)) ?? '',
    );
    await files.write(repairReportPath, text);
    record.happened({ type: 'report.written', path: repairReportPath, sha256: this.parts.hash(text) });
  }

  private lastReason(before: readonly Repair[]): string | null {
    const change = before.at(-1)?.end?.change;
    return change == null
      ? null
      : (this.parts.record.state.agents.changes.get(change)?.rejected?.reason ?? null);
  }
}

function isSanity(study: StudyDeclaration, milestone: string | null): boolean {
  return study.milestones.some(({ id, kind }) => id === milestone && kind === 'sanity');
}

/** Whether the last repair changed nothing about how it fails. */
function failsAlike(failure: Failure, before: readonly Repair[]): boolean {
  const last = before.at(-1);
  return (
    last?.end?.outcome === 'tried' && last.failure === failure.class && last.diagnosis === failure.message
  );
}

function describeRepair({ number, move, diagnosis, end }: Repair): string {
  return `repair ${number} (${move}): ${diagnosis}. ${end?.sentence ?? ''}`;
}
