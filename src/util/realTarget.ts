import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where a path really leads: a link inside a folder may leave it. The part that is not there yet is kept. */
export async function realTarget(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await realTarget(parent), absolute.slice(parent.length));
  }
}
