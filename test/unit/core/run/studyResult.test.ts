import { describe, expect, test } from 'vitest';
import { hashOfKey, jobIdentity, jobKey } from '../../../../src/core/run/jobKey';
import { studyResult } from '../../../../src/core/run/studyResult';
import { statusWord, trackerWord } from '../../../../src/core/run/words';
import {
  completed,
  declare,
  failed,
  type Happening,
  jobs,
  judged,
  listed,
  milestone,
  requested,
  stateOf,
} from './study';

const plan = declare({
  milestones: [milestone('M0', 'sanity'), milestone('M1')],
  jobs: jobs({ s: 'milestone: M0', a: 'milestone: M1, seed: 3', b: 'milestone: M1' }),
  runs: [
    listed('s', { milestone: 'M0' }),
    listed('a', { system: 'sgd' }),
    listed('b', { priority: 'nice-to-have' }),
  ],
});

describe('what a report is computed from', () => {
  test('there is nothing before anything was declared', () => {
    expect(studyResult(stateOf(), 0)).toBeNull();
  });

  test('each run stands in its milestone, with what the tracker says of it', () => {
    const result = studyResult(stateOf(plan, ...completed('s'), judged('M0'), ...failed('a')), 5)!;
    expect(result.milestones.map(({ id, runs }) => [id, runs.map((run) => run.id)])).toEqual([
      ['M0', ['s']],
      ['M1', ['a', 'b']],
    ]);
    const [a, b] = result.milestones[1]!.runs;
    expect(a).toMatchObject({
      status: 'FAILED',
      system: 'sgd',
      seed: 3,
      priority: 'must-run',
      reason: 'exit code 1',
      metrics: [],
    });
    expect(b).toMatchObject({ status: 'TODO', priority: 'nice-to-have', attempts: 0, startedAt: null });
    expect(result.milestones[0]!.gateVerdict?.verdict).toBe('passed');
  });

  test('a run that nobody can start, that its author cut, or that was done elsewhere is not forgotten', () => {
    const others = [
      listed('x', { standing: 'missing' }),
      listed('y', { standing: 'cut', statusText: 'CUT' }),
      listed('z', { standing: 'elsewhere', statusText: 'DONE' }),
    ];
    const result = studyResult(stateOf(declare({ milestones: [milestone('M1')], runs: others })), 0)!;
    expect(result.milestones[0]!.runs.map(({ id, status, unverified }) => [id, status, unverified])).toEqual([
      ['x', 'BLOCKED', false],
      ['y', 'SKIPPED', false],
      ['z', 'DONE', true],
    ]);
  });

  test('a run that left the manifest is no part of the results', () => {
    const fewer = declare({ milestones: [milestone('M1')], jobs: jobs({ a: 'milestone: M1' }) });
    const result = studyResult(stateOf(plan, ...completed('b'), fewer), 0)!;
    expect(result.milestones.flatMap(({ runs }) => runs.map(({ id }) => id))).toEqual(['a']);
  });
});

test('each standing of a run has its word for programs and its word for the tracker', () => {
  const cases: [Happening[], string, string][] = [
    [[], 'pending', 'TODO'],
    [[{ type: 'job.paused', job: 'a', by: 'x' }], 'paused', 'TODO'],
    [[requested('a')], 'running', 'RUNNING'],
    [[requested('a'), { type: 'attempt.unreachable', key: 'w:a:h:1', why: 'x' }], 'unreachable', 'RUNNING'],
    [completed('a'), 'completed', 'DONE'],
    [failed('a'), 'failed', 'FAILED'],
    [[{ type: 'job.skipped', job: 'a', why: 'x' }], 'skipped', 'SKIPPED'],
    [[{ type: 'job.cancelled', job: 'a', by: 'x' }], 'cancelled', 'SKIPPED'],
  ];
  for (const [happenings, word, inTracker] of cases) {
    const job = stateOf(plan, ...happenings).jobs.get('a')!;
    expect([statusWord(job), trackerWord(statusWord(job))]).toEqual([word, inTracker]);
  }
});

describe('the key of an attempt', () => {
  const [job] = jobs({ a: 'gpus: 0, est_hours: 1' });

  test('names workspace, run, content and attempt, and gives its content back', () => {
    expect(jobKey('12345678-aaaa', 'a', 'f'.repeat(64), 2)).toBe(`12345678:a:${'f'.repeat(12)}:2`);
    expect(hashOfKey('12345678:a:ffffffffffff:2')).toBe('ffffffffffff');
  });

  test('an edit of what is run makes another run; an estimate or a priority does not', () => {
    for (const change of [
      { command: 'other' },
      { cwd: 'sub' },
      { setup: 'module load x' },
      { expectedOutputs: ['r.json'] },
      { metrics: [{ name: 'm', file: 'r.json', pointer: '/m' }] },
    ])
      expect(jobIdentity({ ...job!, ...change })).not.toBe(jobIdentity(job!));
    expect(jobIdentity({ ...job!, estimatedHours: 9, priority: 3, milestone: 'M7' })).toBe(jobIdentity(job!));
  });
});
