import type * as vscode from 'vscode';
import type { EditorService } from '../../core/agents/editorService';
import { readSecret } from '../secrets';
import { EditorLanguageModel } from './chatModel';

/** What this window does for the workspace's driver. Content passes through; nothing of it is logged. */
export function editorService(secrets: vscode.SecretStorage, log: vscode.LogOutputChannel): EditorService {
  return {
    describeModel: (choice) => new EditorLanguageModel(choice).describe(),
    sendToModel: async (choice, request, signal) => {
      const begun = performance.now();
      const reply = await new EditorLanguageModel(choice).send(request, signal);
      const { inputTokens = 0, outputTokens = 0 } = reply.usage ?? {};
      log.info(
        `${reply.model} answered in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${inputTokens} tokens in, ${outputTokens} out`,
      );
      return reply;
    },
    secret: (name) => readSecret(secrets, name),
  };
}
