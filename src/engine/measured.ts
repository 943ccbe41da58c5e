import type { WorkspaceFiles } from '../core/ports';
import type { StudyResult } from '../core/results/model';

/** Larger files, and more of them than this, are known by their hash alone. */
const charactersAtMost = 256 << 10;
const filesAtMost = 1000;

/** Where the copy of a result file stands, as it was when its numbers were read. */
export function measuredPath(sha256: string): string {
  return `.bridge/measured/${sha256}`;
}

/**
 * Keeps a copy of each small result file as it was measured, so that a later change of it can be shown line by line.
 * A file that changed since is not kept: its copy would not be what was measured.
 */
export async function keepMeasured(study: StudyResult, files: WorkspaceFiles): Promise<void> {
  const hashes = new Map<string, string>();
  for (const { runs } of study.milestones)
    for (const { metrics } of runs)
      for (const { file, sha256 } of metrics) if (sha256 !== undefined) hashes.set(file, sha256);
  if (hashes.size > filesAtMost) return;
  for (const [file, sha256] of hashes) {
    const path = measuredPath(sha256);
    if ((await files.exists(path)) || (await files.hash(file)) !== sha256) continue;
    const text = await files.read(file);
    if (text !== null && text.length <= charactersAtMost) await files.write(path, text);
  }
}
