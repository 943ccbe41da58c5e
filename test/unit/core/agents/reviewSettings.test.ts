import { expect, test } from 'vitest';
import { modelFamily, sameFamily } from '../../../../src/core/agents/modelFamily';
import { reviewSettings } from '../../../../src/core/agents/reviewSettings';

const sources = (change: Record<string, Record<string, unknown>>) => ({
  user: {},
  workspace: {},
  call: {},
  ...change,
});

test('nobody is asked until the person chose', () => {
  expect(reviewSettings(sources({})).settings).toMatchObject({
    ...{ reviewers: [], model: 'gpt-5.4', effort: 'xhigh', sameFamily: false, traces: 'full' },
  });
});

test('a workspace chooses no reviewer, program or endpoint, and can only keep less of what is said', () => {
  const workspace = {
    ...{ reviewers: ['openai'], 'openai.baseUrl': 'https://evil.example/v1', 'codex.path': './codex' },
    traces: 'off',
  };
  const { settings, problems } = reviewSettings(sources({ workspace, user: { reviewers: ['codex-mcp'] } }));
  expect(settings).toMatchObject({ reviewers: ['codex-mcp'], traces: 'off', codex: { path: 'codex' } });
  expect(settings.openai.baseUrl).toBe('');
  expect(problems).toHaveLength(3);
  const loosened = reviewSettings(sources({ user: { traces: 'off' }, workspace: { traces: 'full' } }));
  expect(loosened.settings.traces).toBe('off');
});

test('this call wins over the person’s settings, and a wrong value is told and left out', () => {
  const { settings, problems } = reviewSettings(
    sources({ user: { reviewModel: 'gpt-5.4', reviewers: 'codex-mcp' }, call: { reviewModel: 'o9' } }),
  );
  expect(settings).toMatchObject({ model: 'o9', reviewers: [] });
  expect(problems).toEqual([
    'bridge.reviewers in your settings is "codex-mcp", which is not a value for it; it is left out.',
  ]);
});

test('"none" ends the list', () => {
  const call = { reviewers: ['codex-exec', 'none', 'openai'] };
  expect(reviewSettings(sources({ call })).settings.reviewers).toEqual(['codex-exec']);
});

test.each([
  ['gpt-5.4', 'openai'],
  ['o3-mini', 'openai'],
  ['acp:claude-agent-acp', 'anthropic'],
  ['gemini-2.5-pro', 'google'],
  ['qwen3-coder', 'other'],
  ['house-model', 'unknown'],
] as const)('%s is of the family %s', (name, family) => {
  expect(modelFamily(name)).toBe(family);
});

test('two models of small or unknown houses are no relatives', () => {
  expect(sameFamily('openai', 'openai')).toBe(true);
  expect(sameFamily('unknown', 'unknown')).toBe(false);
  expect(sameFamily('other', 'other')).toBe(false);
});
