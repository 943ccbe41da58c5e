import { beforeAll, describe, expect, it } from 'vitest';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import type { RunsPage, RunsQuery } from '../../../src/protocol/runs';
import type { ViewInput } from '../../../src/views/input';
import { headerView } from '../../../src/views/header';
import { defaultRunsQuery, runsPage } from '../../../src/views/runs';
import { Story, loadDigits } from './digits';

let study: StudyDeclaration;
let input: ViewInput;
beforeAll(async () => {
  const digits = await loadDigits();
  study = digits.study;
  const story = new Story(study).toCheckpoint().approve();
  story
    .run('R002')
    .wait(5000)
    .complete('R002', 0.9)
    .run('R003')
    .wait(1000)
    .complete('R003', 0.8)
    .run('R004')
    .fail('R004')
    .run('R005');
  input = story.view(digits.inputs);
});

const page = (query: Partial<RunsQuery>, from = input): RunsPage =>
  runsPage(from.state, { ...defaultRunsQuery, range: { start: 0, count: 1000 }, ...query }, from);
const ids = (shown: RunsPage) => shown.lines.flatMap((line) => (line.kind === 'run' ? [line.run.id] : []));

describe('the page of runs', () => {
  it('groups by milestone in run order, with a summary of each', () => {
    const groups = page({}).lines.filter((line) => line.kind === 'group');
    expect(groups.map(({ label, summary }) => [label, summary])).toEqual([
      ['M0 Sanity', '1 done'],
      ['M1 Baseline', '1 failed · 1 running · 6 waiting · 2 done'],
      ['M2 Main method', '5 waiting'],
      ['M3 Ablation', '8 waiting'],
    ]);
  });

  it('searches id, system and command, every word of it', () => {
    expect(ids(page({ search: 'NOCLIP r02' }))).toEqual(['R020', 'R021']);
    expect(page({ search: 'noclip' })).toMatchObject({ matching: 5, total: 24 });
  });

  it('filters by status and system together', () => {
    expect(ids(page({ statuses: ['completed', 'failed'], systems: ['sgd'] }))).toEqual([
      'R002',
      'R003',
      'R004',
    ]);
    expect(ids(page({ hosts: ['local'] }))).toEqual(['R001', 'R002', 'R003', 'R004', 'R005']);
  });

  it('sorts by metric, with the runs that have none last whichever way', () => {
    const sorted = (descending: boolean) =>
      ids(page({ group: 'none', sort: { key: 'metric', descending } })).slice(0, 4);
    expect(sorted(true)).toEqual(['R002', 'R003', 'R001', 'R004']);
    expect(sorted(false)).toEqual(['R001', 'R003', 'R002', 'R004']);
  });

  it('lists what needs eyes first when grouped by status', () => {
    const groups = page({ group: 'status' }).lines.filter((line) => line.kind === 'group');
    expect(groups.map(({ key }) => key)).toEqual(['failed', 'running', 'pending', 'completed']);
  });

  it('a folded group keeps its line and hides its runs', () => {
    const folded = page({ collapsed: ['M1', 'M3'] });
    expect(folded.totalLines).toBe(4 + 1 + 5);
    expect(ids(folded)).toEqual(['R001', 'R012', 'R013', 'R014', 'R015', 'R016']);
  });

  it('any range of lines is the same piece of the whole', () => {
    const whole = page({ collapsed: ['M2'] });
    for (let start = 0; start <= whole.totalLines; start += 3)
      for (const count of [1, 4, 50]) {
        const part = page({ collapsed: ['M2'], range: { start, count } });
        expect(part.lines).toEqual(whole.lines.slice(start, start + count));
        expect(part.totalLines).toBe(whole.totalLines);
      }
  });

  it('ids are in the order in which people count', () => {
    const jobs = ['s10', 's9', 's100', 's1'].map((id) => ({ ...study.jobs[0]!, id, milestone: null }));
    const queue = new Story({ ...study, kind: 'queue', milestones: [], runs: [], jobs });
    expect(ids(page({ group: 'none' }, queue.view(input.inputs)))).toEqual(['s1', 's9', 's10', 's100']);
  });
});

describe('10,000 runs', () => {
  it('a page and its header are computed in a few milliseconds', () => {
    const jobs = Array.from({ length: 10_000 }, (_, at) => ({
      ...study.jobs[at % study.jobs.length]!,
      ...{
        id: `s${at}`,
        seed: at % 7,
        system: `system ${at % 23}`,
        milestone: study.jobs[at % study.jobs.length]!.milestone,
      },
    }));
    const story = new Story({ ...study, runs: [], jobs });
    const queries: Partial<RunsQuery>[] = [
      {},
      { search: 's99 system' },
      { group: 'system', sort: { key: 'elapsed', descending: true } },
      { group: 'none', sort: { key: 'metric', descending: false }, range: { start: 5000, count: 60 } },
    ];
    for (let round = 0; round < 12; round++) {
      // Every round is a new state, as when a run ends while somebody looks.
      story.run(`s${round}`).wait(100).complete(`s${round}`, 0.5);
      const view = story.view(input.inputs);
      for (const query of queries)
        expect(page({ range: { start: 0, count: 60 }, ...query }, view).lines).toHaveLength(60);
    }
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      story
        .run(`s${100 + round}`)
        .wait(100)
        .complete(`s${100 + round}`, 0.5);
      const view = story.view(input.inputs);
      const begun = performance.now();
      headerView(view);
      page({ ...queries[round % queries.length], range: { start: 100, count: 60 } }, view);
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    console.log(
      `10,000 runs: header and page in ${times[5]!.toFixed(1)} ms (median), ${times[9]!.toFixed(1)} ms (slowest)`,
    );
    // Generous for a busy machine; the figure that counts is printed.
    expect(times[5]).toBeLessThan(100);
  });
});
