import { beforeAll, describe, expect, it } from 'vitest';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import type { CurvesQuery } from '../../../src/protocol/curves';
import { curveRuns, curvesView, type ReadRun } from '../../../src/views/curves';
import { meanCurve, type PlainCurve } from '../../../src/views/meanCurve';
import { loadDigits, Story } from './digits';

const curve = (
  values: readonly number[],
  { every = 1, gaps = [] as readonly number[] } = {},
): PlainCurve => ({
  points: values.map((value, at) => ({ step: at * every, value })),
  gaps,
});

describe('the mean of runs', () => {
  it('is taken step by step, with the sample standard deviation and the count', () => {
    const mean = meanCurve([curve([1, 2]), curve([3, 6])], 100);
    expect([...mean.values]).toEqual([2, 4]);
    expect(mean.spread![0]).toBeCloseTo(Math.SQRT2, 12);
    expect(mean.spread![1]).toBeCloseTo(Math.sqrt(8), 12);
    expect([...mean.counts!]).toEqual([2, 2]);
  });

  it('keeps the digits of large values that lie close together', () => {
    const { spread } = meanCurve([curve([1e9 + 4]), curve([1e9 + 7]), curve([1e9 + 13])], 100);
    expect(spread![0]).toBeCloseTo(Math.sqrt(21), 9);
  });

  it('takes a run to go straight between two of its points, and not to go on after its last', () => {
    const mean = meanCurve([curve([0, 10], { every: 2 }), curve([0, 1, 2, 3])], 100);
    expect([...mean.steps]).toEqual([0, 1, 2, 3]);
    expect([...mean.values]).toEqual([0, 3, 6, Number.NaN]);
    expect([...mean.counts!]).toEqual([2, 2, 2, 1]);
  });

  it('says nothing where fewer than half of the runs have a value', () => {
    const mean = meanCurve([curve([1, 1, 1]), curve([1]), curve([1]), curve([1])], 100);
    expect([...mean.values]).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('leaves a run out where it wrote no number, up to its next one', () => {
    const broken: PlainCurve = {
      points: [
        { step: 0, value: 4 },
        { step: 3, value: 4 },
      ],
      gaps: [1],
    };
    const mean = meanCurve([broken, curve([2, 2, 2, 2]), curve([2, 2, 2, 2])], 100);
    expect([...mean.counts!]).toEqual([3, 2, 2, 3]);
    expect(mean.values[2]).toBe(2);
  });

  it('of one run is that run, with its gaps and every point that was read', () => {
    const alone = meanCurve([curve([1, 2, 3], { gaps: [1.5] })], 2);
    expect([...alone.steps]).toEqual([0, 1, 1.5, 2]);
    expect([...alone.values]).toEqual([1, 2, Number.NaN, 3]);
    expect(alone.spread).toBeNull();
  });

  it('keeps the first and the last step when there are more than asked for', () => {
    const values = Array.from({ length: 1000 }, (_, at) => at);
    const { steps } = meanCurve([curve(values), curve(values)], 11);
    expect(steps).toHaveLength(11);
    expect([steps[0], steps[10]]).toEqual([0, 999]);
  });
});

describe('curves of a study', () => {
  let study: StudyDeclaration;
  beforeAll(async () => ({ study } = await loadDigits()));
  const query: CurvesQuery = { metric: null, runs: null, milestone: null, by: 'system', points: 100 };
  const started = () => {
    const story = new Story(study).run('R001').toCheckpoint().approve();
    for (const { id } of study.jobs.slice(1)) story.run(id);
    return story.fold.state;
  };
  const read = (runs: readonly string[], names: readonly string[] = ['val/accuracy']): ReadRun[] =>
    runs.map((run, at) => ({
      run,
      curves: names.map((series) => ({ series, ...curve([at, at + 1]), restarts: [] })),
    }));

  it('are those of all milestones but sanity, or of the one that is chosen', () => {
    const state = started();
    expect(curveRuns(state, query).runs).toHaveLength(23);
    expect(curveRuns(state, query).runs).not.toContain('R001');
    expect(curveRuns(state, { ...query, milestone: 'M2' }).runs).toEqual([
      'R012',
      'R013',
      'R014',
      'R015',
      'R016',
    ]);
    expect(curveRuns(state, { ...query, milestone: 'M0' }).runs).toEqual(['R001']);
  });

  it('are one line a system with its runs, or one a run', () => {
    const state = started();
    const systems = curvesView(state, query, read(['R002', 'R003', 'R012']), 0);
    expect(systems.series.map(({ key, runs }) => [key, runs.length])).toEqual([
      ['sgd', 2],
      ['momentum', 1],
    ]);
    const runs = curvesView(state, { ...query, by: 'run' }, read(['R002', 'R012']), 0);
    expect(runs.series.map(({ label }) => label)).toEqual(['R002 sgd s=1', 'R012 momentum s=1']);
  });

  it('are of the metric that matters and that most runs write; one that is asked for and gone gives way', () => {
    const state = started();
    const mixed = [
      ...read(['R002'], ['accuracy']),
      ...read(['R003', 'R004'], ['train/loss', 'val/accuracy']),
    ];
    const view = curvesView(state, { ...query, metric: 'gone' }, mixed, 0);
    expect(view.metric).toBe('val/accuracy');
    expect(view.metrics).toEqual(['accuracy', 'train/loss', 'val/accuracy']);
    expect(view.silent).toBe(1);
  });

  it('beyond what can be drawn are counted, and none is left out for another system’s tenth seed', () => {
    const [job] = study.jobs;
    const many = (system: string, count: number) =>
      Array.from({ length: count }, (_, seed) => ({
        ...{ ...job!, id: `${system}-${seed}`, system, seed, milestone: 'M2' },
      }));
    const wide = { ...study, jobs: [...many('a', 150), ...many('b', 30)], runs: [] };
    const story = new Story(wide);
    for (const { id } of wide.jobs) story.run(id);
    const { runs, omitted } = curveRuns(story.fold.state, { ...query, by: 'run' });
    expect(runs).toHaveLength(100);
    expect(omitted).toBe(80);
    expect(runs.filter((run) => run.startsWith('b-'))).toHaveLength(30);
  });
});
