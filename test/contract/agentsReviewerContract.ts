import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findJson } from '../../src/core/agents/findJson';
import { reviewJsonSchema } from '../../src/core/agents/reviewDocument';
import { ReviewerFailure, type ConversationSetting, type Reviewer } from '../../src/core/agents/ports';
import { askReviewer, type AskParts } from '../../src/engine/review/askReviewer';
import { systemClock } from '../../src/store/systemClock';
import { ClientHome } from '../fakes/agentsClients';
import {
  says,
  startScriptedModel,
  type ModelRequest,
  type ScriptedModel,
  type Step,
} from '../fakes/scriptedModel';

export interface ReviewerWorld {
  readonly name: string;
  /** null: this carrier needs something that the machine lacks. */
  readonly make: ((home: ClientHome, model: ScriptedModel) => Reviewer) | null;
}

const never = () => new AbortController().signal;

/** What every reviewer does, whatever carries the question. */
export function describeReviewer({ name, make }: ReviewerWorld): void {
  describe.skipIf(make === null)(`a reviewer behind ${name}`, () => {
    let home: ClientHome;
    let model: ScriptedModel;
    let script: (request: ModelRequest) => Step;
    beforeEach(async () => {
      home = new ClientHome();
      script = () => says('{}');
      model = await startScriptedModel((request) => script(request));
    });
    afterEach(async () => {
      await model.close();
      // Whatever a test did: no process of a client is left.
      const left = home.processes();
      home.dispose();
      expect(left).toEqual([]);
    });

    const setting = (change: Partial<ConversationSetting> = {}): ConversationSetting => ({
      ...{
        folder: home.path,
        schema: reviewJsonSchema(),
        named: [],
        keepNothing: false,
        alive: () => undefined,
      },
      files: { list: async () => [], read: async () => null },
      ...change,
    });
    /** What comes of one question: the text, or the kind of failure. */
    const outcome = async (signal = never()): Promise<string> => {
      const reviewer = make!(home, model);
      const conversation = await reviewer.converse(setting(), signal);
      try {
        return (await conversation.ask('Is it right?', signal)).text;
      } catch (error) {
        if (!(error instanceof ReviewerFailure)) throw error;
        expect(error.message.length).toBeGreaterThan(10);
        return `failure: ${error.kind}`;
      } finally {
        await conversation.close();
      }
    };

    test('says who it is before it has sent anything to a model', async () => {
      const card = await make!(home, model).greet(never());
      expect(card).toMatchObject({ model: 'gpt-5.4', family: 'openai' });
      expect(card.client).not.toBe('');
      expect(model.requests.filter((request) => request.method === 'POST')).toEqual([]);
    });

    test('answers with the text as the model wrote it', async () => {
      script = () => says('  {"findings": []}\nand more ✓');
      expect(await outcome()).toBe('  {"findings": []}\nand more ✓');
      expect(model.sent()).toContain('Is it right?');
    });

    test('remembers the question when it is asked about its answer', async () => {
      const conversation = await make!(home, model).converse(setting(), never());
      await conversation.ask('Is the split right?', never());
      await conversation.ask('Answer as JSON.', never());
      await conversation.close();
      const second = JSON.stringify((await model.question(2)).body);
      expect(second).toContain('Is the split right?');
      expect(second).toContain('Answer as JSON.');
    });

    test('a wrong key, too many requests and a broken endpoint are told apart', async () => {
      for (const [status, kind] of [
        [401, 'refused'],
        [429, 'busy'],
        [500, 'broken'],
      ] as const) {
        script = () => ({ status, headers: { 'retry-after': '0' } });
        expect(await outcome(), String(status)).toBe(`failure: ${kind}`);
      }
    });

    test('an endpoint that never answers is given up at the deadline', async () => {
      script = () => 'hang';
      const late = new AbortController();
      const asked = outcome(late.signal);
      await model.question(1);
      late.abort(new ReviewerFailure('deadline', 'No answer came within a minute.'));
      expect(await asked).toBe('failure: deadline');
    });

    test('a cancel ends it and everything it started', async () => {
      script = () => 'hang';
      const stop = new AbortController();
      const asked = outcome(stop.signal);
      await model.question(1);
      stop.abort();
      expect(await asked).toBe('failure: cancelled');
      expect(home.processes()).toEqual([]);
    });

    test('an answer of two megabytes arrives whole', async () => {
      const long = JSON.stringify({ findings: ['x'.repeat(2 * 1024 * 1024)] });
      script = () => says(long);
      expect((await outcome()) === long).toBe(true);
    });

    test('an answer that breaks off is a failure, not an empty review', async () => {
      script = () => ({ cut: '{"id": "resp_1", "output": [{"type": "mess' });
      expect(await outcome()).toMatch(/^failure: (unreachable|broken|died)$/);
    });

    test('nonsense is asked about once, and then handed on as it is', async () => {
      script = () => says('The code looks fine to me.');
      const reviewer = make!(home, model);
      const chosen = { reviewer, card: await reviewer.greet(never()), sameFamily: false };
      const read = (text: string) => {
        const found = findJson(text);
        const wrong = found.kind === 'none' ? [found.why] : [];
        return { fits: found.kind === 'found', wrong, text };
      };
      const records: string[] = [];
      const parts: AskParts = {
        ...{ clock: systemClock, deadlineMinutes: 1, alive: () => undefined },
        traces: {
          mode: 'full',
          record: async ({ purpose, meta }) => {
            records.push(`${purpose} ${meta.status}`);
            return purpose;
          },
        },
      };
      const { schema, folder, files } = setting();
      const question = { purpose: 'review', prompt: 'Is it right?', schema, folder, files, named: [], read };
      const { answer } = await askReviewer(chosen, question, parts, never());
      expect(answer).toMatchObject({ fits: false, text: 'The code looks fine to me.' });
      expect(records).toEqual(['review unfit', 'review-again unfit']);
      expect(JSON.stringify((await model.question(2)).body)).toContain(
        'could not be read: there is no JSON in it',
      );
    });
  });
}
