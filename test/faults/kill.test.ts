import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath } from '../integration/harness/bridge';
import { inParallel, runToEnd } from './processes';
import { differences, endStateOf, makeStudy30 } from './study30';

/** `npm run test:faults:all` kills at every point; otherwise a sample that moves on from day to day. */
const all = process.env.BRIDGE_FAULTS === 'all';
const sampleSize = 48;

const preload = ['--require', resolve('test/faults/killAt.cjs')];
const run = (root: string, env: Record<string, string> = {}, node: readonly string[] = []) =>
  runToEnd([process.execPath, ...node, cliPath, 'run', '--yes', '--workspace', root], {
    ...env,
    XDG_CONFIG_HOME: join(root, '..', 'config'),
  });

describe('a real driver that is killed with SIGKILL', () => {
  it('at any call that changes the disk or starts a process loses nothing and does nothing twice', async () => {
    const whole = makeStudy30();
    const count = join(whole.root, '..', 'count');
    expect((await run(whole.root, { BRIDGE_KILL_COUNT: count }, preload)).code).toBe(0);
    const wanted = endStateOf(whole);
    const points = Number(readFileSync(count, 'utf8'));
    whole.dispose();
    expect(wanted.ledger).toHaveLength(32);

    const day = Math.floor(Date.now() / 86_400_000);
    const stride = points / sampleSize;
    const sample = all
      ? Array.from({ length: points }, (_, at) => at + 1)
      : Array.from({ length: sampleSize }, (_, at) => 1 + (Math.floor(at * stride + day * 7) % points));
    let killed = 0;
    const wrong: string[] = [];
    await inParallel(sample, 4, async (at) => {
      const study = makeStudy30();
      const first = await run(study.root, { BRIDGE_KILL_AT: String(at) }, preload);
      if (first.signal === 'SIGKILL') killed++;
      const second = await run(study.root);
      wrong.push(...differences(endStateOf(study), wanted).map((line) => `${at}: ${line}`));
      if (second.code !== 0) wrong.push(`${at}: ${second.stderr}`);
      study.dispose();
    });
    console.log(`${points} points, ${sample.length} of them tried, ${killed} drivers killed by SIGKILL`);
    expect(killed).toBeGreaterThan(sample.length * 0.8);
    expect(wrong).toEqual([]);
  }, 7_200_000);
});
