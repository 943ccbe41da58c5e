import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FollowedRun } from '../../../src/core/results/metricSource';
import type { MetricPoint } from '../../../src/core/results/metricStream';
import { metricFiles } from '../../../src/store/metricFiles';

let root: string;
let points: MetricPoint[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bridge-metrics-'));
  mkdirSync(join(root, 'results'));
  points = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (more: Partial<FollowedRun> = {}): FollowedRun => ({
  ...{ run: 'R1', cwd: root, command: 'python train.py', declared: [], log: join(root, 'log'), startedAt: 0 },
  ...more,
});
const follow = (more?: Partial<FollowedRun>) => metricFiles.follow(run(more), (point) => points.push(point));
const losses = () => points.map(({ step, value }) => [step, value]);
const stream = () => join(root, 'results/R1.metrics.jsonl');

describe('the metrics of a run', () => {
  it('are read as they grow, each line once, a half-written one when it is whole', async () => {
    writeFileSync(stream(), '{"step": 1, "loss": 3}\n{"step": 2, "lo');
    const follower = follow();
    await follower.refresh(false);
    expect(losses()).toEqual([[1, 3]]);
    appendFileSync(stream(), 'ss": 2}\n');
    await follower.refresh(false);
    appendFileSync(stream(), '{"step": 3, "loss": 1}');
    await follower.refresh(false);
    expect(losses()).toEqual([
      [1, 3],
      [2, 2],
    ]);
    await follower.refresh(true);
    expect(losses()).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
  });

  it('are read anew from a file that was replaced', async () => {
    writeFileSync(stream(), '{"step": 1, "loss": 3}\n{"step": 2, "loss": 2}\n');
    const follower = follow();
    await follower.refresh(false);
    writeFileSync(join(root, 'new'), '{"step": 1, "loss": 9}\n');
    renameSync(join(root, 'new'), stream());
    await follower.refresh(false);
    expect(losses()).toEqual([
      [1, 3],
      [2, 2],
      [1, 9],
    ]);
  });

  it('are those of the log while nothing else is written, and not those of both', async () => {
    writeFileSync(join(root, 'log'), 'step=1 loss=3\n');
    const follower = follow();
    await follower.refresh(true);
    expect(losses()).toEqual([[1, 3]]);
    points = [];
    writeFileSync(stream(), '{"step": 1, "loss": 4}\n');
    await follow().refresh(true);
    expect(losses()).toEqual([[1, 4]]);
  });

  it('are found in a CSV that the run declares and in event files where its command says', async () => {
    mkdirSync(join(root, 'tb/run1'), { recursive: true });
    copyFileSync(
      'test/fixtures/tensorboard/events.out.tfevents.1.plain',
      join(root, 'tb/run1/events.out.tfevents.1.h'),
    );
    writeFileSync(join(root, 'measured.csv'), 'step,error\n1,0.5\n');
    await follow({ command: 'python t.py --logdir tb/run1', declared: ['measured.csv'] }).refresh(true);
    expect(new Set(points.map(({ series }) => series))).toEqual(
      new Set(['error', 'train/loss', 'val/accuracy']),
    );
  });

  it('of an earlier attempt are not taken for those of this one', async () => {
    writeFileSync(stream(), '{"step": 1, "loss": 3}\n');
    await follow({ startedAt: Date.now() + 60_000, log: null }).refresh(true);
    expect(points).toEqual([]);
  });

  it('are empty, and no error, while nothing is there', async () => {
    await follow({ cwd: join(root, 'not-yet') }).refresh(false);
    expect(points).toEqual([]);
  });
});
