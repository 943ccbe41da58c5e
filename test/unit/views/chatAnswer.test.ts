import { describe, expect, test } from 'vitest';
import { english } from '../../../src/core/text/translate';
import { answerLeft, answerStatus, answerWhy, readQuestion } from '../../../src/views/chatAnswer';
import { completed, declare, failed, jobs, stateOf } from '../core/run/study';

const state = stateOf(
  declare({ kind: 'queue', jobs: jobs({ R019: 'gpus: 0', R020: 'gpus: 0', R021: 'gpus: 0' }) }),
  ...failed('R019'),
  ...completed('R020'),
);

describe('a question', () => {
  test.each([
    ['why did R019 fail?', { kind: 'why', runs: ['R019'] }],
    ['what about r020.', { kind: 'why', runs: ['R020'] }],
    ['R019 为什么失败', { kind: 'why', runs: ['R019'] }],
    ['why did it fail', { kind: 'why', runs: ['R019'] }],
    ['what is left tonight?', { kind: 'left' }],
    ['今晚还有什么', { kind: 'left' }],
    ['how does it stand', { kind: 'status' }],
  ])('%s', (text, question) => {
    expect(readQuestion(text, state)).toEqual(question);
  });
});

const told = {
  ...{
    run: 'R019',
    status: 'failed',
    class: 'oom',
    message: 'CUDA ran [out](command:x) of memory',
    log: '/w/log',
  },
  ...{ line: 41, advice: 'Take a smaller batch', startedBy: 'refine-logs/experiments.yaml:7' },
};

test('why is answered with class, the line of the log and the place that starts it; texts stay text', () => {
  const parts = answerWhy(told, english);
  const text = parts
    .map((part) => (part.kind === 'text' ? part.text : `<${part.path}:${part.line}>`))
    .join('');
  expect(text).toContain('`R019` failed, class `oom`');
  expect(text).toContain('CUDA ran \\[out\\]\\(command:x\\) of memory');
  expect(text).toContain('Log, line 41: </w/log:41>');
  expect(text).toContain('<refine-logs/experiments.yaml:7>');
});

test('what is left is named with the reason why it waits', () => {
  const runs = [
    { id: 'R019', status: 'failed', why: null },
    { id: 'R021', status: 'pending', why: 'waits for R019' },
  ];
  const status = {
    ...{ driving: false, outcome: null, counts: { failed: 1, pending: 1 }, runs },
    remainingMinutes: 12,
    checkpoint: {},
  };
  expect(answerLeft(status, english)).toBe(
    '1 runs are left. About 12 minutes to go.\n\n- `R021` pending: waits for R019\n\nThe checkpoint waits for your approval.',
  );
  expect(answerStatus(status, english)).toContain('1 failed, 1 pending.');
});
