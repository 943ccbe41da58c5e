import { statSync } from 'node:fs';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { RemoteFollower, RemoteMetrics } from '../core/results/remoteMetrics';
import type { FollowedRun, MetricFollower, MetricSource } from '../core/results/metricSource';
import type { MetricPoint } from '../core/results/metricStream';
import { type StreamCandidate, streamFolders, streamsOf } from '../core/results/streamFiles';
import { FileFollower } from './fileFollower';

/** New files are looked for this often while a run has none, and less often once it has some. */
const searchMs = 2000;
const searchAgainMs = 15_000;
/** What was found in a folder serves every run that looks there so soon after. */
const sharedMs = 1000;
const deepestFolder = 4;

/** Metrics of runs on this machine, read from whatever files they write; of those that write none, from `remote`. */
export function metricsOf(remote: RemoteMetrics | null): MetricSource {
  return { follow: (run, take) => new RunFollower(run, take, remote?.follow(run, take) ?? null) };
}

/** Files alone. */
export const metricFiles: MetricSource = metricsOf(null);

/**
 * Follows all files of one run. The log is read only while no file with a structure is found: what a program prints it
 * mostly logs as well, and a curve of both would show each value twice. For the same reason a service is asked only then,
 * and what it has stands before the log.
 */
class RunFollower implements MetricFollower {
  private readonly files = new Map<string, FileFollower>();
  private log: FileFollower | null = null;
  private searchedAt = Number.NEGATIVE_INFINITY;
  private busy: Promise<void> | null = null;

  constructor(
    private readonly run: FollowedRun,
    private readonly take: (point: MetricPoint) => void,
    private readonly remote: RemoteFollower | null,
  ) {}

  refresh(ended: boolean): Promise<void> {
    this.busy ??= this.read(ended).finally(() => (this.busy = null));
    return this.busy;
  }

  private async read(ended: boolean): Promise<void> {
    const pause = this.files.size === 0 ? searchMs : searchAgainMs;
    if (ended || performance.now() - this.searchedAt > pause) {
      this.searchedAt = performance.now();
      for (const path of streamsOf(this.run, await this.candidates(ended)))
        if (!this.files.has(path))
          this.files.set(path, new FileFollower(join(this.run.cwd, path), this.take));
    }
    for (const file of this.files.values()) await file.refresh(ended);
    if (this.files.size > 0 || this.run.log === null) return;
    // What was read in the log before the service had anything is written anew by it, as by a resumed run.
    if (this.remote !== null && (await this.remote.refresh(ended))) return;
    this.log ??= new FileFollower(this.run.log, this.take);
    await this.log.refresh(ended);
  }

  private candidates(ended: boolean): Promise<StreamCandidate[]> {
    const folders = streamFolders(this.run).filter((folder) => isFolder(join(this.run.cwd, folder)));
    const key = [this.run.cwd, ...folders].join('\n');
    const known = searches.get(key);
    // Runs of one study mostly write into the same folders. The last look at a run is its own: what it wrote at its end counts.
    if (!ended && known !== undefined && performance.now() - known.at < sharedMs) return known.found;
    if (searches.size > 1000) searches.clear();
    const found = findStreams(this.run.cwd, folders);
    searches.set(key, { at: performance.now(), found });
    found.catch(() => searches.delete(key));
    return found;
  }
}

/** Most words of a command name none: nothing is searched for them. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const searches = new Map<string, { readonly at: number; readonly found: Promise<StreamCandidate[]> }>();

async function findStreams(cwd: string, folders: readonly string[]): Promise<StreamCandidate[]> {
  const patterns = folders.flatMap((folder) => {
    const base = folder === '.' ? '' : `${escape(folder)}/`;
    // The working folder itself may be anything: only its own files are looked at.
    const below = folder === '.' ? '' : '**/';
    return [`${base}${below}*.{jsonl,ndjson,csv,tsv}`, `${base}${below}events.out.tfevents.*`];
  });
  const paths = await glob(patterns, {
    ...{ cwd, deep: deepestFolder, onlyFiles: true, followSymbolicLinks: false },
    ignore: ['**/node_modules/**', '**/.*/**', '.*/**', 'data/**'],
    expandDirectories: false,
  });
  return paths.flatMap((path): StreamCandidate[] => {
    try {
      return [{ path, modifiedMs: statSync(join(cwd, path)).mtimeMs }];
    } catch {
      return [];
    }
  });
}

function escape(path: string): string {
  return path.replace(/[()[\]{}!*?+@|\\]/g, '\\$&');
}
