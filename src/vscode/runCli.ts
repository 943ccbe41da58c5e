import { execFile } from 'node:child_process';
import { driverEnvironment } from './driver';

/** What the headless host prints; a failure says what it said. */
export function runCli(cli: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, ...args],
      { cwd, env: driverEnvironment(process.env), maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(stderr.trim().split('\n').at(-1) ?? error.message, { cause: error }));
      },
    );
  });
}
