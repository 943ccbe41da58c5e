import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaseFile, onStartScript, packedFile } from '../../src/backends/vast/onStart';
import { onStartLimit } from '../../src/backends/vast/provisioner';
import { FakeVast } from '../fakes/vast/service';
import { undocumented } from '../fixtures/vast/documentedRequests';

let home: string;
let vast: FakeVast;
let started: ChildProcess | null;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'bridge-lease-'));
  vast = await FakeVast.start();
  started = null;
});
afterEach(async () => {
  const pid = place('watchdog.pid');
  if (existsSync(pid))
    try {
      process.kill(-Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    } catch {
      // It has stopped its machine and left.
    }
  started?.kill('SIGKILL');
  await vast.stop();
  rmSync(home, { recursive: true, force: true });
});

const place = (...path: string[]) => join(home, '.bridge', ...path);

/** What the provider does with `onstart`, in a home of its own. */
async function start(leaseSeconds: number): Promise<void> {
  const script = onStartScript({ url: vast.url, leaseSeconds, folder: '.bridge' });
  started = spawn('bash', ['-c', script], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CONTAINER_ID: '9001',
      CONTAINER_API_KEY: 'test-key',
      BRIDGE_GRACE: '0.2',
    },
    stdio: 'ignore',
  });
  await new Promise((done) => started?.on('exit', done));
  vast.instances.set(9001, {
    ...{ id: 9001, label: 'bridge-1', status: 'running', offer: 11, disk: 50, onstart: script },
    ...{ rentedAt: Date.now(), destroyedAt: null, ssh: null },
  });
}

const stopped = () => expect(vast.instances.get(9001)?.status).toBe('stopped');

/** The machine's image has it; this one may not. */
const noCurl = spawnSync('curl', ['--version']).status !== 0;

describe.skipIf(noCurl)(
  `a rented machine carries its own end${noCurl ? ' (curl is not installed)' : ''}`,
  () => {
    it('the script fits what the provider takes', () => {
      expect(
        onStartScript({ url: 'https://console.vast.ai', leaseSeconds: 86_400, folder: '.bridge' }).length,
      ).toBeLessThan(onStartLimit);
    });

    it('when nobody drives any more it packs what was written and stops itself within the lease', async () => {
      await start(2);
      mkdirSync(place('results'));
      writeFileSync(place('results', 'R001.json'), '{}');
      await vi.waitFor(stopped, { timeout: 15_000, interval: 100 });
      expect(existsSync(place(packedFile))).toBe(true);
      expect(vast.heard.map(undocumented)).toEqual([null]);
      // Stopped, not destroyed: what it packed is still there.
      expect(vast.instances.get(9001)?.destroyedAt).toBeNull();
    });

    it('it goes on for as long as it hears from its driver', async () => {
      await start(2);
      for (let beat = 0; beat < 8; beat += 1) {
        await new Promise((done) => setTimeout(done, 500));
        writeFileSync(place(leaseFile), `${beat}\n`);
      }
      expect(vast.instances.get(9001)?.status).toBe('running');
      await vi.waitFor(stopped, { timeout: 15_000, interval: 100 });
    });

    it('a provider that does not answer is asked until it does', async () => {
      vast.mishaps.push({ method: 'PUT', path: /instances/, status: 500, times: 1 });
      const script = onStartScript({ url: vast.url, leaseSeconds: 1, folder: '.bridge' });
      expect(script).toMatch(/until curl .*sleep 30; done/s);
      await start(1);
      await vi.waitFor(() => expect(vast.heard.length).toBeGreaterThan(0), { timeout: 15_000 });
      expect(vast.instances.get(9001)?.status).toBe('running');
    });

    it('started again it has one watchdog', async () => {
      await start(60);
      const first = readFileSync(place('watchdog.pid'), 'utf8');
      await start(60);
      expect(readFileSync(place('watchdog.pid'), 'utf8')).not.toBe(first);
      // Gone, or a zombie that nobody has reaped yet.
      const standing = () =>
        spawnSync('ps', ['-o', 'stat=', '-p', first.trim()], { encoding: 'utf8' }).stdout;
      await vi.waitFor(() => expect(standing()).toMatch(/^(?:Z.*)?\s*$/));
    });
  },
);
