import { mainSeries } from '../core/results/runSeries';
import type { StudyState } from '../core/run/state';
import type { CurveSeries, CurvesQuery, CurvesView } from '../protocol/curves';
import { meanCurve, type PlainCurve } from './meanCurve';
import { milestoneLabel } from './runs';
import { studyIndex, type RunEntry } from './studyIndex';

/** Lines in one picture; more are a carpet. */
const mostLines = 100;
/** Runs that are read for one picture. */
const mostRuns = 128;

/** The curves of one run as they were read: each with ascending steps and finite values. */
export interface ReadRun {
  readonly run: string;
  readonly curves: readonly (PlainCurve & {
    readonly series: string;
    readonly restarts: readonly number[];
  })[];
}

/** The runs whose curves are to be read for a query, and how many more there are. Runs that never started have none. */
export function curveRuns(
  state: StudyState,
  query: CurvesQuery,
): { readonly runs: readonly string[]; readonly omitted: number } {
  const wanted = entriesOf(state, query).filter(({ attempt }) => attempt !== null);
  const most = query.by === 'run' ? mostLines : mostRuns;
  const runs = takeInTurns(wanted, most).map(({ id }) => id);
  return { runs, omitted: wanted.length - runs.length };
}

/** What is drawn: one line a run, or the mean of each system's runs. */
export function curvesView(
  state: StudyState,
  query: CurvesQuery,
  read: readonly ReadRun[],
  omitted: number,
): CurvesView {
  const metrics = [...new Set(read.flatMap(({ curves }) => curves.map(({ series }) => series)))].sort();
  const chosen = query.metric !== null && metrics.includes(query.metric) ? query.metric : null;
  const metric = chosen ?? mainMetric(read, state.study?.primaryMetric?.name ?? null);
  const index = studyIndex(state);
  const drawn = read.flatMap(({ run, curves }) => {
    const curve = curves.find(({ series, points }) => series === metric && points.length > 0);
    const entry = index.find(run);
    return curve === undefined || entry === null ? [] : [{ entry, curve }];
  });
  const lines = query.by === 'run' ? drawn.map((each) => [each]) : bySystem(drawn);
  const shown = lines.slice(0, mostLines);
  const left = lines.slice(mostLines).reduce((sum, line) => sum + line.length, 0);
  return {
    query,
    metric,
    metrics,
    milestones: [...index.byMilestone.keys()]
      .filter((id) => id !== '')
      .map((id) => ({ id, label: milestoneLabel(id, state.milestones.get(id)?.milestone.name) })),
    series: shown.map((line) => seriesOf(line, query)),
    omitted: omitted + left,
    silent: read.length - drawn.length,
  };
}

/** The series that matters, of those that most runs write: a picture that leaves runs out is a poor first one. */
function mainMetric(read: readonly ReadRun[], primary: string | null): string | null {
  const writers = new Map<string, number>();
  for (const { curves } of read)
    for (const { series } of curves) writers.set(series, (writers.get(series) ?? 0) + 1);
  const most = Math.max(0, ...writers.values());
  return mainSeries(
    [...writers].flatMap(([name, count]) => (count === most ? [name] : [])),
    primary,
  );
}

interface Drawn {
  readonly entry: RunEntry;
  readonly curve: ReadRun['curves'][number];
}

function seriesOf(line: readonly Drawn[], query: CurvesQuery): CurveSeries {
  const [{ entry }] = line as [Drawn];
  const name = entry.system ?? entry.id;
  const single = query.by === 'run' ? `${entry.id} ${entry.system ?? ''}`.trim() : name;
  const seed = query.by === 'run' && entry.seed !== null ? ` s=${entry.seed}` : '';
  return {
    key: query.by === 'run' ? entry.id : name,
    label: `${single}${seed}`,
    system: entry.system,
    runs: line.map((each) => each.entry.id),
    ...meanCurve(
      line.map(({ curve }) => curve),
      query.points,
    ),
    // Of many runs the marks would say nothing.
    restarts: line.length === 1 ? line[0]!.curve.restarts : [],
    running: line.some(({ entry: { status } }) => status === 'running' || status === 'unreachable'),
  };
}

function bySystem(drawn: readonly Drawn[]): Drawn[][] {
  const systems = new Map<string, Drawn[]>();
  for (const each of drawn) {
    const key = each.entry.system ?? each.entry.id;
    const line = systems.get(key);
    if (line === undefined) systems.set(key, [each]);
    else line.push(each);
  }
  return [...systems.values()];
}

function entriesOf(state: StudyState, { runs, milestone }: CurvesQuery): readonly RunEntry[] {
  const index = studyIndex(state);
  if (runs !== null) return runs.flatMap((run) => index.find(run) ?? []);
  if (milestone !== null) return index.byMilestone.get(milestone)?.entries ?? [];
  const sanity = new Set(
    [...state.milestones.values()].flatMap(({ milestone: { id, kind } }) => (kind === 'sanity' ? [id] : [])),
  );
  return index.entries.filter((entry) => !sanity.has(entry.milestone));
}

/** The first of each system, then the second of each and so on: none is left out for another's tenth seed. */
function takeInTurns(entries: readonly RunEntry[], most: number): readonly RunEntry[] {
  if (entries.length <= most) return entries;
  const seen = new Map<string, number>();
  const turns = entries.map((entry, at) => {
    const key = entry.system ?? entry.id;
    const turn = seen.get(key) ?? 0;
    seen.set(key, turn + 1);
    return { entry, at, turn };
  });
  const taken = turns.sort((a, b) => a.turn - b.turn || a.at - b.at).slice(0, most);
  return taken.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}
