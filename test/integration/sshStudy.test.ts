import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSshMachines, whyNoMachines, type SshMachines } from '../machines/sshMachines';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly host: string;
  readonly attempts: number;
}

describe.skipIf(whyNoMachines !== null)(
  `a study on machines behind ssh${whyNoMachines ? `: ${whyNoMachines}` : ''}`,
  () => {
    let made: SshMachines;
    beforeAll(() => void (made = makeSshMachines({ count: 3 })));
    afterAll(() => made.dispose());

    const config = () => ['--set', `bridge.ssh.config=${JSON.stringify(made.configFile)}`];
    const on = (...hosts: string[]) => hosts.flatMap((host) => ['--target', host]);
    const jobsOf = (stdout: string) => (JSON.parse(stdout) as { jobs: Job[] }).jobs;
    const example = () => {
      const workspace = new Workspace();
      cpSync('examples/digits', workspace.root, { recursive: true });
      rmSync(workspace.path('.bridge'), { recursive: true, force: true });
      return workspace;
    };
    const limit = { limitMs: 280_000 };
    const numbers = (workspace: Workspace) =>
      Object.fromEntries(
        Array.from({ length: 24 }, (_, at) => `R${String(at + 1).padStart(3, '0')}`).map((id) => {
          const { test } = JSON.parse(workspace.read(`results/${id}.json`)) as { test: unknown };
          return [id, test];
        }),
      );

    it(
      'gives on one machine and on three the numbers that it gives here, and they verify',
      { timeout: 900_000 },
      async () => {
        const [here, one, three] = [example(), example(), example()];
        try {
          const run = ['run', '--yes', '--json'];
          const pool = on('ssh:gpu1', 'ssh:gpu2', 'ssh:gpu3');
          // One after another: each takes the whole machine.
          const all = [
            await bridge(here, run, limit),
            await bridge(one, [...run, ...on('ssh:gpu1'), ...config()], limit),
            await bridge(three, [...run, ...pool, ...config()], limit),
          ] as const;
          for (const { code, stderr } of all) expect(code, stderr).toBe(0);
          expect(numbers(one)).toEqual(numbers(here));
          expect(numbers(three)).toEqual(numbers(here));
          expect(new Set(jobsOf(all[1].stdout).map(({ host }) => host))).toEqual(new Set(['gpu1']));
          expect(new Set(jobsOf(all[2].stdout).map(({ host }) => host))).toEqual(
            new Set(['gpu1', 'gpu2', 'gpu3']),
          );
          for (const workspace of [one, three]) expect((await bridge(workspace, ['verify'])).code).toBe(0);
          const logs = await bridge(one, ['logs', 'R002']);
          expect(logs.stdout).toMatch(/train loss/);
        } finally {
          for (const each of [here, one, three]) each.dispose();
        }
      },
    );

    it('runs from a copy of the code that an edit does not reach, and shares what is not code', async () => {
      const workspace = new Workspace();
      try {
        workspace.write('.gitignore', 'models/\n');
        workspace.write('.bridgeignore', 'notes/\n');
        workspace.write('notes/secret.py', 'never');
        workspace.write('step.sh', 'sleep 2; cat word.txt\n');
        workspace.write('word.txt', 'before\n');
        workspace.write(
          'm.yaml',
          [
            'jobs:',
            '  - { id: first, gpus: 0, cmd: "bash step.sh > out/first.txt; mkdir -p models; echo weights > models/w; ls > out/files.txt", expected_output: out/first.txt }',
            '  - { id: second, gpus: 0, depends_on: first, cmd: "cat out/first.txt models/w > out/second.txt", expected_output: out/second.txt }',
            '',
          ].join('\n'),
        );
        workspace.write('models/.keep', '');
        const call = startBridge(workspace, ['queue', 'm.yaml', '--json', ...on('ssh:gpu1'), ...config()]);
        const id = () => workspace.read('.bridge/id').trim();
        const claimed = () =>
          existsSync(workspace.path('.bridge/id')) &&
          existsSync(join(made.machines[0]!.home, '.bridge', id(), 'ended'));
        await until('the machine is prepared', claimed);
        await until('the first run is under way', () => existsSync(workspace.path('.bridge/jobs/first')));
        workspace.write('word.txt', 'after\n');
        const { code, stderr } = await call.ended;
        expect(code, stderr).toBe(0);
        expect(workspace.read('out/first.txt')).toBe('before\n');
        expect(workspace.read('out/second.txt')).toBe('before\nweights\n');
        const files = readFileSync(
          join(made.machines[0]!.home, '.bridge', id(), 'work', 'out', 'files.txt'),
          'utf8',
        );
        expect(files).not.toContain('notes');
        expect(files).not.toContain('.git');
      } finally {
        workspace.dispose();
      }
    });

    it('moves the runs of a machine that died by the person’s word, and ends there what was left when it is back', async () => {
      const workspace = new Workspace();
      const [dying] = made.machines;
      const ledgers = () =>
        made.machines
          .map(({ home }) => join(home, 'moved'))
          .map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
      try {
        const runs = Array.from(
          { length: 4 },
          (_, at) =>
            `  - { id: r${at}, gpus: 0, cmd: "sleep 45; echo r${at} >> ~/moved; touch out${at}", expected_output: out${at} }`,
        );
        workspace.write('m.yaml', `max_parallel: 4\njobs:\n${runs.join('\n')}\n`);
        const call = startBridge(
          workspace,
          ['queue', 'm.yaml', '--json', ...on('ssh:gpu1', 'ssh:gpu2'), ...config()],
          { limitMs: 200_000 },
        );
        const status = async () => jobsOf((await bridge(workspace, ['status', '--json'])).stdout);
        await until(
          'all have started',
          async () => (await status().catch(() => [])).filter(({ host }) => host).length === 4,
        );
        const there = (await status()).filter(({ host }) => host === 'gpu1').map(({ id }) => id);
        expect(there.length).toBe(2);
        dying!.cut();
        await until(
          'it is told',
          async () => (await status()).filter((each) => each.status === 'unreachable').length === 2,
        );
        expect((await bridge(workspace, ['retry', '--elsewhere'])).code).toBe(0);
        await until('they are elsewhere', async () => (await status()).every(({ host }) => host === 'gpu2'));
        dying!.mend();
        const { code, stdout, stderr } = await call.ended;
        expect(code, stderr).toBe(0);
        const moved = jobsOf(stdout).filter(({ id }) => there.includes(id));
        expect(moved.map(({ host, attempts }) => [host, attempts])).toEqual([
          ['gpu2', 2],
          ['gpu2', 2],
        ]);
        // What was left on the machine that came back was ended before it was done.
        expect(ledgers()[0]).toBe('');
        expect(ledgers()[1]!.trim().split('\n').sort()).toEqual(['r0', 'r1', 'r2', 'r3']);
      } finally {
        dying!.mend();
        workspace.dispose();
      }
    });
  },
);
