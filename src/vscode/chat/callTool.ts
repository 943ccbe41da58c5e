import { spawn } from 'node:child_process';
import type * as vscode from 'vscode';
import { driverEnvironment } from '../driver';

/** What a tool answered: a sentence, and the answer itself. */
export interface ToolDocument extends Readonly<Record<string, unknown>> {
  readonly sentence: string;
}

/** Calls one of the tools for agents, in a process of its own. A refusal is an error whose message is its sentence. */
export function callTool(
  cli: string,
  root: string,
  name: string,
  input: object,
  token: vscode.CancellationToken,
): Promise<ToolDocument> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [cli, 'tool', name, '--workspace', root, '--caller', 'VS Code chat'],
      { cwd: root, env: driverEnvironment(process.env) },
    );
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    const cancelling = token.onCancellationRequested(() => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => {
      cancelling.dispose();
      if (code === 0) return resolve(JSON.parse(said.stdout) as ToolDocument);
      const sentence = said.stderr
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^bridge: /, '');
      reject(new Error(token.isCancellationRequested ? 'cancelled' : (sentence ?? `exit code ${code}`)));
    });
    // One that ended before it read its input says why by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(input));
  });
}
