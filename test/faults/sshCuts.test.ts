import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBridge, until } from '../integration/harness/bridge';
import { Workspace } from '../integration/harness/workspace';
import { JournalReader } from '../../src/store/journalReader';
import type { RunEvent } from '../../src/core/run/event';
import { makeSshMachines, whyNoMachines, type SshMachine, type SshMachines } from '../machines/sshMachines';

const count = 12;
/** How long the line is cut; the long cuts are asked for: BRIDGE_LONG_CUTS=300. */
const longCutMs = Number(process.env.BRIDGE_LONG_CUTS ?? 30) * 1000;

describe.skipIf(whyNoMachines !== null)(
  `runs on a machine behind ssh${whyNoMachines ? `: ${whyNoMachines}` : ''}`,
  () => {
    let made: SshMachines;
    let machine: SshMachine;
    let workspace: Workspace;
    beforeAll(() => {
      made = makeSshMachines({ count: 1 });
      [machine] = made.machines as [SshMachine];
    });
    afterAll(() => made.dispose());
    beforeEach(() => {
      workspace = new Workspace();
      rmSync(ledger(), { force: true });
      return () => workspace.dispose();
    });

    /** Each run writes a line that only it can write, so that one that ran twice shows. */
    const study = (seconds: number) => {
      const runs = Array.from(
        { length: count },
        (_, at) =>
          `  - { id: r${at}, gpus: 0, cmd: "echo r${at} >> ~/ledger; sleep ${seconds}; echo '{\\"a\\": ${at}}' > out${at}.json", expected_output: out${at}.json, metrics: { a: "out${at}.json#/a" } }`,
      );
      workspace.write('m.yaml', `max_parallel: 4\njobs:\n${runs.join('\n')}\n`);
    };
    const ledger = () => join(machine.home, 'ledger');
    const lines = () => (existsSync(ledger()) ? readFileSync(ledger(), 'utf8').trim().split('\n') : []);
    const start = () =>
      startBridge(
        workspace,
        [
          ...[
            'queue',
            'm.yaml',
            '--target',
            'ssh:gpu1',
            '--set',
            `bridge.ssh.config=${JSON.stringify(made.configFile)}`,
          ],
          '--json',
        ],
        { limitMs: 120_000 + longCutMs },
      );
    const events = (): readonly RunEvent[] =>
      existsSync(workspace.path('.bridge/journal'))
        ? new JournalReader(workspace.path('.bridge/journal')).next()
        : [];
    const happened =
      (type: RunEvent['type'], times = 1) =>
      () =>
        events().filter((each) => each.type === type).length >= times;
    const eachOnce = () => {
      expect(lines().sort()).toEqual(Array.from({ length: count }, (_, at) => `r${at}`).sort());
      for (let at = 0; at < count; at++)
        expect(JSON.parse(workspace.read(`out${at}.json`))).toEqual({ a: at });
    };
    const ends = async (call: ReturnType<typeof start>) => {
      const { code, stdout, stderr } = await call.ended;
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(0);
      const { jobs } = JSON.parse(stdout) as { jobs: { status: string; host: string; attempts: number }[] };
      expect(new Set(jobs.map(({ status, host, attempts }) => `${status} on ${host}, ${attempts}`))).toEqual(
        new Set(['completed on gpu1, 1']),
      );
      eachOnce();
    };

    /** Moments of submission and of collection, as the journal tells them. */
    const moments: readonly [string, () => boolean][] = [
      ['before anything was asked for', () => existsSync(workspace.path('.bridge/id'))],
      ['when the first run was asked for', happened('attempt.requested')],
      ['when the first run has started', happened('attempt.started')],
      ['when the first run has ended', happened('attempt.exited')],
      ['in the middle', happened('job.completed', 5)],
      ['towards the end', happened('job.completed', count - 3)],
    ];

    it.each(moments)('a cut of a second %s loses nothing and runs nothing twice', async (_when, moment) => {
      study(0.3);
      const call = start();
      await until('the moment', moment);
      machine.cut();
      await pause(1000);
      machine.mend();
      await ends(call);
    });

    it.each([moments[1]!, moments[3]!])(
      'a long cut %s is told with since when, and mends by itself',
      async (_when, moment) => {
        study(1);
        const call = start();
        await until('the moment', moment);
        const cutAt = Date.now();
        machine.cut();
        try {
          await until('it is told', happened('attempt.unreachable'));
          const told = events().find((each) => each.type === 'attempt.unreachable');
          expect(told).toMatchObject({ why: expect.stringContaining('gpu1') as string });
          expect(Math.abs((told as { since: number }).since - cutAt)).toBeLessThan(5000);
          const status = startBridge(workspace, ['status', '--json']);
          const { jobs } = JSON.parse((await status.ended).stdout) as {
            jobs: { status: string; why: string }[];
          };
          expect(jobs.some((each) => each.status === 'unreachable')).toBe(true);
          expect(jobs.some((each) => each.status === 'failed')).toBe(false);
          await pause(Math.max(0, longCutMs - (Date.now() - cutAt)));
        } finally {
          machine.mend();
        }
        await ends(call);
      },
      600_000,
    );

    it('the child of sshd that serves the connection is killed, again and again', async () => {
      study(0.5);
      const call = start();
      for (const [, moment] of moments.slice(1)) {
        await until('the moment', moment);
        for (const pid of machine.connections()) kill(pid, 'SIGKILL');
      }
      await ends(call);
    });

    it('sshd is frozen for a while, and thawed', async () => {
      study(1);
      const call = start();
      await until('some have started', happened('attempt.started', 3));
      const frozen = machine.sshd();
      for (const pid of frozen) kill(pid, 'SIGSTOP');
      try {
        await until('it is told', happened('attempt.unreachable'));
      } finally {
        for (const pid of frozen) kill(pid, 'SIGCONT');
      }
      await ends(call);
    });

    it('a driver that is killed during a cut leaves nothing undone: the next one adopts what runs', async () => {
      study(2);
      const call = start();
      await until('some have started', happened('attempt.started', 3));
      machine.cut();
      call.child.kill('SIGKILL');
      await call.ended;
      machine.mend();
      await ends(start());
    });

    it('a machine that loses every process in the middle has its runs tried again, each as a new attempt', async () => {
      study(1);
      const call = start();
      await until('some have ended', happened('job.completed', 2));
      machine.killEverything();
      const { code, stdout } = await call.ended;
      expect(code).toBe(0);
      const { jobs } = JSON.parse(stdout) as { jobs: { status: string; attempts: number; id: string }[] };
      expect(jobs.every(({ status }) => status === 'completed')).toBe(true);
      // Each attempt began once.
      const begun = jobs.reduce((sum, { attempts }) => sum + attempts, 0);
      expect(lines().length).toBeLessThanOrEqual(begun);
      for (const { id, attempts } of jobs)
        expect(lines().filter((each) => each === id).length).toBeLessThanOrEqual(attempts);
    });
  },
);

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}
