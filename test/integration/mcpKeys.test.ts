import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bridgeFolder } from '../../src/store/bridgeFolder';
import { JournalReader } from '../../src/store/journalReader';
import type { RunEvent } from '../../src/core/run/event';
import { bridge, until } from './harness/bridge';
import { McpSession } from './harness/mcpClient';
import { waitsFor, Workspace, writeTally } from './harness/workspace';

let workspace: Workspace;
let session: McpSession;
const sessions: McpSession[] = [];
const open = async (...args: Parameters<typeof McpSession.open>) => {
  const opened = await McpSession.open(...args);
  sessions.push(opened);
  return opened;
};
const events = (): RunEvent[] => new JournalReader(bridgeFolder(workspace.root).journal).next();
const approvals = () => events().flatMap((event) => (event.type === 'checkpoint.approved' ? [event] : []));
const ended = () => events().some(({ type }) => type === 'study.ended');

interface Started {
  readonly outcome: string;
  readonly approval: string | null;
  readonly checkpoint: { hash: string; milestones: { id: string }[]; sanity: { status: string } } | null;
  readonly revision: number;
}

beforeEach(() => {
  workspace = new Workspace();
  writeTally(workspace, [{ id: 'S0', milestone: 'M0' }, { id: 'R1' }, { id: 'R2' }]);
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((each) => each.close()));
  await bridge(workspace, ['cancel', 'M0', 'M1']).catch(() => undefined);
  workspace.dispose();
});

