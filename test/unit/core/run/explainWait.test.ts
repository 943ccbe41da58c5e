import { expect, test } from 'vitest';
import { WaitExplainer } from '../../../../src/core/run/explainWait';
import type { StudyState } from '../../../../src/core/run/state';
import { approved, completed, declare, failed, jobs, judged, milestone, requested, stateOf } from './study';

const plan = declare({
  milestones: [milestone('M0', 'sanity'), milestone('M1'), milestone('M2')],
  jobs: jobs({
    s: 'milestone: M0',
    a: 'milestone: M1',
    b: 'milestone: M1, depends_on: a',
    z: 'milestone: M2',
  }),
});
const sane = [plan, ...completed('s'), judged('M0')];
const why = (state: StudyState, id: string, driving = true) =>
  new WaitExplainer(state, driving, 10_000).why(state.jobs.get(id)!);

test('a run that does not wait has nothing to explain', () => {
  const state = stateOf(...sane, ...approved('M1'), requested('a'));
  expect([why(state, 's'), why(state, 'a')]).toEqual([null, null]);
});

test('the nearest cause is named: what it needs, the milestone ahead, the approval, the gate that failed', () => {
  expect(why(stateOf(plan), 'a')).toMatch(/M0/);
  expect(why(stateOf(...sane), 'a')).toMatch(/your approval/);
  expect(why(stateOf(...sane), 'z')).toMatch(/M1/);
  expect(why(stateOf(...sane), 'b')).toBe('waits for a');
  expect(why(stateOf(plan, ...failed('s'), judged('M0', 'failed')), 'a')).toMatch(/gate of M0 failed/);
});

test('a phase that is waited for is named with how many runs of it are missing', () => {
  const text = 'milestone: M1';
  const [one, two, three] = jobs({ p1: text, p2: text, c: `${text}, depends_on: p1` });
  const phased = [
    { ...one!, phase: 'teach' },
    { ...two!, phase: 'teach' },
    { ...three!, dependsOn: ['teach'] },
  ];
  const queue = declare({ kind: 'queue', jobs: phased });
  expect(why(stateOf(queue), 'c')).toBe('waits for 2 runs of "teach"');
  expect(why(stateOf(queue, ...completed('p1')), 'c')).toBe('waits for p2');
});

test('who paused it is named, and that it left the manifest', () => {
  expect(why(stateOf(...sane, { type: 'job.paused', job: 'a', by: 'kim' }), 'a')).toMatch(/^paused by kim/);
  expect(why(stateOf(...sane, declare({ jobs: jobs({ s: 'milestone: M0' }) })), 'a')).toMatch(
    /no longer in the manifest/,
  );
});

test('where nobody drives, that is the cause', () => {
  const state = stateOf(declare({ kind: 'queue', jobs: jobs({ a: 'gpus: 0' }) }));
  expect(why(state, 'a', false)).toMatch(/nothing drives/);
});
