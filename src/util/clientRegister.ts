import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../core/run/jobHandle';
import { isAlive, ownIdentity } from './processIdentity';

/** A client that was started: whose it is, and who leads it once that is known. */
export interface RegisteredClient {
  readonly id: string;
  readonly owner: ProcessIdentity;
  readonly leader: ProcessIdentity | null;
}

let folder: string | null = null;

/** From now on clients of this process are noted here, so that whoever comes after a killed driver can end them. */
export function registerClientsIn(path: string): void {
  folder = path;
}

/** Noted before it is started, and again once it leads a group. */
export function noteClient(id: string, leader: ProcessIdentity | null): void {
  if (folder === null) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.json`), JSON.stringify({ id, owner: ownIdentity(), leader }));
}

export function forgetClient(id: string): void {
  if (folder !== null) rmSync(join(folder, `${id}.json`), { force: true });
}

/** Clients whose driver is gone. */
export function orphanedClients(): readonly RegisteredClient[] {
  if (folder === null) return [];
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Nobody has ever been started here.
    return [];
  }
  return names.flatMap((name) => {
    try {
      const client = JSON.parse(readFileSync(join(folder!, name), 'utf8')) as RegisteredClient;
      return isAlive(client.owner) ? [] : [client];
    } catch {
      // Half written when its driver was killed: the process was not started yet.
      rmSync(join(folder!, name), { force: true });
      return [];
    }
  });
}
