import { defineConfig } from 'vitest/config';

/** One project a kind of test, so that `vitest run --project unit` is quick and the whole is one command. */
const project = (name: string, testTimeout: number, fileParallelism = true) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism,
    // What is polled for is to come true; how soon is no test's business.
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 20_000),
      project('contract', 60_000),
      project('faults', 300_000, false),
      project('integration', 300_000, false),
      project('e2e', 600_000, false),
    ],
  },
});
