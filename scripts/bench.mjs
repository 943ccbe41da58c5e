// Measures the queue side by side with references: `npm run bench`. Ratios count, not seconds: the references run
// on the same machine at the same time, in turns. Exits with 1 where a bound is broken.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve(process.env.BRIDGE_CLI ?? 'dist/cli.js');
if (!existsSync(cli)) throw new Error(`${cli} is missing: "npm run build" makes it.`);
const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
const rows = [];

function workspace(name, count, command) {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const jobs = Array.from({ length: count }, (_, at) => `  - { id: r${at}, cmd: "${command}", gpus: 0 }`);
  writeFileSync(join(root, 'm.yaml'), `project: bench\nmax_parallel: 8\njobs:\n${jobs.join('\n')}\n`);
  return root;
}

/** Seconds that a program takes. */
function time(program, args, options = {}) {
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return (performance.now() - begin) / 1000;
}

/** In a folder of its own each time: a disk that has just deleted thousands of files is slow at making new ones. */
let queues = 0;
const queue = (root) => {
  const fresh = `${root}-${queues++}`;
  mkdirSync(fresh);
  copyFileSync(join(root, 'm.yaml'), join(fresh, 'm.yaml'));
  return time(process.execPath, [cli, 'queue', 'm.yaml', '--workspace', fresh]);
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
/** The noise of a measure: how far apart its repetitions lie. */
const spread = (values) =>
  `spread ${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)} of ${values.length}`;
const row = (what, got, bound, reference) => rows.push({ what, got, bound, reference, ok: got <= bound });

// 36 jobs of 0.2 s on 8 slots; five rounds of eight would be 1.0 s.
{
  const root = workspace('short', 36, 'sleep 0.2');
  const took = [0, 1, 2].map(() => queue(root));
  row(
    '36 jobs of 0.2 s on 8 slots, x the ideal 1.0 s',
    median(took) / 1.0,
    1.5,
    `reference: 5 rounds of 0.2 s; ${spread(took)}`,
  );
}

// 1,000 jobs of `true` beside GNU parallel, in turns.
if (spawnSync('parallel', ['--version'], { stdio: 'ignore' }).status === 0) {
  const root = workspace('many', 1000, 'true');
  const list = join(folder, 'list');
  writeFileSync(list, Array.from({ length: 1000 }, (_, at) => at).join('\n'));
  const pairs = [0, 1, 2].map(() => {
    const reference = time('parallel', ['-j8', '-a', list, 'true']);
    return { ours: queue(root), reference };
  });
  const ratios = pairs.map(({ ours, reference }) => ours / reference);
  const seconds = pairs.map(({ ours, reference }) => `${ours.toFixed(2)} / ${reference.toFixed(2)} s`);
  row(
    '1,000 jobs of true on 8 slots, x GNU parallel',
    median(ratios),
    1.2,
    `ours / reference: ${seconds.join(', ')}; ${spread(ratios)}`,
  );
} else console.log('GNU parallel is not installed; the comparison with it is left out.');

// 10,000 jobs that wait.
{
  const root = workspace('waiting', 10_000, 'sleep 30');
  const driver = spawn(process.execPath, [cli, 'queue', 'm.yaml', '--workspace', root], { stdio: 'ignore' });
  const journal = join(root, '.bridge/journal/000001.jsonl');
  const started = () =>
    existsSync(journal) && /"attempt\.started"/.test(readFileSync(journal, 'utf8').slice(-20_000));
  while (!started()) await new Promise((done) => setTimeout(done, 50));
  const memory = readFileSync(`/proc/${driver.pid}/status`, 'utf8');
  const megabytes = (name) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(memory)?.[1]) * 1024) / 1e6;
  row(
    '10,000 queued jobs, MB of the driver',
    megabytes('VmRSS'),
    200,
    `${megabytes('VmHWM').toFixed(0)} at most`,
  );
  const status = [0, 1, 2].map(() => time(process.execPath, [cli, 'status', '--workspace', root]) * 1000);
  const bare = [0, 1, 2].map(() => time(process.execPath, ['-e', '0']) * 1000);
  row(
    '10,000 queued jobs, ms of bridge status',
    median(status),
    300,
    `${median(bare).toFixed(0)} ms are node's start; ${spread(status)}`,
  );
  driver.kill('SIGTERM');
  await new Promise((done) => driver.on('exit', done));
  execFileSync(
    process.execPath,
    [cli, 'cancel', 'r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', '--workspace', root],
    {
      stdio: 'ignore',
    },
  );
}

for (const { what, got, bound, reference, ok } of rows)
  console.log(`${ok ? '✓' : '✗'} ${what}: ${got.toFixed(2)} (at most ${bound}) ${reference}`);
rmSync(folder, { recursive: true, force: true });

// What has a program of its own.
const others = [
  'decisions.mjs',
  'liveMetrics.mjs',
  'trainingHealth.mjs',
  'typing.mjs',
  'slurmPolls.mjs',
  'sshQueue.mjs',
  'panel.mjs',
].map((name) => spawnSync(process.execPath, [join('test', 'bench', name)], { stdio: 'inherit' }));
process.exitCode = rows.every(({ ok }) => ok) && others.every(({ status }) => status === 0) ? 0 : 1;
