import { describe, expect, test } from 'vitest';
import { asksForSanity, decide } from '../../../../src/core/run/decide';
import { orderMilestones } from '../../../../src/core/run/milestoneOrder';
import { type World } from '../../../../src/core/run/placement';
import type { StudyState } from '../../../../src/core/run/state';
import {
  approved,
  completed,
  declare,
  failed,
  type Happening,
  jobs,
  judged,
  milestone,
  requested,
  stateOf,
} from './study';

const world = (change: Partial<World> = {}): World => ({
  ...{ delayLeft: () => 0, gpus: 0, freeGpus: [], maxParallel: 4, maxCpuRuns: 4, missing: [] },
  ...change,
});
const starts = (state: StudyState, change: Partial<World> = {}) =>
  decide(state, world(change)).start.map(({ job }) => job.id);
const plan = declare({
  milestones: [milestone('M0', 'sanity'), milestone('M1'), milestone('M2')],
  jobs: jobs({ s: 'milestone: M0', a: 'milestone: M1', b: 'milestone: M1', z: 'milestone: M2' }),
});
const queue = (entries: Record<string, string>) => declare({ kind: 'queue', jobs: jobs(entries) });
const sane = [plan, ...completed('s'), judged('M0')];

describe('milestones', () => {
  test('sanity starts by itself, and nothing else beside it', () => {
    expect(starts(stateOf(plan))).toEqual(['s']);
  });

  test('an ended milestone is judged before anything of the next one', () => {
    const decision = decide(stateOf(plan, ...completed('s')), world());
    expect(decision).toMatchObject({ start: [], judge: ['M0'], rest: 'busy' });
  });

  test('past sanity nothing starts before the person approved it', () => {
    expect(decide(stateOf(...sane), world())).toMatchObject({ start: [], rest: 'checkpoint' });
    expect(orderMilestones(stateOf(...sane)).unapproved).toBe('M1');
    expect(starts(stateOf(...sane, ...approved('M1')))).toEqual(['a', 'b']);
  });

  test('an approval of one milestone starts that one only', () => {
    const state = stateOf(...sane, ...approved('M1'), ...completed('a'), ...completed('b'), judged('M1'));
    expect(decide(state, world())).toMatchObject({ start: [], rest: 'checkpoint' });
  });

  test('sanity that failed, or could not be judged, ends it; another gate that was not judged does not', () => {
    for (const verdict of ['failed', 'not-judged'] as const)
      expect(decide(stateOf(plan, ...completed('s'), judged('M0', verdict)), world())).toMatchObject({
        start: [],
        rest: 'ended',
      });
    const past: Happening[] = [...sane, ...approved('M1', 'M2'), ...completed('a'), ...failed('b')];
    expect(starts(stateOf(...past, judged('M1', 'not-judged')))).toEqual(['z']);
    expect(decide(stateOf(...past, judged('M1', 'failed')), world())).toMatchObject({
      start: [],
      rest: 'ended',
    });
  });

  test('without a sanity milestone the first run goes alone first', () => {
    const bare = declare({
      milestones: [milestone('M1')],
      jobs: jobs({ a: 'milestone: M1', b: 'milestone: M1' }),
    });
    expect(starts(stateOf(bare, ...approved('M1')))).toEqual(['a']);
    expect(starts(stateOf(bare, ...approved('M1'), requested('a')))).toEqual([]);
    expect(starts(stateOf(bare, ...approved('M1'), ...completed('a')))).toEqual(['b']);
  });
});

describe('what a program asked for', () => {
  const asked = { ...plan, askedBy: 'claude-code' } as Happening;

  test('waits for a person before sanity, and sanity that was approved starts alone', () => {
    const state = stateOf(asked);
    expect(decide(state, world())).toMatchObject({ start: [], rest: 'checkpoint' });
    expect(asksForSanity(state)).toBe(true);
    const consented = stateOf(asked, ...approved('M0'));
    expect(starts(consented)).toEqual(['s']);
    expect(asksForSanity(consented)).toBe(false);
    expect(decide(stateOf(asked, ...approved('M0'), ...completed('s'), judged('M0')), world())).toMatchObject(
      {
        start: [],
        rest: 'checkpoint',
      },
    );
  });

  test('asked for anew, sanity that is to run again is approved again', () => {
    const again = { type: 'job.retried', job: 's', why: 'edited', delayMs: 0, by: 'Bridge' } as const;
    const state = stateOf(asked, ...approved('M0', 'M1'), ...completed('s'), asked, again);
    expect(decide(state, world())).toMatchObject({ start: [], rest: 'checkpoint' });
    expect(orderMilestones(state).unapproved).toBe('M0');
  });

  test('a person who asks for the same consents to it', () => {
    expect(starts(stateOf(asked, plan))).toEqual(['s']);
  });
});

