// Decides about 10,000 queued runs in three phases, 8 of which are active, and prints how long one decision takes and
// how long the journal of such a queue takes to fold. Exits with 1 where a bound is broken.
//
//     node test/bench/decisions.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
const source = (path) => JSON.stringify(resolve(path));
const program = `
  import { parseManifest } from ${source('src/core/manifest/parseManifest.ts')};
  import { decide } from ${source('src/core/run/decide.ts')};
  import { StateFold } from ${source('src/core/run/reduce.ts')};

  const phase = (name, count, after) =>
    '  - { name: ' + name + ', ' + (after ? 'depends_on: ' + after + ', ' : '') +
    'grid: { n: [' + Array.from({ length: count }, (_, n) => n).join(', ') + '] }, ' +
    'template: { id: "' + name + '\${n}", cmd: "true", gpus: 0 } }';
  const { jobs } = parseManifest(['phases:', phase('a', 6000), phase('b', 3000, 'a'), phase('c', 1000, 'b')].join('\\n'));
  const study = {
    kind: 'queue', title: '', topic: '', planPath: null, trackerPath: null, manifestPath: 'm.yaml', target: 'local',
    options: { maxParallelRuns: 8 }, milestones: [], runs: [], jobs, criteria: [], primaryMetric: null, baselines: {},
    data: [], gpus: null, maxParallel: 8, gpuFreeThresholdMiB: 500, notes: [],
  };
  const key = (job, attempt) => 'w:' + job.id + ':h:' + attempt;
  const run = (job, ended) => [
    { at: 1, type: 'attempt.requested', job: job.id, attempt: 1, key: key(job, 1), host: 'local', gpus: [] },
    { at: 1, type: 'attempt.started', key: key(job, 1), handle: { folder: 'x', process: null, externalId: null } },
    ...(ended ? [
      { at: 2, type: 'attempt.exited', key: key(job, 1), exit: { code: 0, endedAt: 2 } },
      { at: 2, type: 'job.completed', job: job.id, key: key(job, 1), metrics: [] },
    ] : []),
  ];
  const world = { delayLeft: () => 0, gpus: 0, freeGpus: [], maxParallel: 9, maxCpuRuns: 9, missing: [] };
  const declared = { at: 0, type: 'study.declared', by: 'bench', study };
  const median = (work, times) => {
    const took = Array.from({ length: times }, () => { const at = performance.now(); work(); return performance.now() - at; });
    return took.sort((a, b) => a - b)[times >> 1];
  };
  const fold = new StateFold();
  fold.apply([declared, ...jobs.slice(0, 8).flatMap((job) => run(job, false))]);
  const decision = median(() => decide(fold.state, world), 200);
  const events = [declared, ...jobs.flatMap((job) => run(job, true))];
  const folding = median(() => new StateFold().apply(events), 9);
  console.log(JSON.stringify({ decision, folding, jobs: jobs.length, events: events.length, started: decide(fold.state, world).start.length }));
`;
const bundle = join(folder, 'decisions.cjs');
await build({
  ...{ stdin: { contents: program, resolveDir: resolve('.'), loader: 'ts' }, outfile: bundle, bundle: true },
  ...{ platform: 'node', format: 'cjs', target: 'node20' },
});
const { stdout, stderr } = spawnSync(process.execPath, [bundle], { encoding: 'utf8' });
rmSync(folder, { recursive: true, force: true });
if (stdout === '') throw new Error(stderr);
const { decision, folding, jobs, events, started } = JSON.parse(stdout);
const rows = [
  [
    `${jobs} queued jobs, ms of a decision`,
    decision,
    5,
    `median of 200; ${started} of 5992 that may start do`,
  ],
  [`a journal of ${events} events, ms to fold`, folding, 1000, 'median of 9'],
];
for (const [what, got, bound, reference] of rows)
  console.log(`${got <= bound ? '✓' : '✗'} ${what}: ${got.toFixed(2)} (at most ${bound}) ${reference}`);
process.exitCode = rows.every(([, got, bound]) => got <= bound) ? 0 : 1;
