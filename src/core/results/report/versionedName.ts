import { fileStamp, utc, type UtcOffset } from './localTime';

/**
 * The name under which an output is kept for good before it is copied to its fixed name:
 * `NAME_YYYYMMDD_HHmmss.md`, `_2`, `_3` … when that is taken.
 * @param name the fixed name (`EXPERIMENT_RESULTS.md`), with or without a folder
 * @param taken whether a file of that name exists
 */
export function versionedName(
  name: string,
  atMs: number,
  taken: (name: string) => boolean,
  offset: UtcOffset = utc,
): string {
  const [, stem = name, extension = ''] = /^(.*?)(\.[^./]+)?$/s.exec(name) ?? [];
  const first = `${stem}_${fileStamp(atMs, offset)}`;
  let candidate = `${first}${extension}`;
  for (let count = 2; taken(candidate); count += 1) candidate = `${first}_${count}${extension}`;
  return candidate;
}
