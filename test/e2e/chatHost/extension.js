// @ts-check
// A language model that follows a script, and the default participant of the chat, which lets it use the tools that
// there are: what GitHub Copilot is to a person, without a model.
/** @type {any} */
const vscode = require('vscode');

/** Asked why a run failed, it asks Bridge, and then says what it was told. */
function script(/** @type {any[]} */ messages) {
  const last = [messages.at(-1).content].flat().at(-1);
  // By its shape: VS Code makes it of a class that extensions do not see.
  if (Array.isArray(last.content)) {
    const told = JSON.parse(last.content.map((/** @type {any} */ part) => part.value).join(''));
    return new vscode.LanguageModelTextPart(
      `The model was told: ${told.run} is ${told.class}, line ${told.line}.`,
    );
  }
  const run = /\bR\d+\b/.exec(String(last.value ?? last))?.[0];
  return new vscode.LanguageModelToolCallPart('call-1', 'bridge_diagnose', { run });
}

exports.activate = (/** @type {any} */ context) => {
  const facts = {
    name: 'Scripted',
    family: 'scripted',
    version: '1',
    maxInputTokens: 9999,
    maxOutputTokens: 9999,
  };
  const tokens = async () => 1;
  if (vscode.lm.registerLanguageModelChatProvider)
    context.subscriptions.push(
      vscode.lm.registerLanguageModelChatProvider('scripted', {
        provideLanguageModelChatInformation: async () => [
          {
            id: 'scripted',
            ...facts,
            isUserSelectable: true,
            isDefault: true,
            capabilities: { toolCalling: true },
          },
        ],
        provideLanguageModelChatResponse: async (
          /** @type {any} */ _,
          /** @type {any[]} */ messages,
          /** @type {any} */ __,
          /** @type {any} */ progress,
        ) => progress.report(script(messages)),
        provideTokenCount: tokens,
      }),
    );
  else
    context.subscriptions.push(
      vscode.lm.registerChatModelProvider(
        'scripted',
        {
          provideLanguageModelResponse: async (
            /** @type {any[]} */ messages,
            /** @type {any} */ _,
            /** @type {string} */ __,
            /** @type {any} */ progress,
          ) => progress.report({ index: 0, part: script(messages) }),
          provideTokenCount: tokens,
        },
        { vendor: 'scripted', isUserSelectable: true, isDefault: true, ...facts },
      ),
    );
  context.subscriptions.push(
    vscode.chat.createChatParticipant(
      'scripted.default',
      async (
        /** @type {any} */ request,
        /** @type {any} */ _,
        /** @type {any} */ stream,
        /** @type {any} */ token,
      ) => {
        const tools = vscode.lm.tools.filter((/** @type {any} */ tool) => tool.name.startsWith('bridge_'));
        const messages = [vscode.LanguageModelChatMessage.User(request.prompt)];
        for (let turn = 0; turn < 3; turn++) {
          const calls = [];
          const answer = await request.model.sendRequest(messages, { tools }, token);
          for await (const part of answer.stream)
            if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
            else stream.markdown(part.value);
          if (calls.length === 0) return;
          messages.push(vscode.LanguageModelChatMessage.Assistant(calls));
          for (const { name, input, callId } of calls) {
            const options = { input, toolInvocationToken: request.toolInvocationToken };
            const { content } = await vscode.lm.invokeTool(name, options, token);
            const result = new vscode.LanguageModelToolResultPart(callId, content);
            messages.push(vscode.LanguageModelChatMessage.User([result]));
          }
        }
      },
    ),
  );
};
