import { describe, expect, it } from 'vitest';
import { editCell, editCells } from '../../../../src/core/plan/editCell';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import { readPriority, readStatus } from '../../../../src/core/plan/words';

describe('the author’s leading word decides a status', () => {
  it.each([
    ...[
      'DONE',
      '**DONE 5/5** (rebuilt)',
      'DONE_NEGATIVE_GATE',
      'complete',
      'PASS',
      '✅',
      '✅ 已完成',
      '[x]',
      'COMPLETE_CPU',
    ].map((text) => [text, 'done']),
    ...[
      'TODO',
      'TODO/REUSE',
      '⏳ QUEUED',
      'PENDING_CLOUD',
      'not-started',
      'NOT_STARTED',
      'Planned',
      '☐ not started',
      '待运行',
      '[ ]',
    ].map((text) => [text, 'todo']),
    ...['🟡 RUNNING', 'in progress', 'running (queued)', '进行中'].map((text) => [text, 'running']),
    ...['FAILED', '**GATE FAILED**', '❌', '失败'].map((text) => [text, 'failed']),
    ...['BLOCKED', 'BLOCKED_BY_PILOT', '⛔ blocked by E1', '阻塞'].map((text) => [text, 'blocked']),
    ...['PAUSED', 'DEFERRED_UNTIL_D24', '暂停'].map((text) => [text, 'paused']),
    ...['SKIPPED', 'CUT', '**CANCELLED**', 'dropped', '取消'].map((text) => [text, 'cancelled']),
    ...['', 'READY', 'NEGATIVE_SPARSE', 'optional', 'DEPLOY_YES', '—'].map((text) => [text, 'unknown']),
  ])('%s is %s', (text, status) => expect(readStatus(text.replaceAll('*', ''))).toBe(status));
});

it.each([
  ['MUST', 'must-run'],
  ['**MUST-RUN** (but after B1)', 'must-run'],
  ['NICE-TO-HAVE', 'nice-to-have'],
  ['optional', 'nice-to-have'],
  ['非必须', 'nice-to-have'],
  ['MUST-RUN for the plot, nice-to-have for the table', 'mixed'],
  ['SHOULD-RUN', null],
  ['', null],
])('priority “%s” is %s', (text, priority) => expect(readPriority(text)).toBe(priority));

describe('tables of runs', () => {
  it('every table of runs counts, others do not, and columns are found by name', () => {
    const { rows, problems } = parseTracker(`# Tracker
## Tasks
| ID | Task | Status |
|---|---|---|
| I1 | write it | DONE |
## Gates
| Gate | After Run | Question |
|---|---|---|
| G1 | R001 | ok? |
## Runs
| Status | Run ID | Milestone |
|---|---|---|
| x | y | z |

| Run ID | Milestone | Purpose | System / Variant | Priority | Status | Result | Notes |
|---|---|---|---|---|---|---|---|
| **R001** | M0 | sanity | sgd | MUST | TODO | - | first |
| R002-R004 | M1 polish | sweep | adam | NICE | DONE | 0.9 | a \\| b |
| | | | | | | | |
| **Total** | | 4 | | | | | |
## M3 — Ablation
| 运行编号 | 目的 | 状态 | 备注 |
|---|---|---|---|
| R010 | 消融 | 运行中 | |
`);
    expect(
      rows.map(({ id, milestone, status, priority, span }) => [
        id,
        milestone,
        status,
        priority,
        span.start.line,
      ]),
    ).toEqual([
      ['I1', null, 'done', null, 5],
      ['R001', 'M0', 'todo', 'must-run', 17],
      ['R002-R004', 'M1', 'done', 'nice-to-have', 18],
      ['R010', 'M3', 'running', null, 24],
    ]);
    expect(rows[2]).toMatchObject({ purpose: 'sweep', system: 'adam', notesCell: { text: 'a | b' } });
    expect(problems).toEqual([]);
  });

  it('what cannot be run as written is said, with line and column', () => {
    const { problems } = parseTracker(`| Run ID | Status | Notes |
|---|---|---|
| R001 | TODO | a | b |
| R002 | | |
| R001 | DONE | again |
| R003 | READY | |
| — | DONE | who? |
`);
    expect(problems.map(({ code, span }) => `${code} ${span!.start.line}:${span!.start.column}`)).toEqual([
      'tracker.extra-cells 3:1',
      'tracker.row-without-status 4:1',
      'tracker.unknown-status 6:9',
      'tracker.row-without-id 7:1',
      'tracker.duplicate-run 5:1',
    ]);
    expect(problems.at(-1)!.message).toContain('line 3 and again on line 5');
    expect(parseTracker('no table').problems.map(({ code }) => code)).toEqual(['tracker.no-runs']);
  });
});

describe('writing a cell', () => {
  const status = (text: string, row = 0) => parseTracker(text).rows[row]!.statusCell!;

  it('keeps the width where the value fits, also under wide characters', () => {
    const text =
      '| Run ID | Status   | Notes |\n|--------|----------|-------|\n| R001   | **TODO** | x     |\n| R002   | 待办     | y     |\n';
    expect(editCell(text, status(text), 'DONE')).toContain('| R001   | DONE     | x     |');
    expect(editCell(text, status(text, 1), '完成')).toContain('| R002   | 完成     | y     |');
    expect(editCell(text, status(text), 'FAILED (out of memory)')).toContain(
      '| R001   | FAILED (out of memory) | x     |',
    );
  });

  it('escapes a pipe once and puts a value on one line', () => {
    const text = '| Run ID | Status |\n|---|---|\n| R001 | TODO |\n';
    expect(editCell(text, status(text), 'a|b \\| c\nd')).toContain('| R001 | a\\|b \\| c d |');
    expect(editCell(text, status(text), 'ends \\')).toContain('| R001 | ends \\\\ |');
  });

  it('gives a row that ends early the cells that it lacks', () => {
    const text = '| Run ID | M | Status | Notes |\r\n|---|---|---|---|\r\n| R001 |\r\n| R002 | M1\r\n';
    const first = editCell(text, status(text), 'DONE');
    expect(first).toContain('| R001 |  | DONE |\r\n');
    expect(editCell(first, status(first, 1), 'TODO')).toContain('| R002 | M1 | TODO |\r\n');
  });

  it('writes several cells of one reading, and refuses a text that has changed', () => {
    const text = '| Run ID | Status | Notes |\n|---|---|---|\n| R001 | TODO | old |';
    const row = parseTracker(text).rows[0]!;
    const edits = [
      { cell: row.statusCell!, value: 'DONE' },
      { cell: row.notesCell!, value: 'longer than before' },
    ];
    expect(editCells(text, edits)).toContain('| R001 | DONE | longer than before |');
    expect(() => editCell(text.replace('TODO', 'LATE'), row.statusCell!, 'DONE')).toThrow(
      'read the table again',
    );
  });
});
