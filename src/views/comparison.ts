import type { Environment } from '../core/manifest/model';
import { decimalsFor, formatDifference, formatNumber } from '../core/results/number';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { ComparedFact, ComparedFile, ComparisonView, RunPair } from '../protocol/comparison';
import { milestoneLabel } from './runs';
import { studyIndex, type RunEntry } from './studyIndex';
import { elapsedMs } from './time';
import { describeDuration, describeStatus } from './words';

/** Path -> sha256 of the code that a run started with; null: none was kept. */
export type CodeTree = Readonly<Record<string, string>>;

/** Two runs side by side; null where one of them is not (or no longer) there. */
export function comparisonView(
  state: StudyState,
  runs: RunPair,
  trees: readonly [CodeTree | null, CodeTree | null],
  { t, now }: { readonly t: Translate; readonly now: number },
): ComparisonView | null {
  const index = studyIndex(state);
  const [first, second] = [index.find(runs[0]), index.find(runs[1])];
  if (first === null || second === null) return null;
  return {
    runs,
    facts: facts(state, [first, second], now, t),
    metrics: metrics([first, second]),
    files: trees[0] === null || trees[1] === null ? null : changedFiles(trees[0], trees[1]),
    logs: first.attempt !== null && second.attempt !== null,
  };
}

/** Names of the snapshots of code that two runs started with. */
export function codeOf(state: StudyState, runs: RunPair): readonly [string | null, string | null] {
  const index = studyIndex(state);
  const of = (run: string) => index.find(run)?.attempt?.code ?? null;
  return [of(runs[0]), of(runs[1])];
}

/** Where each file of two snapshots differs, by path. */
export function changedFiles(before: CodeTree, after: CodeTree): readonly ComparedFile[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.flatMap((path): ComparedFile[] => {
    if (before[path] === after[path]) return [];
    const change = !(path in before) ? 'added' : !(path in after) ? 'removed' : 'edited';
    return [{ path, change }];
  });
}

type Pair = readonly [RunEntry, RunEntry];

function facts(state: StudyState, pair: Pair, now: number, t: Translate): readonly ComparedFact[] {
  const milestone = ({ milestone: id }: RunEntry) =>
    id === '' ? null : milestoneLabel(id, state.milestones.get(id)?.milestone.name);
  const duration = (entry: RunEntry) => {
    const ms = elapsedMs(entry, now);
    return ms === null ? null : describeDuration(ms, t);
  };
  const setup = (entry: RunEntry) => entry.job?.job.setup.trim() || null;
  const list: readonly [string, (entry: RunEntry) => string | null][] = [
    [t('Status'), ({ status }) => describeStatus(status, t)],
    [t('Milestone'), milestone],
    [t('System'), ({ system }) => system],
    [t('Seed'), ({ seed }) => (seed === null ? null : String(seed))],
    ...parameterNames(pair).map((name): [string, (entry: RunEntry) => string | null] => [
      name,
      ({ job }) => textOf(job?.job.parameters[name]),
    ]),
    [t('Command'), ({ job }) => job?.job.command ?? null],
    [t('Folder'), ({ job }) => job?.job.cwd ?? null],
    [t('Environment'), ({ job }) => (job === null ? null : environment(job.job.environment))],
    [t('Setup'), setup],
    [t('Where'), ({ host }) => host],
    [t('GPUs'), ({ attempt }) => (attempt === null ? null : attempt.gpus.join(', ') || t('CPU'))],
    [t('Elapsed'), duration],
    [t('Attempts'), ({ job }) => (job === null ? null : String(job.attempts.length))],
  ];
  return list.flatMap(([label, read]) => {
    const values = [read(pair[0]), read(pair[1])] as const;
    if (values[0] === null && values[1] === null) return [];
    return [{ label, values, same: values[0] === values[1] }];
  });
}

/** What made the runs in their grid, but for what has a line of its own. */
function parameterNames(pair: Pair): readonly string[] {
  const names = pair.flatMap(({ job }) => Object.keys(job?.job.parameters ?? {}));
  return [...new Set(names)].filter((name) => name !== 'seed' && name !== 'system').sort();
}

function textOf(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}

function environment(of: Environment): string | null {
  if (of.kind === 'none') return null;
  return of.kind === 'conda' ? `conda ${of.name}` : `venv ${of.path}`;
}

function metrics(pair: Pair): ComparisonView['metrics'] {
  const of = ({ job }: RunEntry) => (job?.phase.kind === 'completed' ? job.phase.metrics : []);
  const [first, second] = [of(pair[0]), of(pair[1])];
  const names = [...new Set([...first, ...second].map(({ name }) => name))];
  return names.map((name) => {
    const a = first.find((each) => each.name === name)?.value ?? null;
    const b = second.find((each) => each.name === name)?.value ?? null;
    const decimals = decimalsFor([a, b].filter((value) => value !== null));
    const text = (value: number | null) => (value === null ? null : formatNumber(value, decimals));
    return {
      name,
      values: [text(a), text(b)],
      difference: a === null || b === null ? null : formatDifference(b - a, decimals),
    };
  });
}