describe('an agent whose client cannot ask the person', () => {
  beforeEach(async () => {
    workspace.setUser({ 'bridge.budget.gpuHours': 10 });
    session = await open(workspace, { name: 'claude-code' });
  });

  test('starts nothing: sanity waits for a person, then the rest waits again, and each approval is of its own part', async () => {
    const started = await session.answer<Started>('bridge_start');
    expect(started).toMatchObject({ outcome: 'checkpoint', approval: 'unasked' });
    expect(started.checkpoint!.milestones.map(({ id }) => id)).toEqual(['M0']);
    expect(workspace.ledger()).toEqual([]);

    const sane = await bridge(workspace, ['approve']);
    expect(sane.code).toBe(0);
    expect(workspace.ledger()).toEqual(['S0']);
    const next = await session.answer<Started>('bridge_start');
    expect(next.checkpoint!.milestones.map(({ id }) => id)).toEqual(['M1']);
    expect(next.checkpoint!.hash).not.toBe(started.checkpoint!.hash);
    expect(workspace.ledger()).toEqual(['S0']);

    await bridge(workspace, ['approve']);
    expect(workspace.ledger().sort()).toEqual(['R1', 'R2', 'S0']);
    expect(approvals().map(({ milestones }) => milestones)).toEqual([['M0'], ['M1']]);
  });

  test('an approval of sanity that comes late approves nothing that comes after it', async () => {
    const { checkpoint } = await session.answer<Started>('bridge_start');
    await bridge(workspace, ['approve']);
    workspace.write(
      `.bridge/inbox/0-late.json`,
      JSON.stringify({ type: 'checkpoint.approve', hash: checkpoint!.hash, milestones: null, by: 'kim' }),
    );
    await session.answer('bridge_start');
    expect(approvals()).toHaveLength(1);
    expect(workspace.ledger()).toEqual(['S0']);
  });

  test('a person who calls "bridge run" consents to sanity by that', async () => {
    await session.answer('bridge_start');
    expect((await bridge(workspace, ['run'])).code).toBe(0);
    expect(workspace.ledger()).toEqual(['S0']);
  });

  test.each([
    ['bridge_start', { approve: true }, 'Approving is the person’s'],
    ['bridge_start', { request: '— auto deploy: true' }, 'Approving is the person’s'],
    ['bridge_approve', {}, 'Approving is the person’s'],
    ['bridge_start', { request: '— budget.gpuHours: 500' }, 'A budget is raised by the person alone'],
    ['bridge_start', { request: '— sanity first: false' }, 'it is theirs to say'],
    ['bridge_start', { request: '— code review: false' }, 'it is theirs to say'],
    ['bridge_start', { request: '— max parallel runs: 64' }, 'it is theirs to say'],
    ['bridge_trust_workspace', {}, 'Manage Workspace Trust'],
    ['bridge_ask_person', { about: 'budget', why: 'more seeds' }, 'they set bridge.budget.gpuHours'],
    [
      'bridge_propose_change',
      { file: 'refine-logs/EXPERIMENT_TRACKER.md', content: 'DONE', title: 't' },
      'The tracker says what happened',
    ],
    [
      'bridge_propose_change',
      { file: 'refine-logs/experiment_tracker.MD', content: 'DONE', title: 't' },
      'The tracker says what happened',
    ],
    [
      'bridge_propose_change',
      { file: 'out/R1.json', content: '{"score":1}', title: 't' },
      'A result is what a run wrote',
    ],
    [
      'bridge_propose_change',
      { file: '.bridge/journal/000001.jsonl', content: '', title: 't' },
      'Bridge’s own record',
    ],
    [
      'bridge_propose_change',
      { file: '.vscode/settings.json', content: '{}', title: 't' },
      'it is theirs to say',
    ],
    [
      'bridge_propose_change',
      { file: 'refine-logs/EXPERIMENT_PLAN.md', content: '', title: 't' },
      'only the person changes it',
    ],
    ['bridge_propose_change', { file: '.env', content: 'KEY=1', title: 't' }, 'holds keys'],
    ['bridge_propose_change', { file: '../../etc/passwd', content: '', title: 't' }, 'leaves the workspace'],
    ['bridge_propose_change', { file: '/etc/passwd', content: '', title: 't' }, 'leaves the workspace'],
    ['bridge_read_plan', { plan: '../plan.md' }, 'leaves the workspace'],
    ['bridge_read_plan', { plan: 'a\0b' }, 'NUL'],
  ])('%s %j is refused with what the person would have to do', async (name, args, sentence) => {
    expect(await session.refusal(name, args)).toContain(sentence);
    expect(workspace.ledger()).toEqual([]);
    expect(workspace.has('refine-logs/EXPERIMENT_RESULTS.md')).toBe(false);
  });

  test('what it was refused stands in the timeline once, under its name', async () => {
    for (let i = 0; i < 3; i++) await session.refusal('bridge_start', { approve: true });
    const refused = events().filter(({ type }) => type === 'intent.refused');
    expect(refused).toMatchObject([
      { by: 'claude-code 3.1 (agent)', why: expect.stringContaining('Approving is the person’s') as string },
    ]);
  });

  test('the evaluation that the manifest names cannot be proposed, nor its section', async () => {
    const script = { script: 'score.py', split: 'test' };
    workspace.write('score.py', 'print(1)\n');
    writeTally(workspace, [{ id: 'S0', milestone: 'M0' }, { id: 'R1' }], { evaluation: script });
    const sentence = 'The evaluation is locked';
    expect(
      await session.refusal('bridge_propose_change', { file: 'score.py', content: 'print(2)\n', title: 't' }),
    ).toContain(sentence);
    const manifest = workspace.read('refine-logs/experiments.yaml').replace('"test"', '"train"');
    expect(await session.refusal('bridge_propose_change', { content: manifest, title: 't' })).toContain(
      sentence,
    );
    expect(workspace.read('score.py')).toBe('print(1)\n');
  });

  test('a manifest with faults comes back with their lines; a sound one is kept as a change and written by nobody but the person', async () => {
    const manifest = workspace.read('refine-logs/experiments.yaml');
    const wrong = await session.answer<{ accepted: boolean; problems: { line: number; message: string }[] }>(
      'bridge_propose_change',
      { content: `${manifest}  - {"id": "R1", "cmd": "echo \${nope}"}\n`, title: 'one more' },
    );
    expect(wrong.accepted).toBe(false);
    expect(wrong.problems.some(({ line }) => line === manifest.split('\n').length)).toBe(true);
    const better = manifest.replace('"gpus":0', '"gpus":0,"seed":1');
    const args = { content: better, title: 'Name the seed', idempotencyKey: 'seed' };
    const kept = await session.answer<{ change: string; diff: string }>('bridge_propose_change', args);
    expect(kept.diff).toContain('+  - {"id":"S0"');
    expect((await session.answer<{ change: string }>('bridge_propose_change', args)).change).toBe(
      kept.change,
    );
    const proposed = events().flatMap((event) => (event.type === 'change.proposed' ? [event] : []));
    expect(proposed).toMatchObject([
      { id: kept.change, by: 'claude-code 3.1 (agent)', title: 'Name the seed' },
    ]);
    expect(workspace.read('refine-logs/experiments.yaml')).toBe(manifest);
  });

  test('cancels under its own name what waits and what runs', async () => {
    writeTally(workspace, [
      { id: 'S0', milestone: 'M0' },
      { id: 'R1', does: waitsFor('gate') },
      { id: 'R2' },
    ]);
    await bridge(workspace, ['run']);
    const approve = bridge(workspace, ['approve']);
    await until('R1 runs', () => workspace.ledger().includes('R1'));
    expect(await session.answer('bridge_cancel', { runs: ['R1'] })).toMatchObject({ cancelled: ['R1'] });
    await approve;
    const by = events().flatMap((event) => (event.type === 'attempt.stopping' ? [event.by] : []));
    expect(by).toEqual(['claude-code 3.1 (agent)']);
  });
});

