import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath, until } from '../integration/harness/bridge';
import { processStart } from '../../src/util/processIdentity';
import { inParallel, runToEnd } from './processes';
import { differences, endStateOf, makeStudy30, type Study30 } from './study30';

const argv = (study: Study30) => [cliPath, 'run', '--yes', '--workspace', study.root];
const env = (study: Study30, more: Record<string, string> = {}) => ({
  XDG_CONFIG_HOME: join(study.root, '..', 'config'),
  ...more,
});
const preload = (name: string) => ['--require', resolve(`test/faults/${name}.cjs`)];

async function undisturbed() {
  const study = makeStudy30();
  const { code } = await runToEnd([process.execPath, ...argv(study)], env(study));
  expect(code).toBe(0);
  const state = endStateOf(study);
  study.dispose();
  return state;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => child.on('close', done));
}

const isStopped = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T');

describe('two drivers on one folder', () => {
  it('that are started together run each job once, and one says whom it follows', async () => {
    const wanted = await undisturbed();
    for (let round = 0; round < 5; round++) {
      const study = makeStudy30();
      const ends = await Promise.all(
        [1, 2].map(() => runToEnd([process.execPath, ...argv(study)], env(study))),
      );
      expect(ends.map(({ code }) => code)).toEqual([0, 0]);
      expect(
        ends.filter(({ stderr }) => /process \d+ on \S+ .* drives this workspace/.test(stderr)),
      ).toHaveLength(1);
      expect(endStateOf(study)).toEqual(wanted);
      study.dispose();
    }
  });

  it('follow each other: the second takes over at once when the first is killed', async () => {
    const wanted = await undisturbed();
    const study = makeStudy30();
    const first = spawn(process.execPath, [...preload('killAt'), ...argv(study)], {
      env: { ...process.env, ...env(study, { BRIDGE_KILL_AT: '300', BRIDGE_KILL_SIGNAL: 'SIGSTOP' }) },
      stdio: 'ignore',
    });
    await until('the first driver is held up', () => isStopped(first.pid!) === true);
    const second = runToEnd([process.execPath, ...argv(study)], env(study));
    const gone = exitOf(first);
    setTimeout(() => first.kill('SIGKILL'), 1000);
    await gone;
    const at = performance.now();
    expect((await second).code).toBe(0);
    // Far less than the lease of 15 s: a dead holder is known to be dead.
    expect(performance.now() - at).toBeLessThan(12_000);
    expect(endStateOf(study)).toEqual(wanted);
    study.dispose();
  });

  it('never act both: one that was stopped until its lease passed finds itself succeeded and leaves', async () => {
    const wanted = await undisturbed();
    const lease = { BRIDGE_LEASE_MS: '1000' };
    const moments = process.env.BRIDGE_FAULTS === 'all' ? 100 : 12;
    const wrong: string[] = [];
    let held = 0;
    await inParallel(
      Array.from({ length: moments }, (_, at) => 40 + Math.floor((at * 640) / moments)),
      3,
      async (at) => {
        const study = makeStudy30();
        const first = spawn(process.execPath, [...preload('killAt'), ...argv(study)], {
          env: {
            ...process.env,
            ...env(study, { ...lease, BRIDGE_KILL_AT: String(at), BRIDGE_KILL_SIGNAL: 'SIGSTOP' }),
          },
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        first.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
        const left = exitOf(first);
        await until('the first driver is held up or done', () => {
          const there = processStart(first.pid!);
          return there === null || there.zombie || isStopped(first.pid!) === true;
        });
        if (processStart(first.pid!)) held++;
        const second = await runToEnd([process.execPath, ...argv(study)], env(study, lease));
        first.kill('SIGCONT');
        await left;
        wrong.push(...differences(endStateOf(study), wanted).map((line) => `${at}: ${line}`));
        if (second.code !== 0) wrong.push(`${at}: ${second.stderr}`);
        study.dispose();
      },
    );
    console.log(`${moments} moments, ${held} drivers stopped until their lease had passed`);
    expect(held).toBeGreaterThan(moments / 2);
    expect(wrong).toEqual([]);
  });
});

/** Writes that are tried in every run; `npm run test:faults:all` tries each. */
const sampledWrites = 24;

describe('a full disk', () => {
  it('at any write holds the driver up and loses nothing, and is said', async () => {
    const wanted = await undisturbed();
    const whole = makeStudy30();
    const count = join(whole.root, '..', 'count');
    await runToEnd(
      [process.execPath, ...preload('fullAt'), ...argv(whole)],
      env(whole, { BRIDGE_FULL_COUNT: count }),
    );
    const writes = Number(readFileSync(count, 'utf8'));
    whole.dispose();
    const points = process.env.BRIDGE_FAULTS === 'all' ? writes : sampledWrites;
    const wrong: string[] = [];
    let noticed = 0;
    await inParallel(
      Array.from({ length: points }, (_, at) => 1 + Math.floor((at * writes) / points)),
      6,
      async (at) => {
        const study = makeStudy30();
        const full = env(study, { BRIDGE_FULL_AT: String(at), BRIDGE_FULL_FOR: '3' });
        const first = await runToEnd([process.execPath, ...preload('fullAt'), ...argv(study)], full);
        if (/no space left on device/.test(first.stderr)) noticed++;
        const second = await runToEnd([process.execPath, ...argv(study)], env(study));
        wrong.push(...differences(endStateOf(study), wanted).map((line) => `${at}: ${line}`));
        if (second.code !== 0) wrong.push(`${at}: ${second.stderr}`);
        study.dispose();
      },
    );
    console.log(`${writes} writes, ${points} of them found the disk full, ${noticed} said so`);
    expect(noticed).toBeGreaterThan(points / 2);
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
