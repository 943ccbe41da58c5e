// @ts-check
// Runs outlive the editor by design; the demo promises that Ctrl-C ends everything, so it stops them by name.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from './process.mjs';

/**
 * Holds back what waits, then cancels what runs, and waits until nothing does.
 * @param {string} cli absolute path of the built command line
 * @param {string} workspace
 * @returns {Promise<string[]>} ids of the runs that could not be stopped within half a minute
 */
export async function stopRuns(cli, workspace) {
  if (!existsSync(join(workspace, '.bridge'))) return [];
  const bridge = (/** @type {string[]} */ ...args) =>
    capture(process.execPath, [cli, ...args, '--workspace', workspace], { timeout: 30_000 });
  const runs = async (/** @type {string[]} */ ...statuses) => {
    const { code, output, stdout } = await bridge('status', '--json');
    if (code !== 0) throw new Error(`could not ask which runs go on: ${output}`);
    /** @type {{ id: string, status: string }[]} */
    const jobs = JSON.parse(stdout).jobs;
    return jobs.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
  };

  const waiting = await runs('pending');
  if (waiting.length > 0) await bridge('pause', ...waiting);
  let running = await runs('running', 'unreachable');
  if (running.length > 0) await bridge('cancel', ...running);
  for (const until = Date.now() + 30_000; running.length > 0 && Date.now() < until;) {
    await delay(500);
    running = await runs('running', 'unreachable');
  }
  return running;
}
