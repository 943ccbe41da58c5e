import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where W&B answers and as whom: the person's own, from their environment or their netrc. */
export interface WandbLogin {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

const publicUrl = 'https://api.wandb.ai';

/**
 * The login that the person has: `WANDB_API_KEY`, else the entry of the server in netrc, as `wandb login` leaves it. A
 * server of their own is named by `WANDB_BASE_URL`; what a workspace's files say of servers and keys is not looked
 * at. null: W&B is not configured, and nobody is asked.
 */
export function findWandbLogin(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WandbLogin | null {
  const baseUrl = (environment.WANDB_BASE_URL || publicUrl).replace(/\/+$/, '');
  if (!/^https?:\/\/[^\s/]+/.test(baseUrl)) return null;
  if (/^(?:disabled|offline|dryrun)$/.test(environment.WANDB_MODE ?? '')) return null;
  const apiKey = environment.WANDB_API_KEY || keyOfNetrc(new URL(baseUrl).hostname, environment);
  return apiKey ? { baseUrl, apiKey } : null;
}

function keyOfNetrc(host: string, environment: Readonly<Record<string, string | undefined>>): string | null {
  const home = environment.HOME ?? homedir();
  for (const path of environment.NETRC ? [environment.NETRC] : [join(home, '.netrc'), join(home, '_netrc')]) {
    try {
      const key = passwordFor(host, readFileSync(path, 'utf8'));
      if (key !== null) return key;
    } catch {
      // There is none.
    }
  }
  return null;
}

/** The password of `machine HOST`; entries are words in any layout (netrc(5)). */
export function passwordFor(host: string, netrc: string): string | null {
  const words = netrc
    .replace(/^\s*#.*$/gm, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  let here = false;
  for (let i = 0; i + 1 < words.length; i++) {
    if (words[i] === 'machine') here = words[++i] === host;
    else if (here && words[i] === 'password') return words[i + 1]!;
  }
  return null;
}
