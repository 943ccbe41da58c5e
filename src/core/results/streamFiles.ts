import type { FollowedRun } from './metricSource';

/** A file that may hold a run's metrics. */
export interface StreamCandidate {
  /** Relative to the run's working folder. */
  readonly path: string;
  readonly modifiedMs: number;
}

/** Folders in which programs leave what they log, when nothing says more. */
const usualFolders = [
  'results',
  'logs',
  'runs',
  'outputs',
  'output',
  'metrics',
  'tensorboard',
  'lightning_logs',
];
const streamFile = /(\.(jsonl|ndjson|csv|tsv)|(^|\/)events\.out\.tfevents\.[^/]*)$/i;
/** Clocks of a file system and of a program that starts a run differ by less than this. */
const clockToleranceMs = 2000;

export function isTensorBoardFile(path: string): boolean {
  return /(^|\/)events\.out\.tfevents\./.test(path);
}

/** Folders, relative to the working folder, in which a run's metrics may appear. */
export function streamFolders(run: FollowedRun): readonly string[] {
  const parents = [...run.declared, ...wordsOf(run.command)].flatMap((path) => {
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    return /[*?{}[\]]/.test(parent) ? [] : [parent];
  });
  return [...new Set([...parents, ...wordsOf(run.command), ...usualFolders])].filter(isInside);
}

/**
 * Which files are this run's: those it declares, those whose path names the run as a word, and those that its command
 * names or that lie in a folder that its command names. A file that was last written before the run started is another
 * attempt's.
 */
export function streamsOf(run: FollowedRun, candidates: readonly StreamCandidate[]): readonly string[] {
  const escaped = run.run.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = new RegExp(`(^|[^A-Za-z0-9])${escaped}([^A-Za-z0-9]|$)`);
  const words = new Set(wordsOf(run.command));
  return candidates
    .filter(({ path, modifiedMs }) => {
      if (!streamFile.test(path) || modifiedMs < run.startedAt - clockToleranceMs) return false;
      if (run.declared.includes(path) || named.test(path) || words.has(path)) return true;
      return parentsOf(path).some((parent) => words.has(parent));
    })
    .map(({ path }) => path)
    .sort();
}

/** Words of a command that may be paths, `--out=x` included. */
function wordsOf(command: string): readonly string[] {
  return command
    .split(/[\s"'=;&|()<>]+/)
    .map((word) => word.replace(/^\.\//, '').replace(/\/+$/, ''))
    .filter((word) => /^[\w][\w.@:+/-]*$/.test(word) && isInside(word));
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..');
}

function parentsOf(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}
