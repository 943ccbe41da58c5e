import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What drivers said last; begun anew when it has grown past this. */
const mostLogBytes = 1_000_000;

/** Starts `bridge supervise` as a process of its own that outlives this one; beside another driver it leaves at once. */
export function startDriver(cli: string, root: string): void {
  const path = join(root, '.bridge', 'driver.log');
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(path, size > mostLogBytes ? 'w' : 'a');
  try {
    const driver = spawn(process.execPath, [cli, 'supervise', '--workspace', root], {
      ...{ cwd: root, detached: true },
      // A file outlives this process as the driver does; a pipe would end it.
      stdio: ['ignore', 'ignore', log],
    });
    driver.on('error', (error) => process.stderr.write(`bridge: the driver: ${error.message}\n`));
    driver.unref();
  } finally {
    closeSync(log);
  }
}
