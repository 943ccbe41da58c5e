import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatModelAgent } from '../../../src/agents/chatModel/agent';
import type { AgentEvent } from '../../../src/core/agents/author';
import { systemClock } from '../../../src/store/systemClock';
import { ScriptedChatModel, type ChatScript } from '../../fakes/scriptedChatModel';

describe('an author made of a bare language model', () => {
  let folder: string;
  const events: AgentEvent[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bridge-loop-'));
    events.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const run = async (script: ChatScript, limits = {}, model = new ScriptedChatModel(script)) => {
    const environment = { PATH: process.env.PATH ?? '' };
    const setting = { maxRounds: 10, maxTokens: 1_000, environment, ...limits };
    const outcome = await new ChatModelAgent(model, systemClock, setting).run(
      { prompt: 'Write it.', folder, locked: [], stallMinutes: 60 },
      {
        signal: new AbortController().signal,
        report: (event) => events.push(event),
        ask: async () => 'once',
      },
    );
    return { outcome, model };
  };

  it('is told of a wrong call and mends it', async () => {
    writeFileSync(join(folder, 'a.py'), 'x = 1\nx = 1\ny = 2\n');
    const calls: readonly (readonly [string, unknown])[] = [
      ['edit_file', { path: 'a.py', old: 'x = 1', new: 'x = 3' }],
      ['edit_file', { path: 'a.py', old: 'z', new: '' }],
      ['edit_file', { path: 'b.py', old: 'z', new: '' }],
      ['edit_file', 'nonsense'],
      ['fly', {}],
      ['edit_file', { path: 'a.py', old: 'y = 2', new: 'y = 4' }],
    ];
    const { outcome, model } = await run((n) => (n > 1 ? { text: 'Done.' } : { calls }));
    expect(outcome).toMatchObject({ stopped: 'done', usage: { inputTokens: 20, outputTokens: 10 } });
    expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1\nx = 1\ny = 4\n');
    const answers = model.requests[1]!.messages.flatMap((each) => (each.role === 'tool' ? [each.text] : []));
    expect(answers[0]).toContain('stands 2 times');
    expect(answers[1]).toContain('does not stand in a.py');
    expect(answers[2]).toContain('There is no file "b.py"');
    expect(answers[3]).toContain('edit_file takes');
    expect(answers[4]).toContain('There is no tool "fly"');
  });

  it('stops at its limits of rounds and of tokens, and says so', async () => {
    const endless: ChatScript = () => ({ calls: [['list_files', {}]] });
    expect((await run(endless, { maxRounds: 3 })).outcome).toMatchObject({ stopped: 'limit' });
    const { outcome, model } = await run(endless, { maxTokens: 40 });
    expect(outcome.text).toContain('tokens');
    expect(model.requests).toHaveLength(3);
  });

  it('gets a command’s exit code and output, and is ended when it takes too long', async () => {
    const command = (text: string, timeoutSeconds = 60) =>
      ['run_command', { command: text, timeoutSeconds }] as const;
    const { model } = await run((n) =>
      n === 1
        ? { calls: [command('echo out; echo err >&2; exit 3'), command('echo first; sleep 60', 1)] }
        : { text: 'Done.' },
    );
    const [one, other] = model.requests[1]!.messages.flatMap((each) =>
      each.role === 'tool' ? [each.text] : [],
    );
    expect(one).toBe('Exit code 3.\nout\nerr\n');
    expect(other).toContain('ended after 1 seconds');
    expect(other).toContain('first');
  });

  it('leaves old answers of tools out when all of it is too long for the model', async () => {
    writeFileSync(join(folder, 'long.txt'), 'word '.repeat(1000));
    const script: ChatScript = (n) =>
      n > 5 ? { text: 'Done.' } : { calls: [['read_file', { path: 'long.txt' }]] };
    const { model } = await run(script, {}, new ScriptedChatModel(script, 12_000));
    const last = model.requests.at(-1)!.messages;
    expect(last.filter((each) => each.text.includes('left out to save room')).length).toBeGreaterThan(1);
    expect(last.at(-1)!.text).toContain('word word');
    expect(last.reduce((sum, each) => sum + each.text.length, 0)).toBeLessThan(20_000);
  });

  it('a failure of the model is the failure of its work', async () => {
    await expect(run(() => ({ fails: 'busy' }))).rejects.toMatchObject({
      ...{ name: 'AgentFailure', kind: 'busy' },
    });
  });
});
