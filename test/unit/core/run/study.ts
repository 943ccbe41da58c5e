import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import type { Job } from '../../../../src/core/manifest/model';
import type { DeclaredMilestone, DeclaredRun, StudyDeclaration } from '../../../../src/core/run/declaration';
import type { RunEvent } from '../../../../src/core/run/event';
import { defaultOptions } from '../../../../src/core/run/options';
import { StateFold } from '../../../../src/core/run/reduce';
import type { StudyState } from '../../../../src/core/run/state';

/** An event without its time. */
export type Happening = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'at'> : never) : never;

export function milestone(id: string, kind: DeclaredMilestone['kind'] = 'other'): DeclaredMilestone {
  return { id, name: `Milestone ${id}`, kind, gate: null, estimatedGpuHours: null, line: 1 };
}

/** Runs as their manifest says them; `more` is what else stands in each entry. */
export function jobs(entries: Readonly<Record<string, string>>): Job[] {
  const lines = Object.entries(entries).map(([id, more]) => `  - { id: ${id}, cmd: run ${id}, ${more} }`);
  const { jobs: read, problems } = parseManifest(`jobs:\n${lines.join('\n')}\n`);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
  return [...read];
}

export function listed(id: string, change: Partial<DeclaredRun> = {}): DeclaredRun {
  return {
    ...{ id, milestone: 'M1', priority: 'must-run', system: null, statusText: 'TODO', line: 1 },
    standing: 'listed',
    ...change,
  };
}

export function declaration(change: Partial<StudyDeclaration>): StudyDeclaration {
  return {
    ...{
      kind: 'plan',
      title: 'Study',
      topic: 'Study',
      target: 'local',
      options: { ...defaultOptions, language: 'en' as const },
    },
    ...{ planPath: 'refine-logs/EXPERIMENT_PLAN.md', trackerPath: 'refine-logs/EXPERIMENT_TRACKER.md' },
    ...{ manifestPath: 'refine-logs/experiments.yaml', milestones: [], runs: [], jobs: [], criteria: [] },
    ...{
      primaryMetric: null,
      baselines: {},
      data: [],
      gpus: null,
      maxParallel: null,
      gpuFreeThresholdMiB: 500,
    },
    notes: [],
    ...change,
  };
}

/** A journal: each happening a second after the one before. */
export function journal(...happenings: Happening[]): RunEvent[] {
  return happenings.map((happening, at) => ({ ...happening, at: (at + 1) * 1000 }));
}

export function stateOf(...happenings: Happening[]): StudyState {
  const fold = new StateFold();
  fold.apply(journal(...happenings));
  return fold.state;
}

export const declare = (change: Partial<StudyDeclaration>): Happening => ({
  ...{ type: 'study.declared', by: 'test' },
  study: declaration(change),
});

export const requested = (job: string, attempt = 1): Happening => ({
  ...{ type: 'attempt.requested', job, attempt, key: `w:${job}:h:${attempt}`, host: 'local', gpus: [] },
});

export const completed = (job: string, attempt = 1): Happening[] => [
  requested(job, attempt),
  { type: 'job.completed', job, key: `w:${job}:h:${attempt}`, metrics: [] },
];

export const failed = (job: string, attempt = 1): Happening[] => [
  requested(job, attempt),
  {
    type: 'job.failed',
    job,
    failure: { class: 'code', message: 'exit code 1', evidence: [], advice: 'Mend it' },
  },
];

export const judged = (id: string, verdict: 'passed' | 'failed' | 'not-judged' = 'passed'): Happening => ({
  ...{ type: 'gate.judged', milestone: id, verdict, why: 'because', by: 'test' },
});

/** A checkpoint that was shown and approved for these milestones. */
export function approved(...milestones: string[]): Happening[] {
  const checkpoint = {
    ...{ hash: 'h1', target: 'local', milestones: [], review: '', groundTruth: '', unjudgedGates: [] },
    ...{ totalGpuHours: 0, usd: 0, notes: [], changes: [], files: {} },
    sanity: { status: 'passed' as const, sentence: '', commands: [] },
  };
  return [
    { type: 'checkpoint.shown', checkpoint },
    { type: 'checkpoint.approved', hash: 'h1', milestones, by: 'test' },
  ];
}
