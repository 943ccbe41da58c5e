import { expect, test } from 'vitest';
import { OpenAiChatModel } from '../../src/agents/chatModel/client';
import { ChatModelReviewer } from '../../src/agents/chatModel/reviewer';
import { CodexExecReviewer } from '../../src/agents/codexExec/reviewer';
import { McpReviewer } from '../../src/agents/mcp/reviewer';
import { ReviewerFailure } from '../../src/core/agents/ports';
import { systemClock } from '../../src/store/systemClock';
import { ClientHome } from '../fakes/agentsClients';
import { says, startScriptedModel } from '../fakes/scriptedModel';
import { describeReviewer } from './agentsReviewerContract';

describeReviewer({
  name: 'the MCP tool codex',
  make: (home, model) => new McpReviewer({ ...home.codex(home.smallCodex(), model), command: [] }),
});
describeReviewer({
  name: 'codex exec',
  make: (home, model) => new CodexExecReviewer(home.codex(home.smallCodex(), model)),
});
for (const api of ['chat', 'responses'] as const)
  describeReviewer({
    name: `an endpoint (${api})`,
    make: (_, model) =>
      new ChatModelReviewer(
        new OpenAiChatModel(
          { baseUrl: model.url, keyVariable: 'MOCK_KEY', key: 'k', model: 'gpt-5.4', effort: 'xhigh', api },
          systemClock,
        ),
      ),
  });

const never = new AbortController().signal;
const setting = {
  ...{ folder: '/tmp', schema: {}, named: [], keepNothing: false, alive: () => undefined },
  files: { list: async () => [], read: async () => null },
};

test('a client that dies in the middle of a question is a failure that says so', async () => {
  const model = await startScriptedModel(() => says('DIE'));
  const home = new ClientHome();
  const codex = home.codex(home.smallCodex(), model);
  for (const reviewer of [new McpReviewer({ ...codex, command: [] }), new CodexExecReviewer(codex)]) {
    const conversation = await reviewer.converse(setting, never);
    await expect(conversation.ask('?', never)).rejects.toMatchObject({ kind: 'died' });
    await conversation.close();
  }
  expect(home.processes()).toEqual([]);
  await model.close();
  home.dispose();
});

test('a client is given PATH, HOME, CODEX_HOME and the keys its settings name, and nothing else of ours', async () => {
  const model = await startScriptedModel(() => 'hang');
  const home = new ClientHome();
  const codex = home.codex(home.smallCodex(), model);
  const stop = new AbortController();
  const conversation = await new CodexExecReviewer(codex).converse(setting, stop.signal);
  const asked = conversation.ask('?', stop.signal);
  await model.question(1);
  const environments = home.processes().map((pid) => home.environmentOf(pid));
  stop.abort();
  await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
  expect(environments.length).toBeGreaterThan(1);
  for (const each of environments) {
    expect(each).toContain('MOCK_KEY=dummy-key');
    expect(each).not.toContain('must-not-travel');
  }
  await model.close();
  home.dispose();
});

test('a client that is not there, or is something else, is named with what to do', async () => {
  const model = await startScriptedModel(() => says(''));
  const home = new ClientHome();
  const missing = home.codex('/nowhere/codex', model);
  const other = home.codex('/bin/cat', model);
  for (const reviewer of [
    new McpReviewer({ ...missing, command: [] }),
    new CodexExecReviewer(missing),
    new McpReviewer({ ...other, command: [] }),
    new CodexExecReviewer(other),
  ]) {
    const error: unknown = await reviewer.greet(never).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ReviewerFailure);
    expect((error as ReviewerFailure).kind).toBe('missing');
  }
  await model.close();
  home.dispose();
});

test('an endpoint gets named files verbatim and fenced, or tools to read with when they are too long', async () => {
  const texts: Record<string, string> = {
    'a.py': 'print("```not the end```")\n',
    'b.py': 'x = 1\n',
    '.env': 'KEY=1',
  };
  const files = { list: async () => Object.keys(texts), read: async (path: string) => texts[path] ?? null };
  const model = await startScriptedModel((request) =>
    Array.isArray(request.body.tools) && request.toolsUsed === 0
      ? {
          items: [
            { type: 'function_call', call_id: 'c1', name: 'read_file', arguments: '{"path":"b.py"}' },
            { type: 'function_call', call_id: 'c2', name: 'read_file', arguments: '{"path":"../x"}' },
            { type: 'function_call', call_id: 'c3', name: 'rm', arguments: 'nonsense' },
          ],
        }
      : says('done'),
  );
  const endpoint = new OpenAiChatModel(
    { baseUrl: model.url, keyVariable: 'K', key: null, model: 'gpt-5.4', effort: null, api: 'chat' },
    systemClock,
  );
  const short = await new ChatModelReviewer(endpoint).converse({
    ...setting,
    files,
    named: ['a.py', 'b.py'],
  });
  expect((await short.ask('Look.', never)).text).toBe('done');
  const sent = JSON.stringify((await model.question(1)).body);
  expect(sent).toContain(JSON.stringify('````\nprint("```not the end```")\n````').slice(1, -1));

  texts['b.py'] = 'y = 2\n'.repeat(100_000);
  const long = await new ChatModelReviewer(endpoint).converse({ ...setting, files, named: ['b.py'] });
  expect((await long.ask('Look.', never)).text).toBe('done');
  const answers = JSON.stringify((await model.question(3)).body);
  expect(answers).toContain('1\\ty = 2');
  expect(answers).toContain('There is no readable file');
  expect(answers).toContain('There is no tool');
  await model.close();
});

test('an endpoint that lists its models and lacks ours is told before anything is sent', async () => {
  const model = await startScriptedModel(() => says(''));
  const endpoint = new OpenAiChatModel(
    { baseUrl: model.url, keyVariable: 'K', key: null, model: 'gpt-9', effort: null, api: 'chat' },
    systemClock,
  );
  await expect(endpoint.describe(never)).rejects.toThrow('has no model gpt-9; it offers gpt-5.4');
  await model.close();
});
