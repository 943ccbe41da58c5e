import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome } from '../fakes/agentsClients';
import { SmallAuthor } from '../fakes/smallAuthor';
import { bridge, startBridge, until } from './harness/bridge';
import { waitsFor, Workspace, writeTally, writesResult } from './harness/workspace';

let workspace: Workspace;
let home: ClientHome;
let author: SmallAuthor;

beforeEach(() => {
  workspace = new Workspace();
  home = new ClientHome();
  author = new SmallAuthor(home);
  workspace.setUser({ 'bridge.author': author.setting, 'bridge.autoDeploy': false });
  study();
  workspace.write('evaluate.py', 'print("the labels of the data set")\n');
  workspace.write('train.py', 'lr = 0.1\n');
});
afterEach(async () => {
  // A run's own wrapper may still be on its way out; what an agent left would stay.
  await expect.poll(() => home.processes(), { timeout: 10_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

const call = (...args: string[]) => bridge(workspace, args, { env: { HOME: home.path } });
const study = (more: readonly string[] = []) =>
  writeTally(
    workspace,
    [
      { id: 'S', milestone: 'M0' },
      { id: 'A', milestone: 'M1' },
      ...more.map((id) => ({ id, milestone: 'M1', does: writesResult })),
    ],
    { evaluation: { script: 'evaluate.py', split: 'test', seeds: [1], type: 'real_gt' } },
  );

describe('the evaluation', () => {
  test('is locked with the approval; a change of it afterwards is asked about, and the results say so', async () => {
    const asked = await call('run');
    expect(asked.stdout).toContain('Approving locks the evaluation: evaluate.py, split test');
    expect((await call('approve')).code).toBe(0);
    const results = () => workspace.read('refine-logs/EXPERIMENT_RESULTS.md');
    expect(results()).not.toContain('locked evaluation was changed');
    study(['B']);
    workspace.write('evaluate.py', 'print("the teacher’s output")\n');
    const again = await call('run');
    expect(again.stdout).toContain('The locked evaluation was changed since (evaluate.py changed)');
    expect(again.stdout).toContain('Code diff: +3 -2 lines');
    expect((await call('changes', '--approved')).stdout).toContain('-print("the labels of the data set")');
    expect((await call('approve')).code).toBe(0);
    expect(results()).toMatch(/locked evaluation was changed after it was approved.*evaluate\.py changed/);
  });

  /** Two runs one after the other; the first ends a while after the gate is there. */
  const oneByOne = (more: Readonly<Record<string, unknown>> = {}) =>
    writeTally(
      workspace,
      [
        { id: 'S', milestone: 'M0' },
        { id: 'A', milestone: 'M1', does: `${waitsFor('gate')}\nsleep 2.5\n${writesResult}` },
        { id: 'B', milestone: 'M1', does: `${waitsFor('gate-b')}\n${writesResult}` },
      ],
      {
        max_parallel: 1,
        evaluation: { script: 'evaluate.py', split: 'test', seeds: [1], type: 'real_gt' },
        ...more,
      },
    );
  const untilRunning = (id: string) => until(`${id} runs`, () => workspace.ledger().includes(id));

  test('that is changed while runs go on voids the approval: what runs ends, nothing more starts, and the results say who insisted', async () => {
    oneByOne();
    const running = startBridge(workspace, ['run', '--yes'], { env: { HOME: home.path } });
    await untilRunning('A');
    workspace.write('evaluate.py', 'print("always right")\n');
    workspace.write('gate', '');
    const { stderr, stdout } = await running.ended;
    expect(stderr).toContain('What was approved has changed (evaluate.py changed)');
    expect(stderr).toContain('The locked evaluation was changed: evaluate.py changed');
    expect(stdout).toContain('The locked evaluation was changed since (evaluate.py changed)');
    expect(workspace.ledger()).toEqual(['S', 'A']);
    workspace.write('gate-b', '');
    expect((await call('approve')).code).toBe(0);
    expect(workspace.ledger()).toEqual(['S', 'A', 'B']);
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toMatch(
      /locked evaluation was changed after it was approved, and \S.* approved it again: evaluate\.py changed/,
    );
  });

  test('whose split is a file of data voids the approval as well, and bridge.autoDeploy does not approve that', async () => {
    workspace.setUser({ 'bridge.autoDeploy': true });
    workspace.write('data/test.txt', '1\n2\n');
    oneByOne({ data: ['data'], evaluation: { script: 'evaluate.py', split: 'data/test.txt' } });
    const running = startBridge(workspace, ['run'], { env: { HOME: home.path } });
    await untilRunning('A');
    workspace.write('data/test.txt', '1\n');
    workspace.write('gate', '');
    const { stderr, stdout } = await running.ended;
    expect(stderr).toContain('What was approved has changed (data/test.txt changed)');
    expect(stderr).toContain(
      'The locked evaluation was changed: you approve that, bridge.autoDeploy does not',
    );
    expect(stdout).toContain('The locked evaluation was changed since (data/test.txt changed)');
    expect(workspace.ledger()).toEqual(['S', 'A']);
  });

  test('that is changed while the last run goes on stands in the results as approved by nobody', async () => {
    oneByOne();
    workspace.write('gate', '');
    const running = startBridge(workspace, ['run', '--yes'], { env: { HOME: home.path } });
    await untilRunning('B');
    workspace.write('evaluate.py', 'print("always right")\n');
    workspace.write('gate-b', '');
    await running.ended;
    expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain(
      'changed after it was approved, and nobody has approved the change: evaluate.py changed',
    );
  });

  test('is out of the author’s reach once it is locked', async () => {
    await call('run');
    await call('approve');
    study(['B', 'C']);
    workspace.edit(
      'refine-logs/experiments.yaml',
      'echo $BRIDGE_RUN >> ledger\\nmkdir -p out && echo',
      'python3 new.py && echo',
    );
    author.does({
      steps: [
        { write: 'evaluate.py', text: 'print("always right")\n', sneak: true },
        { write: 'new.py', text: 'print(1)\n' },
      ],
    });
    const { stderr, stdout } = await call('run');
    expect(stderr).toContain('Refused: evaluate.py is not an agent’s to change');
    expect(stdout).toContain('new.py  new');
    await call('take');
    expect(workspace.read('evaluate.py')).toContain('the labels of the data set');
  });
});

test('every variant that was tried stands in the results, also one that was discarded', async () => {
  study(['B']);
  await call('run', '--yes');
  study();
  await call('run', '--yes');
  expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('Tried and discarded: B');
});

test('the reason of a rejected checkpoint reaches the author, and the next checkpoint is about what it changed', async () => {
  await call('run');
  await call('reject', '--checkpoint', '--reason', 'The learning rate is not that of the plan.');
  author.does({ steps: [{ write: 'train.py', text: 'lr = 0.5\n' }] });
  const proposed = await call('run');
  expect(author.asked()[0]!.prompt).toContain('The learning rate is not that of the plan.');
  expect(proposed.stdout).toContain('Departs from the plan: the learning rate in train.py:1');
  await call('take');
  expect((await call('run')).stdout).toContain('Checkpoint: ready to deploy');
});
