// How many calls of Slurm's clients a look at 1,000 jobs of a real cluster takes, and how long (bound: 2 calls). Where no
// cluster can be started, nothing is measured and that is said.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const { stdout, status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'slurm', 'test/integration/slurmPolls.test.ts'],
  { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
);
const figures = stdout.split('\n').filter((line) => line.startsWith('polling '));
for (const line of figures) console.log(line);
if (figures.length === 0 && status === 0)
  console.log('polling Slurm: not measured, no cluster can be started here');
process.exitCode = status ?? 1;
