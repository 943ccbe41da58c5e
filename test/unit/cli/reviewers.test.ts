import { expect, test } from 'vitest';
import { withEditorKeys, type EditorReach } from '../../../src/cli/editorReach';
import { authorFamily } from '../../../src/cli/reviewers';
import type { Conversation, ConversationSetting, Reviewer } from '../../../src/core/agents/ports';
import { codexKeyNames } from '../../../src/util/codexSetting';

const names = ['BRIDGE_TEST_KEY'];

/** A client that tells which key it would be started with. */
function client(seen: (string | undefined)[]): (environment: NodeJS.ProcessEnv) => Reviewer {
  return (environment) => ({
    id: 'codex-exec',
    greet: () => Promise.resolve({ client: 'c', model: 'm', family: 'openai', carrier: 'codex exec' }),
    converse: () => {
      seen.push(environment.BRIDGE_TEST_KEY);
      return Promise.resolve({} as Conversation);
    },
  });
}

function editor(asked: string[]): EditorReach {
  const line = {
    ...{ attached: true, ready: () => Promise.resolve() },
    secret: (name: string) => {
      asked.push(name);
      return Promise.resolve('kept-by-the-editor');
    },
  };
  return { line, patient: false, close: () => Promise.resolve() } as unknown as EditorReach;
}

test('an author that no setting names is known by what it called itself when it wrote', () => {
  expect(authorFamily('vscode-lm', undefined, [])).toBe('unknown');
  expect(authorFamily('vscode-lm', undefined, ['gpt-5.4 (VS Code 1.100.3, copilot)'])).toBe('openai');
  expect(authorFamily('acp:/opt/agent', null, ['claude-agent-acp 0.101.0'])).toBe('anthropic');
  expect(authorFamily('vscode-lm', 'anthropic/claude-x', ['gpt-5.4'])).toBe('anthropic');
  expect(authorFamily('none', undefined, ['gpt-5.4'])).toBe('unknown');
});

test('a key that only the editor keeps reaches the client when it is asked, and no trace', async () => {
  const [seen, asked, secrets]: [string[], string[], string[]] = [[], [], []];
  const reviewer = withEditorKeys(client(seen), names, editor(asked), secrets);
  const signal = new AbortController().signal;
  await reviewer.greet(signal);
  expect(asked).toEqual([]);
  await reviewer.converse({} as ConversationSetting, signal);
  expect({ seen, asked, secrets }).toEqual({
    ...{ seen: ['kept-by-the-editor'], asked: names, secrets: ['kept-by-the-editor'] },
  });
});

test('the keys of Codex are those that its configuration names', () => {
  const config = { model_providers: { house: { env_key: 'HOUSE_KEY' } } };
  expect(codexKeyNames({ environment: { CODEX_HOME: '/nowhere' }, config })).toEqual(['HOUSE_KEY']);
});