describe('places', () => {
  const three = queue({ a: 'gpus: 0', b: 'gpus: 0', c: 'gpus: 0' });

  test('at most so many runs are active at once', () => {
    expect(starts(stateOf(three), { maxParallel: 2 })).toEqual(['a', 'b']);
    expect(starts(stateOf(three, requested('a')), { maxParallel: 2 })).toEqual(['b']);
    expect(starts(stateOf(three, requested('a'), requested('b')), { maxParallel: 2 })).toEqual([]);
  });

  test('a higher priority goes first, and among equals the manifest’s order counts', () => {
    const state = stateOf(queue({ a: 'gpus: 0', b: 'gpus: 0, priority: 1', c: 'gpus: 0, priority: 1' }));
    expect(starts(state)).toEqual(['b', 'c', 'a']);
    expect(starts(stateOf(three, { type: 'job.prioritised', job: 'c', priority: 9, by: 'x' }))).toEqual([
      'c',
      'a',
      'b',
    ]);
  });

  test('no GPU is given twice, and a run that needs more than are free lets smaller ones pass', () => {
    const state = stateOf(queue({ big: 'gpus: 3', one: 'gpus: 1', other: 'gpus: 1', more: 'gpus: 1' }));
    const free = ['0', '1'].map((id) => ({ id, memoryMiB: null }));
    const { start } = decide(state, world({ gpus: 4, freeGpus: free }));
    expect(start.map(({ job, gpus }) => [job.id, gpus])).toEqual([
      ['one', ['0']],
      ['other', ['1']],
    ]);
  });

  test('a run that does not say takes a GPU where the target has any, and none where it has none', () => {
    const state = stateOf(queue({ a: 'system: s' }));
    const free = [{ id: '2', memoryMiB: null }];
    expect(decide(state, world({ gpus: 1, freeGpus: free })).start).toMatchObject([{ gpus: ['2'] }]);
    expect(decide(state, world()).start).toMatchObject([{ gpus: [] }]);
    expect(decide(state, world({ gpus: 1, freeGpus: [] }))).toMatchObject({ start: [], rest: 'busy' });
  });
});

describe('dependencies', () => {
  const chain = queue({
    t: 'gpus: 0',
    u: 'gpus: 0, depends_on: t',
    v: 'gpus: 0, depends_on: u',
    w: 'gpus: 0',
  });

  test('a run waits until what it needs has completed', () => {
    expect(starts(stateOf(chain))).toEqual(['t', 'w']);
    expect(starts(stateOf(chain, ...completed('t')))).toEqual(['u', 'w']);
  });

  test('what needs a run that failed is skipped with the reason, its siblings start', () => {
    const decision = decide(stateOf(chain, ...failed('t')), world());
    expect(decision.skip).toEqual([{ job: 'u', why: 't, which it needs, failed' }]);
    expect(decision.start.map(({ job }) => job.id)).toEqual(['w']);
    const next = stateOf(chain, ...failed('t'), { type: 'job.skipped', job: 'u', why: 'x' });
    expect(decide(next, world()).skip).toEqual([{ job: 'v', why: 'u, which it needs, was skipped' }]);
  });
});

describe('rest', () => {
  const two = queue({ a: 'gpus: 0', b: 'gpus: 0' });

  test('it is ended when every run has ended, however it ended', () => {
    const all = stateOf(two, ...completed('a'), ...failed('b'));
    expect(decide(all, world())).toMatchObject({ start: [], rest: 'ended' });
  });

  test('paused runs are held back, and what is left is blocked', () => {
    const state = stateOf(two, ...completed('a'), { type: 'job.paused', job: 'b', by: 'x' });
    expect(decide(state, world())).toMatchObject({ start: [], rest: 'blocked' });
  });

  test('a retry that is delayed is waited for, and starts when it is due', () => {
    const state = stateOf(two, ...completed('a'), ...failed('b'), {
      type: 'job.retried',
      job: 'b',
      why: 'oom',
      delayMs: 500,
      by: 'x',
    });
    expect(decide(state, world({ delayLeft: () => 300 }))).toMatchObject({
      start: [],
      rest: 'busy',
      wakeInMs: 300,
    });
    expect(starts(state)).toEqual(['b']);
  });

  test('a run that is no longer in the manifest never starts', () => {
    expect(starts(stateOf(two, queue({ b: 'gpus: 0' })))).toEqual(['b']);
  });
});
