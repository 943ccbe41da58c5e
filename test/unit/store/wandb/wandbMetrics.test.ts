import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../../../src/core/results/metricStream';
import { metricsOf } from '../../../../src/store/metricFiles';
import { runPathIn } from '../../../../src/store/wandb/parse';
import { findWandbLogin, passwordFor } from '../../../../src/store/wandb/wandbLogin';
import { WandbMetrics } from '../../../../src/store/wandb/wandbMetrics';
import { WandbServer } from '../../../fakes/wandbServer';

const minute = 60_000;

let root: string;
let server: WandbServer;
let points: MetricPoint[];
let told: string[];
let now: number;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'bridge-wandb-'));
  server = await WandbServer.start();
  [points, told, now] = [[], [], 0];
});
afterEach(async () => {
  rmSync(root, { recursive: true, force: true });
  await server.stop();
});

const log = (text: string) => writeFileSync(join(root, 'log'), text);
const viewRun = 'wandb: 🚀 View run vivid-bee-1 at https://wandb.ai/ada/digits/runs/a1b2c3\n';
const follow = (apiKey: string | null = 'secret-key') => {
  const wandb = new WandbMetrics({
    login: () => (apiKey === null ? null : { baseUrl: server.url, apiKey }),
    clock: { monotonic: () => now },
    tell: (sentence) => told.push(sentence),
  });
  const run = {
    run: 'R1',
    cwd: root,
    command: 'python t.py',
    declared: [],
    log: join(root, 'log'),
    startedAt: 0,
  };
  return metricsOf(wandb).follow(run, (point) => points.push(point));
};
const losses = () => points.filter(({ series }) => series === 'loss').map(({ step, value }) => [step, value]);

describe('a run that writes to W&B', () => {
  it('is read from there: history from the first step that is not known, and the newest values of its summary', async () => {
    log(`starting\n${viewRun}`);
    server.rows.push({ _step: 0, _runtime: 1, loss: 3 }, { _step: 1, loss: 2, 'system/gpu.0.gpu': 90 });
    server.summary = { _step: 4, loss: 1.5 };
    const follower = follow();
    await follower.refresh(false);
    expect(points).toEqual([
      { series: 'loss', step: 0, value: 3 },
      { series: 'loss', step: 1, value: 2 },
      { series: 'loss', step: 4, value: 1.5 },
    ]);
    server.rows.push({ _step: 5, loss: 'NaN' });
    server.summary = null;
    now += 10 * minute;
    await follower.refresh(false);
    expect(losses().slice(3)).toEqual([[5, Number.NaN]]);
    expect(server.asked.map(({ variables }) => variables.minStep)).toEqual([0, 5]);
    expect(server.asked[0]!.query).toMatch(/^query /);
    expect(server.asked[0]!.headers.authorization).toBe(`Basic ${btoa('api:secret-key')}`);
  });

  it('is asked every ten minutes at first, and less and less often, to an hour, while it is healthy', async () => {
    log(viewRun);
    server.rows.push({ _step: 0, loss: 3 });
    const follower = follow();
    const askedAt: number[] = [];
    for (; now < 300 * minute; now += minute) {
      const before = server.asked.length;
      await follower.refresh(false);
      if (server.asked.length > before) askedAt.push(now / minute);
    }
    expect(askedAt).toEqual([0, 10, 30, 70, 130, 190, 250]);
  });

  it('is asked every ten minutes again once something is wrong, and once more when it has ended', async () => {
    log(viewRun);
    server.rows.push({ _step: 0, loss: 3 });
    const follower = follow();
    const ask = async (minutes: number, ended = false) => {
      now += minutes * minute;
      await follower.refresh(ended);
      return server.asked.length;
    };
    await ask(0);
    await ask(10);
    for (let step = 1; step < 20; step++) server.rows.push({ _step: step, loss: 'NaN' });
    expect(await ask(20)).toBe(3);
    expect(await ask(10)).toBe(4);
    expect(await ask(9)).toBe(4);
    expect(await ask(0, true)).toBe(5);
    expect(await ask(100, true)).toBe(5);
  });

  it('that writes a file here too is read here, and nobody is asked', async () => {
    log(viewRun);
    mkdirSync(join(root, 'results'));
    writeFileSync(join(root, 'results/R1.metrics.jsonl'), '{"step": 1, "loss": 3}\n');
    await follow().refresh(false);
    expect([losses(), server.asked.length]).toEqual([[[1, 3]], 0]);
  });

  it('is found when its link comes later, and its log counts until then', async () => {
    log('training begins\nstep=1 loss=3.0\n');
    const follower = follow();
    await follower.refresh(false);
    expect([losses(), server.asked.length]).toEqual([[[1, 3]], 0]);
    log(`training begins\nstep=1 loss=3.0\n${viewRun}`);
    server.rows.push({ _step: 2, loss: 2 });
    await follower.refresh(false);
    expect(losses()).toEqual([
      [1, 3],
      [2, 2],
    ]);
  });
});

