import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editCell } from '../../../../src/core/plan/editCell';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import type { RunStatusWord, TrackerRow } from '../../../../src/core/plan/model';

/** What Bridge writes into a Status cell, and what has to be read back from it. */
const written: Record<string, RunStatusWord> = {
  TODO: 'todo',
  RUNNING: 'running',
  DONE: 'done',
  FAILED: 'failed',
  BLOCKED: 'blocked',
  SKIPPED: 'cancelled',
};

const oldStatus = fc.constantFrom(
  'TODO',
  'done',
  '**DONE 2/2**',
  '进行中',
  '⏳ QUEUED',
  '',
  '`RUNNING`',
  '待办',
  'n/a',
);
const cellText = fc.constantFrom(
  ...[
    'a',
    'loss ↓ 0.3',
    'x \\| y',
    '`a\\|b`',
    '车辆动力学',
    '🟡🟡',
    '',
    '—',
    '**bold** _it_',
    'e\u0301clair',
    '👩‍👩‍👧 family',
    '\\\\',
    'α∈{1,2}',
  ],
);
const padding = fc.constantFrom('', ' ', '   ', '\t');
const prose = fc.constantFrom(
  ...[
    '',
    '# Heading',
    '## 运行表',
    'Some prose about R001.',
    '- a | b',
    '> quoted',
    '```\n| R9 | DONE |\n```',
    '**Last updated**: today',
    '<!-- x -->',
  ],
);

interface Row {
  readonly status: string;
  readonly others: readonly string[];
  readonly pads: readonly string[];
  readonly shape: 'closed' | 'open' | 'bare' | 'short' | 'long';
}
const row: fc.Arbitrary<Row> = fc.record({
  status: oldStatus,
  others: fc.array(cellText, { minLength: 3, maxLength: 3 }),
  pads: fc.array(padding, { minLength: 4, maxLength: 4 }),
  shape: fc.constantFrom('closed', 'closed', 'closed', 'open', 'bare', 'short', 'long'),
});
const table = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 4 }),
  columns: fc.constantFrom(
    ['Run ID', 'Purpose', 'Status', 'Notes'],
    ['运行编号', '目的', '状态', '备注'],
    ['Run', 'Status', 'X', 'Y'],
  ),
  before: prose,
});
const tracker = fc.record({
  tables: fc.array(table, { minLength: 1, maxLength: 3 }),
  newline: fc.constantFrom('\n', '\r\n'),
  final: fc.boolean(),
  bom: fc.boolean(),
});

function render({
  tables,
  newline,
  final,
  bom,
}: typeof tracker extends fc.Arbitrary<infer T> ? T : never): string {
  let run = 0;
  const lines = tables.flatMap(({ rows, columns, before }) => [
    ...(before === '' ? [] : before.split('\n')),
    '',
    `| ${columns.join(' | ')} |`,
    '|---|:--|--:|---|',
    ...rows.map(({ status, others, pads, shape }) => {
      const at = columns.findIndex((column) => column === 'Status' || column === '状态');
      const cells = [`R${String(++run).padStart(3, '0')}`, ...others];
      cells.splice(at, at === cells.length ? 0 : 1, status);
      const padded = cells.map((cell, index) => `${pads[index % 4]}${cell}${pads[(index + 1) % 4]}`);
      if (shape === 'open') return `|${padded.join('|')}`.trimEnd();
      if (shape === 'bare') return padded.join('|').trim();
      if (shape === 'short') return `|${padded.slice(0, 2).join('|')}|`;
      if (shape === 'long') return `|${padded.join('|')}| extra |`;
      return `|${padded.join('|')}|`;
    }),
    '',
  ]);
  return (bom ? '\ufeff' : '') + lines.join(newline).trimEnd() + (final ? newline : '');
}

const describeRow = ({ id, status, purpose, notesCell }: TrackerRow) =>
  [id, status, purpose, notesCell?.text].join('\0');

it('a status written into any tracker is read back, and no byte outside its cell changes', () => {
  let edits = 0;
  fc.assert(
    fc.property(tracker, fc.nat(), fc.constantFrom(...Object.keys(written)), (shape, pick, word) => {
      const text = render(shape);
      const rows = parseTracker(text).rows;
      if (rows.length !== shape.tables.reduce((sum, { rows: made }) => sum + made.length, 0))
        expect.fail(`${rows.length} rows read of:\n${text}`);
      const index = pick % rows.length;
      const cell = rows[index]!.statusCell!;
      const edited = editCell(text, cell, word);
      const before = text.slice(0, cell.span.start.offset);
      const after = text.slice(cell.span.end.offset);
      const again = parseTracker(edited).rows;
      // Plain comparisons: ten thousand times five of `expect` would take longer than what they look at.
      const wrong =
        !edited.startsWith(before) || !edited.endsWith(after)
          ? 'bytes outside the cell changed'
          : again.map(({ id }) => id).join() !== rows.map(({ id }) => id).join()
            ? 'other rows are read'
            : again[index]!.status !== written[word]
              ? `read back as ${again[index]!.status}`
              : again.some((read, at) => at !== index && describeRow(read) !== describeRow(rows[at]!))
                ? 'another row changed'
                : null;
      if (wrong !== null) expect.fail(`${wrong}:\n${edited}`);
      edits++;
    }),
    { numRuns: 10_000 },
  );
  expect(edits).toBe(10_000);
});

it('a note with pipes, line breaks and backslashes stays one cell, in the row and in the column that it was written to', () => {
  fc.assert(
    fc.property(tracker, fc.string({ maxLength: 30 }), (shape, note) => {
      const text = render(shape);
      const rows = parseTracker(text).rows;
      const cell = rows[0]!.notesCell;
      if (!cell) return;
      const again = parseTracker(editCell(text, cell, note)).rows;
      expect(again.map(({ id, status }) => [id, status])).toEqual(rows.map(({ id, status }) => [id, status]));
    }),
    { numRuns: 2_000 },
  );
});
