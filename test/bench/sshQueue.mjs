// A queue of 1,000 no-op jobs on a machine behind a real sshd beside the same queue on that machine, in turns, and what the
// driver uses while fifty jobs run there. Needs root (network namespaces); else it says so and measures nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const { stdout, status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'integration', 'test/integration/sshQueue.test.ts'],
  { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', BRIDGE_BENCH: '1' } },
);
const figures = stdout.split('\n').filter((line) => /^(1,000 jobs|50 running)/.test(line));
for (const line of figures) console.log(line);
if (figures.length === 0 && status === 0)
  console.log('a queue over ssh: not measured, no machines can be made here');
process.exitCode = status ?? 1;
