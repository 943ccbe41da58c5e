import { readdirSync, readFileSync } from 'node:fs';

/**
 * Sends a signal to the processes of VS Code that extensions run in, by a mark in their environment.
 *
 * @returns how many there were
 */
export function signalExtensionHosts(mark: string, signal: NodeJS.Signals): number {
  let found = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const isHost = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
      if (!isHost || !readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) continue;
      process.kill(Number(pid), signal);
      found++;
    } catch {
      // It is gone, or somebody else's.
    }
  }
  return found;
}
