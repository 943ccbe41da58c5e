import { afterEach, describe, expect, test } from 'vitest';
import { ReviewerFailure, type ChatModel, type ChatRequest } from '../../src/core/agents/ports';
import type { ChatScript } from '../fakes/scriptedChatModel';

export interface ChatModelWorld {
  readonly name: string;
  make(script: ChatScript): Promise<{ readonly model: ChatModel; close(): Promise<void> }>;
}

const never = new AbortController().signal;
const question: ChatRequest = { messages: [{ role: 'user', text: 'Is it right?' }], tools: [], schema: null };
const look = { name: 'read_file', description: 'Reads.', input: { type: 'object', properties: {} } };

/** What every language model does, whatever carries the question. */
export function describeChatModel(world: ChatModelWorld): void {
  const { name } = world;
  describe(`a language model behind ${name}`, () => {
    let close: () => Promise<void> = async () => undefined;
    afterEach(() => close());
    const started = async (script: ChatScript) => {
      const made = await world.make(script);
      close = () => made.close();
      return made.model;
    };
    const failure = (model: ChatModel, signal = never) =>
      model.send(question, signal).then(
        () => 'answered',
        (error: unknown) => (error instanceof ReviewerFailure ? error.kind : `not ours: ${String(error)}`),
      );

    test('says who it is before anything is sent', async () => {
      let asked = 0;
      const model = await started(() => ({ text: `${asked++}` }));
      expect(await model.describe(never)).toMatchObject({ model: 'gpt-5.4', family: 'openai' });
      expect(asked).toBe(0);
    });

    test('answers with text, and says what that cost', async () => {
      const model = await started(() => ({ text: 'Yes.' }));
      expect(await model.send(question, never)).toMatchObject({
        ...{ text: 'Yes.', toolCalls: [], model: 'gpt-5.4', usage: { inputTokens: 10, outputTokens: 5 } },
      });
    });

    test('asks for tools and gets their answers back', async () => {
      let seen = '';
      const model = await started((n, sent) => {
        seen = sent;
        return n === 1 ? { calls: [['read_file', { path: 'a.py' }]] } : { text: 'Read.' };
      });
      const first = await model.send({ ...question, tools: [look] }, never);
      expect(first.toolCalls).toMatchObject([{ name: 'read_file', input: { path: 'a.py' } }]);
      const [call] = first.toolCalls;
      const second = await model.send(
        {
          ...question,
          tools: [look],
          messages: [
            ...question.messages,
            { role: 'assistant', text: first.text, toolCalls: first.toolCalls },
            { role: 'tool', callId: call!.id, text: 'x = "42"' },
          ],
        },
        never,
      );
      expect(second.text).toBe('Read.');
      expect(seen).toContain(call!.id);
      expect(seen).toContain(JSON.stringify('x = "42"').slice(1, -1));
    });

    test('a refused key, too many requests and a broken model are told apart', async () => {
      for (const fails of ['refused', 'busy', 'broken'] as const) {
        const model = await started(() => ({ fails }));
        expect(await failure(model)).toBe(fails);
        await close();
      }
      close = async () => undefined;
    });

    test('one that never answers is given up at the deadline, and when it is cancelled', async () => {
      const reason = new ReviewerFailure('deadline', 'No answer came within a minute.');
      for (const [why, kind] of [
        [reason, 'deadline'],
        [undefined, 'cancelled'],
      ] as const) {
        const stop = new AbortController();
        const model = await started(() => {
          setImmediate(() => stop.abort(why));
          return 'hang';
        });
        expect(await failure(model, stop.signal)).toBe(kind);
        await close();
      }
      close = async () => undefined;
    });

    test('an answer of two megabytes arrives whole', async () => {
      const long = 'ß'.repeat(1024 * 1024);
      const model = await started(() => ({ text: long }));
      expect((await model.send(question, never)).text === long).toBe(true);
    });
  });
}
