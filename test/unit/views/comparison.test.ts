import { beforeAll, describe, expect, it } from 'vitest';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import type { RunPair } from '../../../src/protocol/comparison';
import { parseToPanel } from '../../../src/protocol/parseToPanel';
import { changedFiles, comparisonView, type CodeTree } from '../../../src/views/comparison';
import { milestoneNodes, runNodes } from '../../../src/views/tree';
import { loadDigits, Story, viewOf } from './digits';

let study: StudyDeclaration;
beforeAll(async () => ({ study } = await loadDigits()));

const compare = (story: Story, runs: RunPair, trees: readonly [CodeTree | null, CodeTree | null]) =>
  comparisonView(story.fold.state, runs, trees, viewOf({}));

describe('two runs compared', () => {
  it('show what they are set up with, and mark what differs', () => {
    const [first, second] = study.jobs.filter(({ system }) => system !== null).slice(0, 2);
    const story = new Story(study)
      .run(first!.id)
      .complete(first!.id, 0.91)
      .run(second!.id)
      .complete(second!.id, 0.934);
    const view = compare(story, [first!.id, second!.id], [null, null])!;
    const command = view.facts.find(({ label }) => label === 'Command')!;
    expect(command.values).toEqual([first!.command, second!.command]);
    expect(command.same).toBe(false);
    expect(view.facts.find(({ label }) => label === 'Status')).toMatchObject({
      values: ['done', 'done'],
      same: true,
    });
    expect(view.metrics).toEqual([
      { name: 'test/accuracy', values: ['0.910', '0.934'], difference: '+0.024' },
    ]);
    expect(view.files).toBeNull();
    expect(view.logs).toBe(true);
    expect(parseToPanel({ type: 'comparison', comparison: view })).toMatchObject({ ok: true });
  });

  it('a number that only one has is shown without a difference, and no log is offered of what never started', () => {
    const [first, second] = study.jobs;
    const story = new Story(study).run(first!.id).complete(first!.id, 0.9);
    const view = compare(story, [first!.id, second!.id], [null, null])!;
    expect(view.metrics).toEqual([{ name: 'test/accuracy', values: ['0.9', null], difference: null }]);
    expect(view.logs).toBe(false);
  });

  it('name each file of code that differs, and from which side it is missing', () => {
    const before = { 'a.py': '1', 'b.py': '2', 'gone.py': '3' };
    expect(changedFiles(before, { 'a.py': '1', 'b.py': '9', 'new.py': '4' })).toEqual([
      { path: 'b.py', change: 'edited' },
      { path: 'gone.py', change: 'removed' },
      { path: 'new.py', change: 'added' },
    ]);
    expect(changedFiles(before, before)).toEqual([]);
  });

  it('are nothing when one of them is not there', () => {
    expect(compare(new Story(study), [study.jobs[0]!.id, 'no such run'], [null, null])).toBeNull();
  });
});

describe('a filtered tree', () => {
  it('lists the milestones and runs that have every word, in whatever order and place', () => {
    const input = viewOf({ state: new Story(study).run('R002').complete('R002', 0.9).fold.state });
    const all = milestoneNodes(input);
    const done = milestoneNodes(input, 'done r002');
    expect(done.map(({ name }) => name)).toEqual([study.jobs.find(({ id }) => id === 'R002')!.milestone]);
    expect(runNodes(done[0]!.name, input, 'done r002').nodes.map(({ name }) => name)).toEqual(['R002']);
    expect(milestoneNodes(input, 'nothing has this')).toEqual([]);
    expect(milestoneNodes(input, '  ')).toEqual(all);
  });
});
