import type { StudyState } from '../core/run/state';
import type { RunGroupKey, RunsLine, RunsPage, RunsQuery, RunStatus } from '../protocol/runs';
import type { ViewInput } from './input';
import { metricOf, runRow } from './runRow';
import { searchText, studyIndex, type RunEntry, type StudyIndex } from './studyIndex';
import { elapsedMs } from './time';
import { describeCounts, describeStatus, statusOrder } from './words';

export const defaultRunsQuery: RunsQuery = {
  search: '',
  statuses: [],
  systems: [],
  hosts: [],
  group: 'milestone',
  sort: { key: 'id', descending: false },
  collapsed: [],
  range: { start: 0, count: 60 },
};

/**
 * The page of runs: filtered, sorted, grouped, and of all that only the lines that are asked for. Rows are made for
 * those alone, which keeps 10,000 runs within a few milliseconds.
 */
export function runsPage(state: StudyState, query: RunsQuery, input: ViewInput): RunsPage {
  const index = studyIndex(state);
  const matching = sorted(filtered(index.entries, query), query, state, input);
  const groups = grouped(matching, query.group, state, input);
  const collapsed = new Set(query.collapsed);
  const { start, count } = query.range;
  const end = start + count;
  const lines: RunsLine[] = [];
  let at = 0;
  for (const group of groups) {
    const folded = collapsed.has(group.key);
    if (query.group !== 'none') {
      if (at >= start && at < end) lines.push(groupLine(group, folded, input));
      at++;
    }
    if (folded) continue;
    const from = Math.max(0, start - at);
    const to = Math.min(group.entries.length, end - at);
    for (let i = from; i < to; i++) lines.push({ kind: 'run', run: runRow(state, group.entries[i]!, input) });
    at += group.entries.length;
  }
  return {
    kind: 'runs',
    query,
    lines,
    totalLines: at,
    matching: matching.length,
    total: index.entries.length,
    systems: index.systems,
    hosts: index.hosts,
  };
}

function filtered(entries: readonly RunEntry[], query: RunsQuery): readonly RunEntry[] {
  const words = query.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length + query.statuses.length + query.systems.length + query.hosts.length === 0) return entries;
  const statuses = new Set<RunStatus>(query.statuses);
  const systems = new Set(query.systems);
  const hosts = new Set(query.hosts);
  return entries.filter(
    (entry) =>
      (statuses.size === 0 || statuses.has(entry.status)) &&
      (systems.size === 0 || (entry.system !== null && systems.has(entry.system))) &&
      (hosts.size === 0 || (entry.host !== null && hosts.has(entry.host))) &&
      (words.length === 0 || words.every((word) => searchText(entry).includes(word))),
  );
}

type SortValue = string | number | null;

/** Entries come in the order of their ids, which stands wherever the sort key is equal. */
function sorted(
  entries: readonly RunEntry[],
  { sort }: RunsQuery,
  state: StudyState,
  input: ViewInput,
): readonly RunEntry[] {
  if (sort.key === 'id') return sort.descending ? [...entries].reverse() : entries;
  const value = sortValue(sort.key, state, input);
  const keyed = entries.map((entry, at) => ({ entry, value: value(entry), at }));
  const sign = sort.descending ? -1 : 1;
  keyed.sort((a, b) => {
    // What is not known stands last, whichever way is sorted.
    if (a.value === null || b.value === null)
      return a.value === b.value ? a.at - b.at : a.value === null ? 1 : -1;
    return sign * order(a.value, b.value) || a.at - b.at;
  });
  return keyed.map(({ entry }) => entry);
}

function sortValue(
  key: Exclude<RunsQuery['sort']['key'], 'id'>,
  state: StudyState,
  { now }: ViewInput,
): (entry: RunEntry) => SortValue {
  switch (key) {
    case 'status':
      return (entry) => statusOrder.indexOf(entry.status);
    case 'system':
      return (entry) => entry.system;
    case 'seed':
      return (entry) => entry.seed;
    case 'elapsed':
      return (entry) => elapsedMs(entry, now);
    case 'metric':
      return (entry) => metricOf(state, entry)?.value ?? null;
    case 'host':
      return (entry) => entry.host;
  }
}

function order(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Group {
  readonly key: string;
  readonly label: string;
  readonly entries: readonly RunEntry[];
}

function grouped(
  entries: readonly RunEntry[],
  by: RunGroupKey,
  state: StudyState,
  { t }: ViewInput,
): readonly Group[] {
  if (by === 'none') return [{ key: '', label: '', entries }];
  const groups = gathered(entries, by, studyIndex(state));
  const label = (key: string): string => {
    if (key === '') return t('none');
    if (by === 'milestone') return milestoneLabel(key, state.milestones.get(key)?.milestone.name);
    if (by === 'status') return describeStatus(key as RunStatus, t);
    return by === 'seed' ? t('seed {0}', key) : key;
  };
  const list = [...groups].filter(([, members]) => members.length > 0);
  if (by === 'status') list.sort(([a], [b]) => statusRank(a) - statusRank(b));
  else if (by === 'seed') list.sort(([a], [b]) => seedRank(a) - seedRank(b));
  else if (by !== 'milestone') list.sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : order(a, b)));
  return list.map(([key, members]) => ({ key, label: label(key), entries: members }));
}

/** Milestones and phases stand in run order. */
function gathered(
  entries: readonly RunEntry[],
  by: Exclude<RunGroupKey, 'none'>,
  index: StudyIndex,
): ReadonlyMap<string, readonly RunEntry[]> {
  const groups = new Map<string, RunEntry[]>();
  if (by === 'milestone') {
    // All of them in their usual order: that is what the index has already.
    if (entries === index.entries)
      return new Map([...index.byMilestone].map(([id, milestone]) => [id, milestone.entries]));
    for (const id of index.byMilestone.keys()) groups.set(id, []);
  }
  for (const entry of entries) {
    const key = groupKey(entry, by);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}

const statusRank = (key: string) => statusOrder.indexOf(key as RunStatus);
const seedRank = (key: string) => (key === '' ? Number.POSITIVE_INFINITY : Number(key));

function groupKey(entry: RunEntry, by: Exclude<RunGroupKey, 'none'>): string {
  switch (by) {
    case 'milestone':
      return entry.milestone;
    case 'system':
      return entry.system ?? '';
    case 'seed':
      return entry.seed === null ? '' : String(entry.seed);
    case 'host':
      return entry.host ?? '';
    case 'status':
      return entry.status;
  }
}

/** `M2 Main method`; a name that begins with the id is not doubled. */
export function milestoneLabel(id: string, name: string | undefined): string {
  if (name === undefined || name === '' || name === id) return id;
  return name.toLowerCase().startsWith(id.toLowerCase()) ? name : `${id} ${name}`;
}

function groupLine(group: Group, collapsed: boolean, { t }: ViewInput): RunsLine {
  const counts = new Map<RunStatus, number>();
  for (const { status } of group.entries) counts.set(status, (counts.get(status) ?? 0) + 1);
  return { kind: 'group', key: group.key, label: group.label, summary: describeCounts(counts, t), collapsed };
}
