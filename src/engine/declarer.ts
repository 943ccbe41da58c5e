import type { StudyDeclaration } from '../core/run/event';
import { hashOfKey, jobIdentity } from '../core/run/jobKey';
import { isSettled } from '../core/run/reduce';
import type { WorkspaceFiles } from '../core/ports';
import { describeProblem, type Problem } from '../core/text/span';
import { findMissingScripts } from './stages/implement';
import { loadStudy, type LoadRequest } from './stages/parse';
import type { StudyRecord } from './studyRecord';

export interface DeclarerParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  /** sha256 in hex. */
  hash(text: string): string;
  problems(problems: readonly Problem[]): void;
  /** Lets the tracker follow runs that changed. */
  follow(jobs: ReadonlySet<string>): Promise<void>;
}

/** The stages before anything runs: reads the inputs, declares them, finds out what is missing. */
export class Declarer {
  private readonly told = new Set<string>();
  /** What was asked for, to read the same inputs again at a checkpoint. */
  private request: LoadRequest | null = null;

  constructor(private readonly parts: DeclarerParts) {}

  /** Declares what the inputs say now, if it is not what was declared. False: they cannot be run; why was told. */
  async declare(request: LoadRequest, by: string): Promise<boolean> {
    const { record, files } = this.parts;
    const loaded = await loadStudy(files, request);
    this.tell(loaded.problems);
    if (!loaded.ok) {
      const errors = loaded.problems.filter((problem) => problem.severity === 'error');
      const why = errors.map((problem) => describeProblem(problem)).join('; ');
      record.happened({ type: 'intent.refused', intent: 'deploy', why, by });
      return false;
    }
    this.request = request;
    const { study } = loaded;
    const { state } = record;
    const fresh = state.study === null || state.ended !== null;
    if (!fresh && state.study !== null && sameStudy(state.study, study)) return true;
    record.happened({ type: 'study.declared', study, by });
    this.retryChanged(study, fresh);
    await this.early(study);
    return true;
  }

  /** Reads the same inputs again: an edit made meanwhile is what the person is asked about. */
  async declareAgain(by: string): Promise<boolean> {
    const { study } = this.parts.record.state;
    const request: LoadRequest | null =
      this.request ??
      (study && {
        ...{
          kind: study.kind,
          plan: study.planPath,
          tracker: study.trackerPath,
          manifest: study.manifestPath,
        },
        ...{ target: study.target, options: study.options },
      });
    return request === null || this.declare(request, by);
  }

  /** Problems are told once, however often the inputs are read again. */
  private tell(problems: readonly Problem[]): void {
    const fresh = problems.filter((problem) => !this.told.has(JSON.stringify(problem)));
    for (const problem of fresh) this.told.add(JSON.stringify(problem));
    if (fresh.length > 0) this.parts.problems(fresh);
  }

  /** An edited command is a new attempt; a run that failed is tried again when the study is started anew. */
  private retryChanged(study: StudyDeclaration, fresh: boolean): void {
    const { record } = this.parts;
    for (const job of study.jobs) {
      const known = record.state.jobs.get(job.id);
      if (!known) continue;
      const last = known.attempts[known.attempts.length - 1];
      const edited =
        last !== undefined && hashOfKey(last.key) !== this.parts.hash(jobIdentity(job)).slice(0, 12);
      const { kind } = known.phase;
      const again = (why: string) =>
        record.happened({ type: 'job.retried', job: job.id, why, delayMs: 0, by: 'Bridge' });
      if (edited && isSettled(known.phase)) again('its command was edited');
      else if (fresh && (kind === 'failed' || kind === 'skipped')) again('the study was started again');
    }
  }

  /** Parse, implement, review, as far as this version goes. */
  private async early(study: StudyDeclaration): Promise<void> {
    const { record, files } = this.parts;
    record.happened({
      type: 'stage.ended',
      stage: 'parse',
      outcome: 'passed',
      note: `${study.milestones.length} milestones, ${study.jobs.length} runs`,
    });
    const missing = await findMissingScripts(study.jobs, files, study.manifestPath);
    for (const [job, failure] of missing)
      if (record.state.jobs.get(job)?.phase.kind === 'pending')
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
    if (missing.size > 0) await this.parts.follow(new Set(missing.keys()));
  }
}

/** The same but for the words in the tracker's Status cells, which Bridge itself writes. */
function sameStudy(one: StudyDeclaration, other: StudyDeclaration): boolean {
  const plain = (study: StudyDeclaration) =>
    JSON.stringify({ ...study, runs: study.runs.map((run) => ({ ...run, statusText: '' })) });
  return plain(one) === plain(other);
}
