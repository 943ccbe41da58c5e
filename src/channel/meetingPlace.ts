import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

/** Where a driver waits for editors, recorded beside its lease in `.bridge/channel.json`. */
export interface MeetingPlace {
  /** Path of a local socket, or name of a pipe. */
  readonly address: string;
  /** Whoever says it may read that file, and so belongs to this person. */
  readonly token: string;
}

const placeSchema = v.object({ address: v.string(), token: v.string() });
/** Systems cut a socket's path off at about 104 bytes. */
const longestPath = 100;

/** A place of its own for a driver, made known to editors. `bridge`: the workspace's `.bridge`. */
export function openPlace(bridge: string): MeetingPlace {
  const place = { address: freeAddress(), token: randomBytes(32).toString('hex') };
  const before = readPlace(bridge);
  // A driver that was killed left its socket.
  if (before !== null && isOurs(before.address)) rmSync(before.address, { force: true });
  const path = placePath(bridge);
  const temporary = `${path}.${randomUUID().slice(0, 8)}`;
  writeFileSync(temporary, JSON.stringify(place), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, path);
  return place;
}

/** Takes a place back, unless another driver has announced its own meanwhile. */
export function closePlace(bridge: string, { address }: MeetingPlace): void {
  if (process.platform !== 'win32') rmSync(address, { force: true });
  if (readPlace(bridge)?.address === address) rmSync(placePath(bridge), { force: true });
}

/** Where the workspace's driver waits; null: it asks for no editor. */
export function readPlace(bridge: string): MeetingPlace | null {
  try {
    const parsed = v.safeParse(placeSchema, JSON.parse(readFileSync(placePath(bridge), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/**
 * Whether an address is one that a driver of this person made: a workspace could bring such a file with it, and name
 * any socket of this machine.
 */
export function isOurs(address: string): boolean {
  if (process.platform === 'win32') return /^\\\\\.\\pipe\\bridge-[0-9a-f]{32}$/.test(address);
  try {
    const folder = lstatSync(dirname(address));
    const own = process.getuid?.();
    return (
      /\/bridge(-\d+)?\/[0-9a-f]{16}\.sock$/.test(address) &&
      folder.isDirectory() &&
      folder.uid === own &&
      (folder.mode & 0o077) === 0
    );
  } catch {
    return false;
  }
}

function placePath(bridge: string): string {
  return join(bridge, 'channel.json');
}

function freeAddress(): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\bridge-${randomBytes(16).toString('hex')}`;
  const name = `${randomBytes(8).toString('hex')}.sock`;
  const own = `bridge-${userInfo().uid}`;
  const candidates = [
    ...(process.env.XDG_RUNTIME_DIR ? [join(process.env.XDG_RUNTIME_DIR, 'bridge')] : []),
    join(tmpdir(), own),
    join('/tmp', own),
  ];
  const problems: string[] = [];
  for (const folder of candidates) {
    if (Buffer.byteLength(join(folder, name)) > longestPath) continue;
    try {
      return join(ownFolder(folder), name);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  throw new Error(
    `there is no folder for a socket that only you can open (${problems.join('; ') || 'all paths are too long'}); set XDG_RUNTIME_DIR to one`,
  );
}

/** The folder, this person's alone. */
function ownFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`${folder} belongs to somebody else`);
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return realpathSync(folder);
}
