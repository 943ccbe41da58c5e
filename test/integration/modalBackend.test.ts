import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appName, ModalBackend } from '../../src/backends/modal/backend';
import { ModalClient } from '../../src/backends/modal/client';
import type { JobStatus, PlacedJob } from '../../src/core/ports';
import { LocalHost } from '../../src/hosts/local/host';

const signal = new AbortController().signal;
let folder: string;
let root: string;
let state: string;
let now: number;
let backend: ModalBackend;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-modal-'));
  [root, state] = [join(folder, 'work'), join(folder, 'modal')];
  mkdirSync(join(root, '.bridge'), { recursive: true });
  mkdirSync(state);
  writeFileSync(
    join(root, 'train.sh'),
    'mkdir -p results; echo "{\\"a\\": $1}" > results/R001.json; echo trained\n',
  );
  // The client that a person has on the PATH, with the service behind it.
  const program = join(folder, 'modal-client');
  writeFileSync(
    program,
    `#!/bin/sh\nBRIDGE_FAKE_MODAL='${state}' exec '${resolve('test/fakes/modal/modal')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  now = 0;
  backend = made(program);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function made(program: string): ModalBackend {
  const host = new LocalHost(join(root, '.bridge'));
  const clock = { now: () => 0, monotonic: () => now, sleep: async () => undefined };
  return new ModalBackend(
    host,
    new ModalClient(host, program),
    {
      ...{ gpu: ['A100-80GB'], timeoutSeconds: 3600, volume: 'bridge-volume', python: '3.11', root },
      ...{ requirements: null, ignore: ['.bridge', '.git'] },
    },
    clock,
  );
}

const job = (command: string, more: Partial<PlacedJob> = {}): PlacedJob => ({
  ...{ key: `w:R001:abc:1`, run: 'R001', attempt: 1, cwd: root, command, setup: '' },
  ...{ environment: { kind: 'none' }, variables: {}, expectedOutputs: ['results/R001.json'], gpus: [] },
  ...{ timeLimitMs: null, gpuCount: 1 },
  ...more,
});

const statusOf = async (key = 'w:R001:abc:1') => (await backend.poll([key], signal)).get(key)!;
const ended = (kind: JobStatus['kind']) =>
  vi.waitFor(async () => expect((await statusOf()).kind).toBe(kind), { timeout: 20_000, interval: 200 });

describe('runs on Modal, beside a stub of its client', () => {
  it('a run goes there, and its log and outputs come home', async () => {
    const handles = await backend.submit([job('bash train.sh 7')], signal);
    expect(handles.get('w:R001:abc:1')?.externalId).toBe(appName('w:R001:abc:1'));
    await ended('exited');
    expect(await statusOf()).toMatchObject({ exit: { code: 0 } });
    await backend.collect('w:R001:abc:1', signal);
    expect(JSON.parse(readFileSync(join(root, 'results/R001.json'), 'utf8'))).toEqual({ a: 7 });
    expect(await backend.outputs('w:R001:abc:1', signal)).toEqual([
      { pattern: 'results/R001.json', path: 'results/R001.json', fresh: true },
    ]);
    expect((await backend.readLog('w:R001:abc:1', 0, 1000, signal)).text).toBe('trained\n');
    expect(await backend.release('w:R001:abc:1', signal)).toBe('gone');
  });

  it('the launcher lies beside the run and asks for its GPUs', async () => {
    const handles = await backend.submit([job('true', { gpuCount: 2 })], signal);
    const text = readFileSync(join(handles.get('w:R001:abc:1')!.folder, 'launcher.py'), 'utf8');
    expect(text).toContain('gpu="A100-80GB:2"');
    await ended('exited');
  });

  it('a driver that comes later finds what an earlier one started, running or ended', async () => {
    await backend.submit([job('sleep 2')], signal);
    const later = made(join(folder, 'modal-client'));
    expect([...(await later.find(['w:R001:abc:1', 'w:R002:abc:1'], signal)).keys()]).toEqual([
      'w:R001:abc:1',
    ]);
    await ended('exited');
    expect([...(await later.find(['w:R001:abc:1'], signal)).keys()]).toEqual(['w:R001:abc:1']);
  });

  it('submitted twice it runs once', async () => {
    const ledger = join(folder, 'ledger');
    await Promise.all([1, 2].map(() => backend.submit([job(`sleep 0.3; echo x >> ${ledger}`)], signal)));
    await ended('exited');
    await vi.waitFor(async () => expect(await backend.release('w:R001:abc:1', signal)).toBe('gone'), 10_000);
    expect(readFileSync(ledger, 'utf8')).toBe('x\n');
  });

  it('what was forbidden before it began never runs', async () => {
    expect(await backend.forbid(['w:R001:abc:1'], signal)).toEqual(new Set(['w:R001:abc:1']));
    await backend.submit([job(`echo x >> ${join(folder, 'ledger')}`)], signal);
    await vi.waitFor(async () => expect(await backend.release('w:R001:abc:1', signal)).toBe('gone'));
    expect(existsSync(join(folder, 'ledger'))).toBe(false);
  });

  it('cancelled, its app is stopped on Modal', async () => {
    await backend.submit([job('sleep 60')], signal);
    await vi.waitFor(async () => expect((await statusOf()).kind).toBe('running'), { timeout: 10_000 });
    await backend.cancel(['w:R001:abc:1'], 'cancelled', signal);
    expect(await backend.release('w:R001:abc:1', signal)).toBe('gone');
  });

  it('an app that ended and left no record is lost only when its volume has had time to show it', async () => {
    await backend.submit([job('sleep 60')], signal);
    await vi.waitFor(async () => expect((await statusOf()).kind).toBe('running'), { timeout: 10_000 });
    await backend.cancel(['w:R001:abc:1'], 'cancelled', signal);
    await vi.waitFor(async () => expect((await statusOf()).kind).toBe('unreachable'), { timeout: 10_000 });
    now = 121_000;
    expect(await statusOf()).toMatchObject({ kind: 'lost' });
  });

  it('a service that does not answer makes nothing fail', async () => {
    await backend.submit([job('true')], signal);
    writeFileSync(join(state, 'trouble'), 'app-list 1 1 the service is down\n');
    const status = await statusOf();
    expect(status.kind === 'unreachable' && status.why).toContain('is down');
    await ended('exited');
  });

  it('a launch that fails says what the client said', async () => {
    writeFileSync(join(state, 'trouble'), 'run 1 9 Token missing. Could not authenticate client.\n');
    await backend.submit([job('true')], signal);
    await ended('exited');
    expect(await statusOf()).toMatchObject({ exit: { code: 1 } });
    expect((await backend.readLog('w:R001:abc:1', 0, 1000, signal)).text).toContain('Token missing');
  });

  it('no client, an old one and one that is not logged in say how to get there', async () => {
    const missing = async (program: string) => (await made(program).probe(signal)).missing.join();
    expect(await missing('/nowhere/modal')).toMatch(/pip install modal/);
    const old = join(folder, 'old');
    writeFileSync(old, '#!/bin/sh\necho modal client version: 0.64.1\n');
    chmodSync(old, 0o755);
    expect(await missing(old)).toMatch(/too old.*--upgrade/);
    writeFileSync(join(state, 'trouble'), 'app-list 1 1 Token missing\n');
    expect(await missing(join(folder, 'modal-client'))).toMatch(/Token missing.*modal token new/);
    expect(await missing(join(folder, 'modal-client'))).toBe('');
  });
});
