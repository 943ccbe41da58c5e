import { LocalWorkspaceFiles } from '../../../src/store/workspaceFiles';
import { loadStudy } from '../../../src/engine/stages/parse';
import type { Plan } from '../../../src/core/plan/model';
import { defaultOptions } from '../../../src/core/run/options';
import type { Checkpoint } from '../../../src/core/run/checkpointModel';
import type { RunEvent } from '../../../src/core/run/event';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import type { Failure } from '../../../src/core/run/failure';
import { StateFold } from '../../../src/core/run/reduce';
import { english } from '../../../src/core/text/translate';
import { noInputs, type StudyInputs, type ViewInput } from '../../../src/views/input';

export const start = Date.UTC(2026, 0, 5, 12);

/** The bundled digits study as its files declare it. */
export async function loadDigits(): Promise<{ study: StudyDeclaration; plan: Plan; inputs: StudyInputs }> {
  const files = new LocalWorkspaceFiles(new URL('../../../examples/digits', import.meta.url).pathname);
  const loaded = await loadStudy(files, {
    ...{ kind: 'plan', plan: null, tracker: null, manifest: null, target: 'local', options: defaultOptions },
  });
  if (!loaded.ok || loaded.plan === null) throw new Error(JSON.stringify(loaded.problems));
  const { study, plan, problems } = loaded;
  const paths = {
    planPath: study.planPath,
    trackerPath: study.trackerPath,
    manifestPath: study.manifestPath,
  };
  return { study, plan, inputs: { ...noInputs, ...paths, plan, study, problems } };
}

type Untimed = RunEvent extends infer Each ? (Each extends RunEvent ? Omit<Each, 'at'> : never) : never;

/** A machine that can be rented, and what was approved. */
export const rentalOffer = {
  ...{ id: '11', gpuName: 'RTX 3090', gpus: 1, gpuMemoryGiB: 24, usdPerHour: 0.3, diskUsdPerHour: 0.01 },
  ...{ reliability: 0.99, interruptible: false, hoursLeft: null, diskGiB: 100, place: null },
};
export const rentalTerms = {
  ...{ provider: 'vast', gpus: 1, gpuMemoryGiB: 24, diskGiB: 50, hours: 1, resumable: false },
  ...{ maxUsdPerHour: 0.5, leaseSeconds: 600, image: 'image' },
};

/** A journal that is written event by event, with a clock that is set by hand. */
export class Story {
  readonly fold = new StateFold();
  at = start;

  constructor(readonly study: StudyDeclaration) {
    this.tell({ type: 'study.declared', study, by: 'ada' });
  }

  tell(...events: Untimed[]): this {
    this.fold.apply(events.map((event) => ({ ...event, at: this.at })));
    return this;
  }

  wait(ms: number): this {
    this.at += ms;
    return this;
  }

  run(job: string, attempt = 1, gpus: readonly string[] = []): this {
    const key = `${job}/${attempt}`;
    const handle = { folder: `/tmp/${key}`, process: null, externalId: null };
    return this.tell(
      { type: 'attempt.requested', job, attempt, key, host: 'local', gpus },
      { type: 'attempt.started', key, handle },
    );
  }

  complete(job: string, value: number, attempt = 1): this {
    const key = `${job}/${attempt}`;
    const metric = {
      name: 'test/accuracy',
      value,
      file: `results/${job}.json`,
      pointer: '/test/accuracy',
      line: 3,
    };
    return this.tell(
      { type: 'attempt.exited', key, exit: { code: 0, endedAt: this.at } },
      { type: 'job.completed', job, key, metrics: [metric] },
    );
  }

  fail(job: string, failure: Partial<Failure> = {}): this {
    return this.tell(
      { type: 'attempt.exited', key: `${job}/1`, exit: { code: 1, endedAt: this.at } },
      {
        type: 'job.failed',
        job,
        failure: {
          class: 'oom',
          message: 'out of memory at step 210',
          evidence: ['CUDA out of memory'],
          advice: 'Use a smaller batch.',
          ...failure,
        },
      },
    );
  }

  /** Sanity passes and the person is asked. */
  toCheckpoint(): this {
    this.run('R001').wait(2000).complete('R001', 0.62);
    this.tell({
      type: 'gate.judged',
      milestone: 'M0',
      verdict: 'passed',
      why: 'accuracy 0.62 > 0.5',
      by: 'Bridge',
    });
    return this.tell({ type: 'checkpoint.shown', checkpoint: checkpointOf(this.study) });
  }

  approve(): this {
    return this.tell({ type: 'checkpoint.approved', hash: 'abc', milestones: ['M1', 'M2', 'M3'], by: 'ada' });
  }

  view(inputs: StudyInputs, more: Partial<ViewInput> = {}): ViewInput {
    return viewOf({ state: this.fold.state, inputs, now: this.at, ...more });
  }
}

export function viewOf(more: Partial<ViewInput>): ViewInput {
  return {
    state: new StateFold().state,
    inputs: noInputs,
    driving: true,
    trusted: true,
    now: start,
    spark: () => [],
    t: english,
    language: 'en',
    ...more,
  };
}

export function checkpointOf(study: StudyDeclaration): Checkpoint {
  const milestones = study.milestones
    .filter(({ kind }) => kind !== 'sanity')
    .map(({ id, name }) => {
      const jobs = study.jobs.filter((job) => job.milestone === id);
      const commands = jobs.map((job) => ({ run: job.id, command: job.command }));
      return { id, name, runs: jobs.length, estimatedGpuHours: 0, estimatedHours: 0.02, commands };
    });
  return {
    hash: 'abc',
    target: 'local',
    sanity: { status: 'passed', sentence: 'Sanity passed.', commands: [] },
    milestones,
    review: 'Nobody reviewed.',
    groundTruth: '',
    unjudgedGates: [],
    totalGpuHours: 0,
    usd: 0,
    notes: [],
    changes: [],
    files: { 'train.py': 'aa' },
  };
}
