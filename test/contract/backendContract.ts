import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputeBackend, JobStatus, PlacedJob } from '../../src/core/ports';

/** A backend and a folder that its runs and this process both see. */
export interface BackendUnderTest {
  readonly backend: ComputeBackend;
  readonly folder: string;
  dispose(): Promise<void>;
}

/** A run that does not end within this time hangs. */
const limitMs = 45_000;
const pollMs = 100;
const { signal } = new AbortController();

/** What every way to run jobs promises, whoever places them and wherever they run. */
export function backendContract(name: string, make: () => Promise<BackendUnderTest>): void {
  describe(name, () => {
    let under: BackendUnderTest;
    let made = 0;
    beforeAll(async () => {
      under = await make();
      mkdirSync(under.folder, { recursive: true });
    });
    afterAll(() => under?.dispose());

    const job = (command: string, more: Partial<PlacedJob> = {}): PlacedJob => {
      const run = `r${made++}`;
      return {
        ...{ key: `0badcafe:${run}:0123456789ab:1`, run, attempt: 1, cwd: under.folder, command, setup: '' },
        ...{ environment: { kind: 'none' }, variables: {}, expectedOutputs: [], gpus: [], gpuCount: 0 },
        ...{ timeLimitMs: null, group: 'contract' },
        ...more,
      };
    };
    const statusOf = async (key: string) => (await under.backend.poll([key], signal)).get(key);
    const until = async (key: string, holds: (status: JobStatus) => boolean): Promise<JobStatus> => {
      const limit = performance.now() + limitMs;
      for (;;) {
        const status = await statusOf(key);
        if (status && holds(status)) return status;
        if (performance.now() > limit) throw new Error(`${key} stays ${JSON.stringify(status)}`);
        await pause(pollMs);
      }
    };
    const ended = (key: string) => until(key, ({ kind }) => kind === 'exited' || kind === 'lost');
    const lines = (file: string) => {
      const path = join(under.folder, file);
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
    };

    it('runs what it was given, with its variables, in its folder, and tells its exit code', async () => {
      const one = job('echo "$BRIDGE_RUN $BRIDGE_ATTEMPT $SEED" >> said; exit 3', {
        variables: { SEED: '7' },
      });
      const handles = await under.backend.submit([one], signal);
      expect(handles.get(one.key)).toMatchObject({ folder: expect.stringContaining(one.run) as string });
      expect(await ended(one.key)).toMatchObject({ kind: 'exited', exit: { code: 3 } });
      expect(lines('said')).toEqual([`${one.run} 1 7`]);
    });

    it('runs many that are submitted at once, each once', async () => {
      const many = Array.from({ length: 6 }, () => job('echo "$BRIDGE_RUN" >> many'));
      await under.backend.submit(many, signal);
      for (const { key } of many)
        expect(await ended(key)).toMatchObject({ kind: 'exited', exit: { code: 0 } });
      expect(lines('many').sort()).toEqual(many.map(({ run }) => run).sort());
    });

    it('begins an attempt once, however often it is submitted', async () => {
      const one = job('echo begun >> once; sleep 0.5');
      await Promise.all([under.backend.submit([one], signal), under.backend.submit([one], signal)]);
      await under.backend.submit([one], signal);
      expect(await ended(one.key)).toMatchObject({ kind: 'exited', exit: { code: 0 } });
      expect(lines('once')).toEqual(['begun']);
    });

    it('finds what was submitted, and nothing else', async () => {
      const one = job('until [ -e found ]; do sleep 0.05; done');
      const other = job('true');
      expect((await under.backend.find([one.key], signal)).size).toBe(0);
      await under.backend.submit([one], signal);
      await until(one.key, ({ kind }) => kind === 'running');
      const found = async () => [...(await under.backend.find([one.key, other.key], signal)).keys()];
      for (const limit = performance.now() + limitMs; (await found()).length === 0; await pause(pollMs))
        if (performance.now() > limit) throw new Error(`${one.key} is not found`);
      expect(await found()).toEqual([one.key]);
      writeFileSync(join(under.folder, 'found'), '');
      await ended(one.key);
      expect([...(await under.backend.find([one.key], signal)).keys()]).toEqual([one.key]);
    });

    it('knows nothing of what was never submitted, and can see to it that it never begins', async () => {
      const one = job('echo begun >> forbidden');
      expect(await statusOf(one.key)).toEqual({ kind: 'unknown' });
      expect(await under.backend.forbid([one.key], signal)).toEqual(new Set([one.key]));
      await under.backend.submit([one], signal);
      const status = await ended(one.key);
      expect(status.kind).toBe('lost');
      expect(lines('forbidden')).toEqual([]);
    });

    it('cannot forbid what has begun', async () => {
      const one = job('echo on >> on; until [ -e over ]; do sleep 0.05; done');
      await under.backend.submit([one], signal);
      await until(one.key, () => lines('on').length === 1);
      expect((await under.backend.forbid([one.key], signal)).size).toBe(0);
      writeFileSync(join(under.folder, 'over'), '');
      expect(await ended(one.key)).toMatchObject({ kind: 'exited', exit: { code: 0 } });
    });

    it('tells outputs that the attempt wrote from those that were there', async () => {
      writeFileSync(join(under.folder, 'old.json'), '{}');
      const one = job('echo 1 > new_1.json; echo 2 > new_2.json', {
        expectedOutputs: ['old.json', 'new_*.json', 'none.json'],
      });
      await under.backend.submit([one], signal);
      await ended(one.key);
      const outputs = await under.backend.outputs(one.key, signal);
      expect([...outputs].sort((a, b) => a.path.localeCompare(b.path))).toEqual([
        { pattern: 'new_*.json', path: 'new_1.json', fresh: true },
        { pattern: 'new_*.json', path: 'new_2.json', fresh: true },
        { pattern: 'old.json', path: 'old.json', fresh: false },
      ]);
      await under.backend.collect(one.key, signal);
      expect(lines('new_1.json')).toEqual(['1']);
    });

    it('gives the log from wherever it is asked, also from the end', async () => {
      const one = job('echo first; echo second >&2; echo third');
      await under.backend.submit([one], signal);
      await ended(one.key);
      const whole = await under.backend.readLog(one.key, 0, 1000, signal);
      expect(whole.text).toBe('first\nsecond\nthird\n');
      expect(await under.backend.readLog(one.key, 6, 7, signal)).toEqual({
        from: 6,
        to: 13,
        text: 'second\n',
      });
      expect((await under.backend.readLog(one.key, -6, 100, signal)).text).toBe('third\n');
      const none = job('true');
      expect(await under.backend.readLog(none.key, 0, 10, signal)).toEqual({ from: 0, to: 0, text: '' });
    });

    it('ends what is cancelled, and lets it say goodbye', async () => {
      const one = job(
        'trap "echo bye >> bye; exit 9" TERM; echo ready >> ready; while :; do sleep 0.05; done',
      );
      await under.backend.submit([one], signal);
      await until(one.key, () => lines('ready').length === 1);
      await under.backend.cancel([one.key], 'cancelled', signal);
      expect(await ended(one.key)).toMatchObject({ kind: 'exited', exit: { code: 9 } });
      expect(lines('bye')).toEqual(['bye']);
      expect(await under.backend.release(one.key, signal)).toBe('gone');
    });

    it('tells whoever watches that a run has ended', async () => {
      const told = new Set<string>();
      const watching = under.backend.watch?.((keys) => keys.forEach((key) => told.add(key)));
      if (!watching) return;
      const one = job('sleep 0.3');
      await under.backend.submit([one], signal);
      await until(one.key, ({ kind }) => kind !== 'queued');
      await until(one.key, () => told.has(one.key));
      watching.dispose();
    });

    it('says what the target has', async () => {
      const capacity = await under.backend.probe(signal);
      expect(capacity.cpus).toBeGreaterThan(0);
      expect(capacity.missing).toEqual([]);
    });
  });
}