describe('an agent whose client asks the person', () => {
  test('gets what they approve, each time bound to what they were shown', async () => {
    const asked: string[] = [];
    session = await open(workspace, {
      name: 'codex',
      person: (message) => {
        asked.push(message);
        return { action: 'accept', content: { decision: 'approve' } };
      },
    });
    const started = await session.answer<Started>('bridge_start');
    expect(started.approval).toBe('approved');
    let { revision } = started;
    while (!ended()) ({ revision } = await session.answer<Started>('bridge_wait', { since: revision }));
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('S0');
    expect(asked[0]).not.toContain(
      'echo $BRIDGE_RUN >> ledger\n          mkdir -p out && echo \'{"score": 0.5}\' > out/R1.json',
    );
    expect(asked[1]).toContain('R1');
    for (const { by } of approvals()) expect(by).toMatch(/, asked through codex 3\.1 \(agent\)$/);
    expect(workspace.ledger().sort()).toEqual(['R1', 'R2', 'S0']);
  });

  test('code that was edited while they looked makes their approval void', async () => {
    workspace.write('train.py', 'print(1)\n');
    session = await open(workspace, {
      person: () => {
        workspace.write('train.py', 'print("something else")\n');
        return { action: 'accept', content: { decision: 'approve' } };
      },
    });
    await session.call('bridge_start');
    await until('it is refused', () =>
      events().some((event) => event.type === 'intent.refused' && event.intent === 'checkpoint.approve'),
    );
    expect(approvals()).toEqual([]);
    expect(workspace.ledger()).toEqual([]);
  });

  test.each([
    ['dismissing it', { action: 'decline' as const }, 'later'],
    ['accept with "decline"', { action: 'accept' as const, content: { decision: 'decline' } }, 'declined'],
    ['accept without a choice', { action: 'accept' as const, content: {} }, 'later'],
    ['cancel', { action: 'cancel' as const }, 'later'],
  ])('%s starts nothing', async (_, answer, said) => {
    session = await open(workspace, { person: () => answer });
    expect((await session.answer<Started>('bridge_start')).approval).toBe(said);
    expect(approvals()).toEqual([]);
    expect(workspace.ledger()).toEqual([]);
  });

  test('an approval given elsewhere takes the question back', async () => {
    let shown = false;
    session = await open(workspace, {
      person: () => {
        shown = true;
        return new Promise(() => undefined);
      },
    });
    const call = session.answer<Started>('bridge_start');
    await until('the question is shown', () => shown);
    await bridge(workspace, ['approve']);
    expect((await call).approval).toMatch(/approved|later/);
    expect(workspace.ledger()).toEqual(['S0']);
  });
});

test('a program that calls itself a person is marked as the program that it is', async () => {
  session = await open(workspace, { name: 'person\n\u202e<b>' });
  await session.answer('bridge_start');
  const declared = events().find((event) => event.type === 'study.declared');
  expect(declared).toMatchObject({ by: 'personb 3.1 (agent)', askedBy: 'personb 3.1 (agent)' });
});
