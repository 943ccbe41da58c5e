import { spawn } from 'node:child_process';
import * as vscode from 'vscode';

/**
 * Starts the driver as a process of its own that outlives the editor: the headless host under the editor's own runtime.
 * Where one drives already, the new one leaves at once. Nothing is started in Restricted Mode.
 */
export function startDriver(cli: string, root: string, log: vscode.LogOutputChannel): void {
  if (!vscode.workspace.isTrusted) throw new Error('this workspace is not trusted');
  const driver = spawn(process.execPath, [cli, 'supervise', '--workspace', root], {
    cwd: root,
    detached: true,
    stdio: 'ignore',
    env: driverEnvironment(process.env),
  });
  driver.on('error', (error) => log.error(`the driver could not be started: ${error.message}`));
  driver.on('spawn', () => log.info(`driver started, process ${driver.pid}`));
  driver.on('exit', (code, signal) => log.info(`driver ${driver.pid} left: ${code ?? signal}`));
  driver.unref();
}

/** The person's environment without what the editor added for its own processes. */
export function driverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
