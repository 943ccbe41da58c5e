import { configDefaults, defineConfig } from 'vitest/config';

interface Kind {
  /** Files of the kind; default: the folder of its name. */
  readonly include?: string;
  readonly exclude?: string;
  /** Files that run at once; default: as many as there are cores. */
  readonly workers?: number;
}

/** One project a kind of test, so that `vitest run --project unit` is quick and the whole is one command. */
const project = (name: string, limitMs: number, { include, exclude, workers }: Kind = {}) => ({
  test: {
    name,
    include: [include ?? `test/${name}/**/*.test.ts`],
    exclude: [...configDefaults.exclude, ...(exclude === undefined ? [] : [exclude])],
    testTimeout: limitMs,
    hookTimeout: limitMs,
    fileParallelism: workers !== 1,
    ...(workers === undefined ? {} : { maxWorkers: workers }),
    // What is polled for is to come true; how soon is no test's business.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    // Projects of one group have to agree on their workers.
    sequence: { groupOrder: workers ?? 0 },
  },
});

/** A cluster's daemons fill the machine, and its control groups are the machine's: one at a time. */
const slurm = 'test/{faults,integration}/slurm*.test.ts';

export default defineConfig({
  test: {
    projects: [
      project('unit', 20_000),
      project('contract', 60_000),
      // They wait for processes more than they compute.
      project('faults', 300_000, { exclude: slurm, workers: 2 }),
      project('integration', 300_000, { exclude: slurm, workers: 2 }),
      project('slurm', 300_000, { include: slurm, workers: 1 }),
      project('e2e', 600_000, { workers: 1 }),
    ],
  },
});
