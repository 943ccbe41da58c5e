import type { Job } from '../../core/manifest/model';
import type { WorkspaceFiles } from '../../core/ports';
import type { Failure } from '../../core/run/failure';
import { outputsOf, pathInWorkspace } from '../judgeAttempt';

/** A word of a command that is a script: `python train.py`, `bash tools/run.sh`. */
const scriptWord = /(?:^|[\s;&|(])((?:[\w./+-]+\/)?[\w.+-]+\.(?:py|sh|bash|r|jl|lua|js|mjs))(?=$|[\s;&|)])/gi;

/** Scripts that a command names by a relative path. */
export function scriptsOf(command: string): string[] {
  return [...command.matchAll(scriptWord)]
    .map((match) => match[1]!)
    .filter((path) => !path.startsWith('/') && !path.startsWith('-'));
}

/**
 * Without an author agent, implementing is finding out whether everything that the manifest starts is there. A run
 * whose script is missing fails before it starts, with the place that names it; the others go on.
 */
export async function findMissingScripts(
  jobs: readonly Job[],
  files: WorkspaceFiles,
  manifestPath: string,
  /** Also of runs that wait for others, save what those are declared to write. */
  ofAll = false,
): Promise<ReadonlyMap<string, Failure>> {
  const missing = new Map<string, Failure>();
  const seen = new Map<string, boolean>();
  const outputs = ofAll
    ? new Set(jobs.flatMap((job) => outputsOf(job).map((path) => pathInWorkspace(job, path))))
    : new Set<string>();
  for (const job of jobs) {
    // What a run before it may still write cannot be missed yet.
    if (!ofAll && job.dependsOn.length > 0) continue;
    if (job.cwd.startsWith('/') || /(^|[\s;&|])(cd|pushd)\s/.test(job.command)) continue;
    for (const script of scriptsOf(job.command)) {
      const path = pathInWorkspace(job, script);
      if (!seen.has(path)) seen.set(path, await files.exists(path));
      if (seen.get(path) || outputs.has(path)) continue;
      const line = job.span ? `:${job.span.start.line}` : '';
      missing.set(job.id, {
        class: 'missing-file',
        message: `${manifestPath}${line} starts ${job.id} with ${path}, which does not exist`,
        evidence: [],
        advice: `Write ${path}, or correct the command in ${manifestPath}${line}; then run again`,
      });
      break;
    }
  }
  return missing;
}
