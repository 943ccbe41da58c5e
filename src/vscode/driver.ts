import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { translate as t } from './translate';

/** Exit code of a driver that was interrupted by a person. */
const interrupted = 130;
/** What drivers said last; begun anew when it has grown past this. */
const mostLogBytes = 1_000_000;

/**
 * Starts the driver as a process of its own that outlives the editor: the headless host under the editor's own runtime.
 * Where one drives already, the new one leaves at once. Nothing is started in Restricted Mode.
 */
export function startDriver(cli: string, root: string, log: vscode.LogOutputChannel): void {
  if (!vscode.workspace.isTrusted) throw new Error('this workspace is not trusted');
  const logPath = join(root, '.bridge', 'driver.log');
  const heard = openSync(logPath, sizeOf(logPath) > mostLogBytes ? 'w' : 'a');
  try {
    const driver = spawn(process.execPath, [cli, 'supervise', '--workspace', root], {
      cwd: root,
      detached: true,
      // A file outlives this window as the driver does; a pipe would end it.
      stdio: ['ignore', 'ignore', heard],
      env: driverEnvironment(process.env),
    });
    driver.on('error', (error) => {
      log.error(`the driver could not be started: ${error.message}`);
      void tellFailure(error.message, log);
    });
    driver.on('spawn', () => log.info(`driver started, process ${driver.pid}`));
    driver.on('exit', (code, signal) => {
      if (code === 0) return log.info(`driver ${driver.pid} has nothing left to do`);
      const words = lastLines(logPath);
      log.error(`driver ${driver.pid} ended with ${code ?? signal}: ${words}`);
      // Who interrupts a driver knows it; one that fails by itself leaves work undone and nobody else would say so.
      if (signal === null && code !== interrupted) void tellFailure(words, log);
    });
    driver.unref();
  } finally {
    closeSync(heard);
  }
}

async function tellFailure(words: string, log: vscode.LogOutputChannel): Promise<void> {
  const show = t('Show Log Channel');
  // The line that names the error, not the stack below it.
  const line = words.split('\n').find((each) => /error/i.test(each)) ?? words.split('\n').at(-1) ?? '';
  const sentence = t(
    'The driver ended with an error; what runs goes on, nothing more starts: {0}',
    line.slice(0, 300),
  );
  if ((await vscode.window.showErrorMessage(sentence, show)) === show) log.show();
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}

/** The person's environment without what the editor added for its own processes. */
export function driverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
