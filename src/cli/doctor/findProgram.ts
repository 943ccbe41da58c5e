import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Absolute path of a program on the PATH; null: it is not there. Places that are relative, so the workspace's own, are left out. */
export function findProgram(name: string, path: string | undefined = process.env.PATH): string | null {
  const places = name.includes('/')
    ? [name]
    : (path ?? '').split(delimiter).map((folder) => join(folder, name));
  for (const place of places.filter(isAbsolute))
    try {
      accessSync(place, constants.X_OK);
      return place;
    } catch {
      // Not here.
    }
  return null;
}
