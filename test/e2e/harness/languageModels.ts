import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface ModelQuestion {
  readonly model: string;
  /** Names of the tools that it was offered. */
  readonly tools: readonly string[];
  /** Everything that was sent, as one text. */
  readonly sent: string;
  /** What tools answered, oldest first. */
  readonly results: readonly string[];
}

export interface ModelAnswer {
  readonly text?: string;
  readonly calls?: readonly (readonly [tool: string, input: unknown])[];
}

export interface LanguageModels {
  /** Environment of the server in which they shall be there. */
  readonly env: NodeJS.ProcessEnv;
  /** The extension that provides them. */
  readonly vsix: string;
  readonly questions: readonly ModelQuestion[];
  close(): Promise<void>;
}

/** Language models for a real VS Code, by an extension of the tests: `scripted/claude-writer` and `scripted/gpt-5.4`. */
export async function startLanguageModels(
  answer: (question: ModelQuestion) => ModelAnswer,
): Promise<LanguageModels> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-models-'));
  const vsix = join(folder, 'models.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(process.execPath, [resolve('node_modules/@vscode/vsce/vsce'), ...args, '--out', vsix], {
    ...{ cwd: resolve('test/e2e/languageModels'), stdio: 'pipe' },
  });
  const questions: ModelQuestion[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        model: string;
        tools: string[];
        messages: { parts: { text?: string; result?: string }[] }[];
      };
      const parts = asked.messages.flatMap((message) => message.parts);
      const question: ModelQuestion = {
        ...{ model: asked.model, tools: asked.tools },
        sent: parts.map(({ text = '' }) => text).join('\n'),
        results: parts.flatMap(({ result }) => result ?? []),
      };
      questions.push(question);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer(question)));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ vsix, questions, env: { BRIDGE_TEST_MODELS: `http://127.0.0.1:${port}/` } },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
