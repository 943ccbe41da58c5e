import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/ports';
import { systemClock } from '../../src/store/systemClock';
import { CrashPoint } from '../fakes/crashPoint';
import { driveUntil, planRequest } from './simulatedProcess';
import { readStudy } from './study30';

const hourMs = 3_600_000;

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'bridge-clock-')), 'work');
  mkdirSync(root);
});
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

/** A wall clock that is moved once, after a while; the other clock goes on as it must. */
function movedClock(byMs: number, afterMs: number): Clock {
  const begin = performance.now();
  return { ...systemClock, now: () => Date.now() + (performance.now() - begin > afterMs ? byMs : 0) };
}

async function queue(manifest: string, clock: Clock, point = new CrashPoint(Number.POSITIVE_INFINITY)) {
  writeFileSync(join(root, 'm.yaml'), manifest);
  const begin = performance.now();
  const outcome = await driveUntil(root, point, {
    clock,
    act: (session, signal) =>
      session.run({ ...planRequest, kind: 'queue', manifest: 'm.yaml' }, 'yes', 'test', signal),
  });
  return { outcome, seconds: (performance.now() - begin) / 1000 };
}

describe.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('a wall clock that is moved an hour %s', (_word, byMs) => {
  it('neither hurries nor holds up a delayed retry', async () => {
    const manifest = `
jobs:
  - { id: a, gpus: 0, cmd: "test $BRIDGE_ATTEMPT = 2 || { echo 'ValueError: x'; exit 1; }", retry: { code: 2, delay: 2 } }
`;
    const { outcome, seconds } = await queue(manifest, movedClock(byMs, 700));
    expect(outcome).toBe('done');
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(8);
  });

  it('neither ends a run before its time limit nor lets it pass it', async () => {
    const manifest = `
jobs:
  - { id: short, gpus: 0, time_limit: 60s, cmd: "sleep 3" }
  - { id: long, gpus: 0, time_limit: 3s, cmd: "sleep 60" }
`;
    const { seconds } = await queue(manifest, movedClock(byMs, 700));
    const { jobs } = readStudy(root);
    expect(jobs.get('short')!.phase.kind).toBe('completed');
    expect(jobs.get('long')!.phase).toMatchObject({ kind: 'failed', failure: { class: 'timeout' } });
    expect(seconds).toBeLessThan(15);
  });

  it('while nobody drives delays a retry by no more than its delay', async () => {
    const manifest = `
jobs:
  - { id: a, gpus: 0, cmd: "echo x >> ledger; test $BRIDGE_ATTEMPT = 2 || { echo 'ValueError: x'; exit 1; }", retry: { code: 2, delay: 3 } }
`;
    const first = new CrashPoint(Number.POSITIVE_INFINITY);
    const stopping: Clock = {
      ...systemClock,
      // The first driver dies while it waits for the retry.
      sleep: (ms, signal) =>
        readFileSync(join(root, 'ledger'), { encoding: 'utf8', flag: 'a+' }) === 'x\n' && ms > 2000 - 1
          ? new Promise(() => first.stopNow())
          : systemClock.sleep(ms, signal),
    };
    expect((await queue(manifest, stopping, first)).outcome).toBe('stopped');
    const { outcome, seconds } = await queue(manifest, movedClock(byMs, -1));
    expect(outcome).toBe('done');
    expect(seconds).toBeLessThan(8);
  });
});
