import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/event';
import { isSettled } from '../../../../src/core/run/foldJobs';
import { StateFold } from '../../../../src/core/run/reduce';
import {
  approved,
  completed,
  declare,
  failed,
  type Happening,
  jobs,
  journal,
  judged,
  milestone,
  requested,
  stateOf,
} from './study';

const study = declare({
  milestones: [milestone('M0', 'sanity'), milestone('M1')],
  jobs: jobs({ s: 'milestone: M0', a: 'milestone: M1', b: 'milestone: M1' }),
});
const kindsOf = (...happenings: Happening[]) =>
  Object.fromEntries([...stateOf(...happenings).jobs].map(([id, { phase }]) => [id, phase.kind]));

describe('a run', () => {
  test('goes from pending to running to completed, its attempts kept', () => {
    expect(kindsOf(study)).toEqual({ s: 'pending', a: 'pending', b: 'pending' });
    expect(kindsOf(study, requested('a'))).toMatchObject({ a: 'running' });
    expect(kindsOf(study, ...completed('a'))).toMatchObject({ a: 'completed' });
    const { attempts } = stateOf(
      study,
      ...failed('a'),
      { type: 'job.retried', job: 'a', why: 'again', delayMs: 0, by: 'x' },
      ...completed('a', 2),
    ).jobs.get('a')!;
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('that is tried again takes the verdict of its milestone and the study’s end back', () => {
    const before = [
      study,
      ...completed('s'),
      judged('M0'),
      ...failed('a'),
      ...completed('b'),
      judged('M1', 'failed'),
    ];
    const ended: Happening = { type: 'study.ended', outcome: 'failed', note: '' };
    const state = stateOf(...before, ended, {
      type: 'job.retried',
      job: 'a',
      why: 'asked',
      delayMs: 0,
      by: 'x',
    });
    expect(state.ended).toBeNull();
    expect(state.milestones.get('M1')!.gate).toBeNull();
    expect(state.milestones.get('M0')!.gate?.verdict).toBe('passed');
  });

  test('that is delayed waits until its time, reckoned from the event', () => {
    const { phase } = stateOf(study, ...failed('a'), {
      type: 'job.retried',
      job: 'a',
      why: 'oom',
      delayMs: 5000,
      by: 'x',
    }).jobs.get('a')!;
    expect(phase).toMatchObject({ kind: 'pending', notBefore: 9000, why: 'oom' });
  });

  test('that is unreachable is still running', () => {
    const state = stateOf(study, requested('a'), {
      type: 'attempt.unreachable',
      key: 'w:a:h:1',
      why: 'no route',
    });
    expect(state.jobs.get('a')).toMatchObject({
      phase: { kind: 'running' },
      attempts: [{ unreachable: 'no route' }],
    });
    expect(isSettled(state.jobs.get('a')!.phase)).toBe(false);
  });
});

describe('a new declaration', () => {
  const fewer = declare({
    milestones: [milestone('M1')],
    jobs: jobs({ a: 'milestone: M1', c: 'milestone: M1' }),
  });

  test('keeps the answers that are there, adds what is new, and erases nothing', () => {
    const state = stateOf(study, ...completed('a'), ...completed('b'), fewer);
    expect(
      [...state.jobs.values()].map(({ job, phase, obsolete }) => [job.id, phase.kind, obsolete]),
    ).toEqual([
      ['s', 'pending', true],
      ['a', 'completed', false],
      ['b', 'completed', true],
      ['c', 'pending', false],
    ]);
  });

  test('keeps a verdict only where no run is open again', () => {
    const settled = stateOf(study, ...completed('a'), ...completed('b'), judged('M1'), study);
    expect(settled.milestones.get('M1')!.gate?.verdict).toBe('passed');
    expect(
      stateOf(study, ...completed('a'), ...completed('b'), judged('M1'), fewer).milestones.get('M1')!.gate,
    ).toBeNull();
  });
});

describe('an approval', () => {
  test('counts for the checkpoint that it names and for no other', () => {
    expect([...stateOf(study, ...approved('M1')).approved.keys()]).toEqual(['M1']);
    const other: Happening = { type: 'checkpoint.approved', hash: 'h2', milestones: ['M1'], by: 'x' };
    expect(stateOf(study, approved('M1')[0]!, other).approved.size).toBe(0);
  });

  test('that is void approves nothing any more', () => {
    expect(
      stateOf(study, ...approved('M1'), { type: 'checkpoint.voided', hash: 'h1', changes: ['a.py changed'] })
        .approved.size,
    ).toBe(0);
  });
});

test('an event about a run that nobody declared changes no run', () => {
  expect(kindsOf(study, ...completed('ghost'), ...failed('phantom'))).toEqual({
    s: 'pending',
    a: 'pending',
    b: 'pending',
  });
});

test('a new state is a new object, and the same when nothing happened', () => {
  const fold = new StateFold();
  fold.apply(journal(study));
  const before = fold.state;
  fold.apply([]);
  expect(fold.state).toBe(before);
  fold.apply(journal(requested('a')));
  expect(fold.state).not.toBe(before);
  expect(fold.state.revision).toBe(2);
});

const ids = fc.constantFrom('s', 'a', 'b', 'ghost');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant(study),
  ids.map((id) => requested(id)),
  ids.map((id) => completed(id)[1]!),
  ids.map((id) => failed(id)[1]!),
  ids.map((job): Happening => ({ type: 'job.retried', job, why: 'w', delayMs: 0, by: 'x' })),
  ids.map((job): Happening => ({ type: 'job.paused', job, by: 'x' })),
  ids.map((job): Happening => ({ type: 'job.cancelled', job, by: 'x' })),
  ids.map((job): Happening => ({
    type: 'attempt.stopping',
    key: `w:${job}:h:1`,
    reason: 'cancelled',
    by: 'x',
  })),
  fc.constantFrom(judged('M0'), judged('M1', 'failed'), ...approved('M1')),
  fc.constant<Happening>({ type: 'checkpoint.voided', hash: 'h1', changes: [] }),
);

test('however a journal is cut into pieces, it means the same', () => {
  fc.assert(
    fc.property(fc.array(happening), fc.array(fc.nat(40)), (happenings, cuts) => {
      const events: RunEvent[] = journal(...happenings);
      const whole = new StateFold();
      whole.apply(events);
      const pieces = new StateFold();
      const at = [0, ...cuts.filter((cut) => cut < events.length).sort((a, b) => a - b), events.length];
      at.slice(1).forEach((end, i) => pieces.apply(events.slice(at[i], end)));
      expect(pieces.state).toEqual(whole.state);
    }),
  );
});
