import type { EditorEndOptions } from '../../src/channel/editorEnd';
import type { ChatModel } from '../../src/core/agents/ports';

/** What an open editor does for a workspace's driver, with a language model and keys of a test's choice. */
export function editorWith(
  bridge: string,
  model: ChatModel,
  more: Partial<EditorEndOptions> & { readonly secrets?: Readonly<Record<string, string>> } = {},
): EditorEndOptions {
  return {
    ...{ bridge, editor: 'VS Code', trusted: () => true, log: () => undefined },
    service: {
      describeModel: async (_, signal) => ({ ...(await model.describe(signal)), maxInputTokens: 50_000 }),
      sendToModel: (_, request, signal) => model.send(request, signal),
      secret: async (name) => more.secrets?.[name] ?? null,
    },
    ...more,
  };
}
