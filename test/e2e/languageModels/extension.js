// @ts-check
// Two language models that ask a test what to say. VS Code lets extensions provide models since 1.104; before, the same
// is a proposed API with another shape.
/** @type {any} */
const vscode = require('vscode');

const url = process.env.BRIDGE_TEST_MODELS ?? '';
const shared = { version: '1', maxInputTokens: 100_000, maxOutputTokens: 8_000 };
const models = [
  { id: 'claude-writer', name: 'Claude Writer', family: 'claude-writer', ...shared },
  { id: 'gpt-5.4', name: 'GPT 5.4', family: 'gpt-5.4', ...shared },
];

exports.activate = (/** @type {any} */ context) => {
  const { lm } = vscode;
  if (lm.registerLanguageModelChatProvider)
    context.subscriptions.push(
      lm.registerLanguageModelChatProvider('scripted', {
        provideLanguageModelChatInformation: async () =>
          models.map((model) => ({ ...model, capabilities: { toolCalling: true } })),
        provideLanguageModelChatResponse: async (
          /** @type {any} */ model,
          /** @type {any[]} */ messages,
          /** @type {any} */ options,
          /** @type {any} */ progress,
          /** @type {any} */ token,
        ) => {
          for (const part of await ask(model.id, messages, options, token)) progress.report(part);
        },
        provideTokenCount: async (/** @type {any} */ _, /** @type {any} */ text) => count(text),
      }),
    );
  else
    for (const model of models)
      context.subscriptions.push(
        lm.registerChatModelProvider(
          model.id,
          {
            provideLanguageModelResponse: async (
              /** @type {any[]} */ messages,
              /** @type {any} */ options,
              /** @type {string} */ _,
              /** @type {any} */ progress,
              /** @type {any} */ token,
            ) => {
              const parts = await ask(model.id, messages, options, token);
              for (const part of parts) progress.report({ index: 0, part });
            },
            provideTokenCount: async (/** @type {any} */ text) => count(text),
          },
          { vendor: 'scripted', isUserSelectable: true, ...model },
        ),
      );
};

const count = (/** @type {any} */ text) => Math.ceil((typeof text === 'string' ? text.length : 100) / 4);

/**
 * @param {string} model
 * @param {any[]} messages
 * @param {any} options
 * @param {any} token
 */
async function ask(model, messages, options, token) {
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const body = JSON.stringify({
    model,
    tools: (options.tools ?? []).map((/** @type {any} */ tool) => tool.name),
    messages: messages.map(({ role, content }) => ({
      role: role === vscode.LanguageModelChatMessageRole.Assistant ? 'assistant' : 'user',
      parts: [content].flat().map(plain),
    })),
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: stop.signal });
  if (!answer.ok) throw new Error(`scripted status ${answer.status}`);
  const { text, calls = [] } = /** @type {any} */ (await answer.json());
  return [
    ...(text === undefined ? [] : [new vscode.LanguageModelTextPart(text)]),
    ...calls.map(
      (/** @type {[string, object]} */ [name, input], /** @type {number} */ at) =>
        new vscode.LanguageModelToolCallPart(`call_${Date.now()}_${at}`, name, input),
    ),
  ];
}

/** @param {any} part @returns {unknown} */
function plain(part) {
  if (typeof part === 'string') return { text: part };
  // Providers get parts of other classes than those who ask, so they are told by their shape.
  if ('callId' in part && 'name' in part) return { call: part.name, input: part.input };
  if ('callId' in part)
    return { result: part.content.map((/** @type {any} */ each) => each.value ?? '').join('') };
  return { text: part.value ?? '' };
}
