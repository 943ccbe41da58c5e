import type { StudyDeclaration } from '../core/run/declaration';
import { hashOfKey, jobIdentity } from '../core/run/jobKey';
import { skippedBecauseOf } from '../core/run/dependents';
import type { Failure } from '../core/run/failure';
import { isSettled } from '../core/run/foldJobs';
import type { WorkspaceFiles } from '../core/ports';
import { describeProblem, type Problem } from '../core/text/span';
import { findMissingScripts } from './stages/implement';
import { loadStudy, type LoadRequest } from './stages/parse';
import type { Happening, StudyRecord } from './studyRecord';

export interface DeclarerParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  /** sha256 in hex. */
  hash(text: string): string;
  problems(problems: readonly Problem[]): void;
  /** Lets the tracker follow runs that changed. */
  follow(jobs: ReadonlySet<string>): Promise<void>;
  /** Whether somebody can be asked to read the code before anything runs. */
  reviewDue(said: Readonly<Record<string, unknown>>): boolean;
  /** Whether something is to be written, cloned or taken before anything can run. */
  implementDue(study: StudyDeclaration): Promise<boolean>;
  /** Whether a study without a run manifest can get one. */
  manifestComes(request: LoadRequest): Promise<boolean>;
}

const nothingSaid: Readonly<Record<string, unknown>> = {};

/** The stages before anything runs: reads the inputs, declares them, finds out what is missing. */
export class Declarer {
  private readonly told = new Set<string>();
  /** What was asked for, to read the same inputs again at a checkpoint. */
  private request: LoadRequest | null = null;

  constructor(private readonly parts: DeclarerParts) {}

  /** What was said for this call beside the settings. */
  get said(): Readonly<Record<string, unknown>> {
    return this.request?.said ?? nothingSaid;
  }

  /** Declares what the inputs say now, if it is not what was declared. False: they cannot be run; why was told. */
  async declare(request: LoadRequest, by: string): Promise<boolean> {
    const { record, files } = this.parts;
    const before = this.request;
    // What was said for this call counts from here on: also for who may write what is missing.
    this.request = request;
    const withoutManifest = await this.parts.manifestComes(request);
    const loaded = await loadStudy(files, { ...request, withoutManifest });
    this.tell(loaded.problems);
    if (!loaded.ok) {
      const errors = loaded.problems.filter((problem) => problem.severity === 'error');
      const why = errors.map((problem) => describeProblem(problem)).join('; ');
      record.happened({ type: 'intent.refused', intent: 'deploy', why, by });
      this.request = before;
      return false;
    }
    const { study } = loaded;
    const { state } = record;
    const fresh = state.study === null || state.ended !== null;
    const askedBy = request.askedBy ?? null;
    // A person who asks for what a program had asked for consents to it.
    const consents = state.askedBy !== null && askedBy === null;
    if (!fresh && !consents && state.study !== null && sameStudy(state.study, study)) return true;
    const implement = await this.parts.implementDue(study);
    const missing = implement
      ? new Map<string, Failure>()
      : await findMissingScripts(study.jobs, files, study.manifestPath);
    // One record: a crash leaves the whole declaration or nothing of it.
    record.happened(
      { type: 'study.declared', study, by, ...(askedBy === null ? {} : { askedBy }) },
      ...this.retries(study, fresh),
      ...this.early(study, missing, implement),
    );
    if (missing.size > 0) await this.parts.follow(new Set(missing.keys()));
    return true;
  }

  /** Reads the same inputs again: an edit made meanwhile is what the person is asked about. */
  async declareAgain(by: string): Promise<boolean> {
    const { study, askedBy } = this.parts.record.state;
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
    return request === null || this.declare({ ...request, askedBy }, by);
  }

  /** Problems are told once, however often the inputs are read again. */
  private tell(problems: readonly Problem[]): void {
    const fresh = problems.filter((problem) => !this.told.has(JSON.stringify(problem)));
    for (const problem of fresh) this.told.add(JSON.stringify(problem));
    if (fresh.length > 0) this.parts.problems(fresh);
  }

  /** An edited command is a new attempt; a run that failed is tried again when the study is started anew. */
  private retries(study: StudyDeclaration, fresh: boolean): Happening[] {
    const { state } = this.parts.record;
    const retries = new Map<string, string>();
    for (const job of study.jobs) {
      const known = state.jobs.get(job.id);
      if (!known) continue;
      const last = known.attempts[known.attempts.length - 1];
      const edited =
        last !== undefined && hashOfKey(last.key) !== this.parts.hash(jobIdentity(job)).slice(0, 12);
      const { kind } = known.phase;
      if (edited && isSettled(known.phase)) retries.set(job.id, 'its command was edited');
      else if (fresh && (kind === 'failed' || kind === 'skipped'))
        retries.set(job.id, 'the study was started again');
    }
    for (const job of skippedBecauseOf(state, new Set(retries.keys())))
      retries.set(job, 'what it needs is tried again');
    return [...retries].map(([job, why]) => ({
      ...{ type: 'job.retried', job, why, delayMs: 0, by: 'Bridge', afresh: true },
    }));
  }

  /** Parse, implement, review, as far as this version goes. */
  private early(
    study: StudyDeclaration,
    missing: ReadonlyMap<string, Failure>,
    implement: boolean,
  ): Happening[] {
    const settled = (id: string) => {
      const kind = this.parts.record.state.jobs.get(id)?.phase.kind;
      return kind === 'completed' || kind === 'cancelled' || kind === 'running';
    };
    const happenings: Happening[] = [
      {
        type: 'stage.ended',
        stage: 'parse',
        outcome: 'passed',
        note: `${study.milestones.length} milestones, ${study.jobs.length} runs`,
      },
      ...[...missing].flatMap(([job, failure]): Happening[] =>
        settled(job) ? [] : [{ type: 'job.failed', job, failure }],
      ),
      {
        ...{ type: 'stage.ended', stage: 'implement' },
        outcome: implement ? 'waiting' : missing.size > 0 ? 'failed' : 'passed',
        note: implement
          ? 'Something is still to be written.'
          : missing.size > 0
            ? [...missing.values()].map((failure) => failure.message).join('; ')
            : 'Everything that the manifest starts is there.',
      },
    ];
    if (study.kind === 'queue') return happenings;
    if (study.options.codeReview && this.parts.reviewDue(this.said)) {
      const due = 'Another model reads the code before anything runs.';
      return [...happenings, { type: 'stage.ended', stage: 'review', outcome: 'waiting', note: due }];
    }
    const note = study.options.codeReview
      ? 'No reviewer is configured, so no other model has read this code.'
      : 'Review is switched off (bridge.codeReview), so no other model has read this code.';
    return [...happenings, { type: 'stage.ended', stage: 'review', outcome: 'skipped', note }];
  }
}

/** The same but for the words in the tracker's Status cells, which Bridge itself writes. */
function sameStudy(one: StudyDeclaration, other: StudyDeclaration): boolean {
  const plain = (study: StudyDeclaration) =>
    JSON.stringify({ ...study, runs: study.runs.map((run) => ({ ...run, statusText: '' })) });
  return plain(one) === plain(other);
}
