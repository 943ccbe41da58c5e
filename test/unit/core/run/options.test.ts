import { expect, test } from 'vitest';
import { defaultOptions, resolveOptions } from '../../../../src/core/run/options';

const resolve = (sources: Partial<Parameters<typeof resolveOptions>[0]>) =>
  resolveOptions({ user: {}, workspace: {}, call: {}, ...sources });

test('nothing said is the default', () => {
  expect(resolve({})).toEqual({ options: defaultOptions, problems: [] });
  expect(defaultOptions).toMatchObject({
    codeReview: true,
    autoDeploy: false,
    sanityFirst: true,
    maxParallelRuns: 4,
  });
});

test('a call counts over the person’s settings, also where it loosens', () => {
  const user = { codeReview: true, maxParallelRuns: 2, autoDeploy: false, compact: true };
  const call = { codeReview: false, maxParallelRuns: 8, autoDeploy: true };
  expect(resolve({ user, call })).toMatchObject({ options: { ...call, compact: true }, problems: [] });
});

test('a workspace tightens', () => {
  const { options, problems } = resolve({
    user: { autoDeploy: true, codeReview: false, sanityFirst: false },
    workspace: { autoDeploy: false, codeReview: true, sanityFirst: true, maxParallelRuns: 2 },
  });
  expect(options).toMatchObject({
    autoDeploy: false,
    codeReview: true,
    sanityFirst: true,
    maxParallelRuns: 2,
  });
  expect(problems).toEqual([]);
});

test('a workspace never loosens, names no repository, and is told so', () => {
  const { options, problems } = resolve({
    workspace: {
      autoDeploy: true,
      codeReview: false,
      sanityFirst: false,
      maxParallelRuns: 64,
      baseRepo: 'https://evil.example/x',
    },
  });
  expect(options).toEqual(defaultOptions);
  expect(problems).toHaveLength(5);
  for (const problem of problems) expect(problem).toMatch(/a workspace can only tighten, so .* counts\.$/);
});

test('what is said for this call counts over what the workspace tightens', () => {
  const { options, problems } = resolve({
    workspace: { maxParallelRuns: 1, autoDeploy: false, codeReview: true, language: 'en' },
    call: { maxParallelRuns: 3, autoDeploy: true, codeReview: false, language: 'zh' },
  });
  expect(options).toMatchObject({ maxParallelRuns: 3, autoDeploy: true, codeReview: false, language: 'zh' });
  expect(problems).toEqual([]);
});

test('what neither spends nor loosens follows the workspace', () => {
  expect(
    resolve({ user: { compact: false, language: 'en' }, workspace: { compact: true, language: 'cn' } })
      .options,
  ).toMatchObject({
    ...{ compact: true, language: 'zh' },
  });
});

test.each([
  ['maxParallelRuns', 0],
  ['maxParallelRuns', 1.5],
  ['maxParallelRuns', '4'],
  ['autoDeploy', 'yes'],
  ['codeReview', 0],
  ['compact', null],
  ['language', 'fr'],
  ['baseRepo', 7],
])('%s %j is no value: it is left out and named', (name, value) => {
  const { options, problems } = resolve({ user: { [name]: value } });
  expect(options).toEqual(defaultOptions);
  expect(problems).toEqual([
    expect.stringContaining(`bridge.${name} in your settings is ${JSON.stringify(value)}`),
  ]);
});

test('settings that are no options of a study are nobody’s problem here', () => {
  expect(resolve({ user: { 'ssh.config': '~/x', reviewers: ['none'] } }).problems).toEqual([]);
});