describe('W&B that is', () => {
  it('not configured is never asked and never spoken of', async () => {
    log(`${viewRun}step=1 loss=3.0\n`);
    await follow(null).refresh(false);
    expect([server.asked.length, told, losses()]).toEqual([0, [], [[1, 3]]]);
  });

  it('asking for a login is spoken of once, and left alone for an hour', async () => {
    log(viewRun);
    const follower = follow('wrong');
    for (; now < 125 * minute; now += minute) await follower.refresh(false);
    expect(server.asked.length).toBe(3);
    expect(told).toEqual([expect.stringMatching(/wants a login .*wandb login/)]);
  });

  it('without the right to a run wants a login too', async () => {
    log(viewRun);
    server.mood = 'permission';
    await follow().refresh(false);
    expect(told).toEqual([expect.stringMatching(/wants a login \(permission denied\)/)]);
  });

  it('down is spoken of once, asked less and less often, and read on when it is back', async () => {
    log(viewRun);
    server.mood = 'overloaded';
    const follower = follow();
    for (; now < 60 * minute; now += minute) await follower.refresh(false);
    expect(server.asked.length).toBeLessThanOrEqual(4);
    expect(told).toEqual([expect.stringMatching(/does not answer \(it answers 503\)/)]);
    server.mood = 'well';
    server.rows.push({ _step: 0, loss: 3 });
    now += 60 * minute;
    await follower.refresh(false);
    expect(losses()).toEqual([[0, 3]]);
  });

  it('answering nonsense, or gone, ends nothing', async () => {
    log(viewRun);
    server.mood = 'nonsense';
    await follow().refresh(false);
    await server.stop();
    await follow().refresh(false);
    expect(points).toEqual([]);
    server = await WandbServer.start();
  });
});

describe('the login', () => {
  it('is the person’s own: the environment, else the entry of that server in netrc', () => {
    const netrc = join(root, 'netrc');
    writeFileSync(
      netrc,
      'machine example.org login a password no\nmachine api.wandb.ai\n  login user\n  password yes\n',
    );
    expect(findWandbLogin({ WANDB_API_KEY: 'k', WANDB_BASE_URL: 'http://box:8080/' })).toEqual({
      ...{ baseUrl: 'http://box:8080', apiKey: 'k' },
    });
    expect(findWandbLogin({ NETRC: netrc })).toEqual({ baseUrl: 'https://api.wandb.ai', apiKey: 'yes' });
    expect(findWandbLogin({ NETRC: netrc, WANDB_BASE_URL: 'https://other.org' })).toBeNull();
    expect(findWandbLogin({ HOME: root })).toBeNull();
    expect(findWandbLogin({ WANDB_API_KEY: 'k', WANDB_MODE: 'offline' })).toBeNull();
    expect(passwordFor('a', '# machine a password no\nmachine a login x password p')).toBe('p');
  });

  it('never follows a link of a log: the server is the person’s, the log names only the run', () => {
    expect(runPathIn('https://evil.example/ada/my%20project/runs/x1 text')).toEqual({
      ...{ entity: 'ada', project: 'my project', run: 'x1' },
    });
    expect(runPathIn('no link')).toBeNull();
  });
});
