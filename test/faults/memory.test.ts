import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath } from '../integration/harness/bridge';
import { runToEnd } from './processes';
import { QueueWorkspace } from './queueWorkspace';

const megabyte = 1 << 20;
const name = `bridge-test-${process.pid}`;

/** A cgroup with little memory, of either version; null: this machine does not let us make one. */
function makeCgroup(limit: number): string | null {
  for (const [folder, file] of [
    [`/sys/fs/cgroup/memory/${name}`, 'memory.limit_in_bytes'],
    [`/sys/fs/cgroup/${name}`, 'memory.max'],
  ] as const) {
    try {
      mkdirSync(folder);
      if (!existsSync(`${folder}/${file}`)) throw new Error('no memory controller here');
      writeFileSync(`${folder}/${file}`, String(limit));
      return folder;
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
  return null;
}

const cgroup = makeCgroup(450 * megabyte);
if (cgroup === null) console.log('skipped: this machine does not let a test make a cgroup');
afterAll(() => cgroup !== null && rmdirSync(cgroup));

describe('a run that the kernel killed for want of memory', () => {
  it.skipIf(cgroup === null)(
    'is out of memory by the kernel’s own word, though its log is silent',
    async () => {
      const ws = new QueueWorkspace(`
oom_retry: { delay: 0, max_attempts: 2 }
jobs:
  - { id: a, gpus: 0, cmd: "python3 -c 'x = bytearray(900 << 20)'" }
  - { id: b, gpus: 0, cmd: "kill -9 $$", depends_on: c }
  - { id: c, gpus: 0, cmd: "sleep 0.1" }
`);
      try {
        const queue = `echo $$ > ${cgroup}/cgroup.procs; exec "$0" ${cliPath} queue m.yaml --workspace ${ws.root}`;
        const { code } = await runToEnd(['sh', '-c', queue, process.execPath], ws.env);
        expect(code).toBe(1);
        const jobs = await ws.status();
        expect(jobs.a).toMatchObject({ status: 'stuck', reason: 'oom', attempts: 2, exitCode: 137 });
        expect(jobs.a?.why).toMatch(/the kernel killed a process for it/);
        expect(readFileSync(`${ws.attempt('a')}/exit`, 'utf8')).toMatch(/^137\t.*\t1\n$/);
        expect(jobs.b).toMatchObject({ status: 'failed', reason: 'killed' });
      } finally {
        ws.dispose();
      }
    },
  );
});

describe('a run that goes on for a while', () => {
  it('has in its folder what it used at most', async () => {
    const ws = new QueueWorkspace(
      'jobs: [{ id: a, gpus: 0, cmd: "python3 -c \'x = bytearray(150 << 20); import time; time.sleep(9)\'" }]\n',
    );
    try {
      expect((await ws.queue()).code).toBe(0);
      const { memoryMiB } = JSON.parse(readFileSync(`${ws.attempt('a')}/peaks`, 'utf8')) as {
        memoryMiB: number;
      };
      expect(memoryMiB).toBeGreaterThan(150);
      expect(memoryMiB).toBeLessThan(300);
    } finally {
      ws.dispose();
    }
  });
});
