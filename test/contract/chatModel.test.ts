import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAiChatModel } from '../../src/agents/chatModel/client';
import { EditorChatModel } from '../../src/agents/chatModel/editorModel';
import { DriverEnd } from '../../src/channel/driverEnd';
import { serveDriver } from '../../src/channel/editorEnd';
import type { ReviewerFailureKind } from '../../src/core/agents/ports';
import { systemClock } from '../../src/store/systemClock';
import { editorWith } from '../fakes/editor';
import { ScriptedChatModel } from '../fakes/scriptedChatModel';
import { startScriptedModel, type Step } from '../fakes/scriptedModel';
import { describeChatModel } from './chatModelContract';

describeChatModel({
  name: 'a script',
  make: async (script) => ({ model: new ScriptedChatModel(script), close: async () => undefined }),
});

const statuses: Partial<Record<ReviewerFailureKind, number>> = { refused: 401, busy: 429, broken: 500 };

for (const api of ['chat', 'responses'] as const)
  describeChatModel({
    name: `an endpoint (${api})`,
    make: async (script) => {
      const endpoint = await startScriptedModel(({ body, before }): Step => {
        const step = script(before + 1, JSON.stringify(body.messages ?? body.input));
        if (step === 'hang') return step;
        if ('fails' in step) return { status: statuses[step.fails]!, headers: { 'retry-after': '0' } };
        const { text, calls = [] } = step;
        return {
          items: [
            ...(text === undefined
              ? []
              : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }]),
            ...calls.map(([name, input], index) => ({
              ...{ type: 'function_call', call_id: `c${before}_${index}`, name },
              arguments: JSON.stringify(input),
            })),
          ],
        };
      });
      return {
        model: new OpenAiChatModel(
          {
            ...{ baseUrl: endpoint.url, keyVariable: 'MOCK_KEY', key: 'k', model: 'gpt-5.4' },
            ...{ effort: null, api },
          },
          systemClock,
        ),
        close: () => endpoint.close(),
      };
    },
  });

describeChatModel({
  name: 'an editor in another process’s reach',
  make: async (script) => {
    const bridge = mkdtempSync(join(tmpdir(), 'bridge-channel-'));
    const line = new DriverEnd(bridge, () => undefined);
    const editor = serveDriver(editorWith(bridge, new ScriptedChatModel(script)));
    const choice = { named: null, preferred: null, avoid: 'unknown' } as const;
    return {
      model: new EditorChatModel(line, choice, { purpose: 'reviewer', patient: true }),
      close: async () => {
        editor.dispose();
        await line.close();
        rmSync(bridge, { recursive: true });
      },
    };
  },
});
