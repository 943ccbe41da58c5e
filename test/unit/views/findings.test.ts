import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/agents/reviewDocument';
import type { RunEvent } from '../../../src/core/run/event';
import { StateFold } from '../../../src/core/run/reduce';
import { agentNodes, changeNeeds, findingNeeds, permissionNeeds } from '../../../src/views/agents';
import { findingBody, findingMessage, shownFindings } from '../../../src/views/findings';

const t = (message: string, ...args: unknown[]) =>
  message.replaceAll(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)]));
const finding = (id: string, change: Partial<Finding> = {}): Finding => ({
  ...{ id, severity: 'MAJOR', file: 'a.py', line: 3, endLine: 4, title: id, why: 'Why.', fix: 'Fix.' },
  ...{ check: 'logic', place: 'found' },
  ...change,
});
const at = (event: object, when = 1) => ({ at: when, ...event }) as RunEvent;
const reviewed = (findings: readonly Finding[]) =>
  at({
    ...{ type: 'review.finished', reviewer: 'r', carrier: 'c', model: 'gpt-5.4', family: 'openai' },
    ...{ sameFamily: false, round: 1, hash: 'h1', tracePath: null },
    document: { findings, groundTruth: null, unread: null, notes: [] },
  });
const checked = (findings: readonly Finding[]) =>
  at({ type: 'selfCheck.finished', findings, hash: 'h1', notes: [] });
const state = (...events: RunEvent[]) => {
  const fold = new StateFold();
  fold.apply(events);
  return fold.state;
};

describe('findings of reviewer and check', () => {
  it('stand in one list, the gravest first, each with who found it', () => {
    const all = shownFindings(
      state(
        reviewed([finding('minor', { severity: 'MINOR' }), finding('b', { file: 'b.py' })]),
        checked([finding('c', { severity: 'CRITICAL' })]),
      ),
      null,
    );
    expect(all.map(({ id, model }) => [id, model])).toEqual([
      ['c', null],
      ['b', 'gpt-5.4'],
      ['minor', 'gpt-5.4'],
    ]);
  });

  it('are open until somebody waives or resolves them; disputing keeps them in sight', () => {
    const said = state(
      reviewed([finding('w'), finding('d'), finding('r'), finding('o')]),
      at({ type: 'finding.waived', finding: 'w', reason: 'small', by: 'gina' }),
      at({ type: 'finding.disputed', finding: 'd', reason: 'it is meant so', by: 'gina' }),
      at({ type: 'finding.resolved', finding: 'r', note: '', by: 'gina' }),
    );
    const standing = Object.fromEntries(shownFindings(said, null).map((each) => [each.id, each.standing]));
    expect(standing).toEqual({ w: 'waived', d: 'disputed', r: 'resolved', o: 'open' });
  });

  it('are marked once the code is another than the one that was read', () => {
    const read = state(reviewed([finding('x')]));
    expect(shownFindings(read, 'h1')[0]!.stale).toBe(false);
    const [stale] = shownFindings(read, 'h2');
    expect(findingMessage(stale!, t)).toContain('edited since');
    expect(shownFindings(read, null)[0]!.stale).toBe(false);
  });

  it('bring no markup of a model’s into a thread', () => {
    const [shown] = shownFindings(
      state(
        reviewed([finding('x', { title: '[click](command:evil) <img src=x>', why: '**bold** $(icon)' })]),
      ),
      null,
    );
    const body = findingBody(shown!, t);
    expect(body).toContain('\\[click\\]\\(command:evil\\) \\<img src=x\\>');
    expect(body).toContain('\\*\\*bold\\*\\* \\$\\(icon\\)');
  });

  it('need the person when they are critical, wherever they come from', () => {
    const found = state(
      reviewed([finding('m'), finding('c', { severity: 'CRITICAL', place: 'no-such-file' })]),
      checked([finding('k', { severity: 'CRITICAL' })]),
    );
    expect(findingNeeds(found, null, t).map((each) => [each.finding, each.origin, each.canOpen])).toEqual([
      ['c', 'gpt-5.4', false],
      ['k', 'Bridge check', true],
    ]);
  });
});

describe('what agents do, ask and propose', () => {
  const working = state(
    at({
      ...{ type: 'work.started', id: 'w1', purpose: 'implement', agent: 'vscode-lm', subject: null },
      folder: '/tmp/x',
    }),
    at(
      { type: 'work.reported', id: 'w1', sign: 'tool', what: 'write_file train.py', tokens: 1200, usd: null },
      61_000,
    ),
    at({ type: 'work.stalled', id: 'w1', silentMinutes: 5 }, 62_000),
    at({
      ...{
        type: 'permission.asked',
        id: 'p1',
        work: 'w1',
        kind: 'run',
        title: 'x',
        command: 'pip install einops',
      },
      ...{ paths: [], subject: null },
    }),
    at({
      ...{
        type: 'change.proposed',
        id: 'c1',
        work: 'w1',
        purpose: 'implement',
        subject: null,
        title: 'Code',
      },
      files: [
        { path: 'train.py', before: null, after: 'h', added: 9, removed: 0, hunks: 1, refused: null },
        { path: 'plan.md', before: 'h', after: 'i', added: 1, removed: 1, hunks: 1, refused: 'it is locked' },
      ],
      deviations: [{ kind: 'learning-rate', file: 'train.py', line: 3, was: '0.1', is: '0.01' }],
    }),
  );

  it('is asked with the exact command, by the name of who asks', () => {
    expect(permissionNeeds(working, t)).toMatchObject([
      { title: 'vscode-lm asks to run a command', command: 'pip install einops', hasMore: false },
    ]);
  });

  it('is proposed file by file, with what cannot be taken and what departs from the plan', () => {
    const [change] = changeNeeds(working, t);
    expect(change!.files.map(({ path, canTake, note }) => [path, canTake, note])).toEqual([
      ['train.py', true, ''],
      ['plan.md', false, 'it is locked'],
    ]);
    expect(change!.deviations).toEqual(['learning rate: 0.1 becomes 0.01 (train.py:3)']);
  });

  it('stands in the tree: what needs an answer first, then who works, how long, and that it is silent', () => {
    const inputs = { planPath: null } as never;
    const nodes = agentNodes({
      ...{ state: working, inputs, driving: true, trusted: true, now: 121_000, t, language: 'en' },
      spark: () => [],
    });
    expect(nodes.map(({ context }) => context)).toEqual([
      'agent;permission;',
      'agent;change;',
      'agent;work;',
    ]);
    const work = nodes.at(-1)!;
    expect(work.description).toContain('has said nothing for 5 minutes');
    expect(work.description).toContain('1,200 tokens');
  });
});
