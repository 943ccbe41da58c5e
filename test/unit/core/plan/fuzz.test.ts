import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseProposal } from '../../../../src/core/plan/parseProposal';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import type { Span } from '../../../../src/core/text/span';

const megabyte = 1 << 20;
const fill = (piece: string) => piece.repeat(Math.ceil(megabyte / piece.length)).slice(0, megabyte);
const head = '| Run ID | Milestone | Status | Notes |\n|---|---|---|---|\n';

const huge: Record<string, string> = {
  pipes: fill('|'),
  'pipes under a header': head + fill('|'),
  'one row of cells': head + fill('| R001 '),
  'one line': fill('x'),
  'one line of words': fill('seeds × 5 methods '),
  digits: fill('7'),
  'digits with dashes': fill('1-'),
  'unclosed emphasis': fill('**a '),
  stars: fill('*'),
  underscores: fill('_a'),
  brackets: fill('['),
  'link starts': fill('[a]('),
  backticks: fill('`'),
  'quote marks': fill('>'),
  'spaced quote marks': fill('> '),
  'list marks': fill('* '),
  'numbered list marks': fill('1. '),
  'mixed containers': fill('> - 1. '),
  'nested list': Array.from(
    { length: 1400 },
    (_, depth) => `${' '.repeat(depth)}- **Success criterion**: x`,
  ).join('\n'),
  spaces: fill(' '),
  tabs: fill('\t'),
  'line ends': fill('\r\n'),
  colons: fill('：'),
  'labels on one line': fill('**Cost**: 1 GPU-h | '),
  'one labelled line': `- **Success criterion**: ${fill('a > 1 ')}`,
  'comparisons in a heading': `# ${fill('> 1 ')}`,
  'open brackets': fill('(('),
  'bracket pairs': fill('(a)'),
  'html starts': fill('<br'),
  'cost in a cell': `| Milestone | Goal | Cost |\n|---|---|---|\n| M0 | x | ${fill('1 GPU-h + ')} |`,
  surrogates: fill('\ud83d'),
  nul: fill('\0'),
};

/** Every span of what was read, however deep it stands. */
function spansOf(value: unknown): Span[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'start' in value && 'end' in value ? [value as Span] : [];
  return [...own, ...Object.values(value).flatMap(spansOf)];
}

function readAll(text: string): void {
  for (const span of [parsePlan(text), parseTracker(text), parseProposal(text)].flatMap(spansOf)) {
    if (!(span.start.offset >= 0 && span.start.offset <= span.end.offset && span.end.offset <= text.length)) {
      expect.fail(`span ${span.start.offset}-${span.end.offset} in a text of ${text.length}`);
    }
  }
}

/** The shortest of at most three tries, in milliseconds, so that a busy machine fails no test. */
function quickest(work: () => void): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 3 && best >= 1000; attempt++) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

describe('a megabyte of anything is read within a second', () => {
  readAll(head + '| R001 | M0 | DONE | x |\n');
  it.each(Object.keys(huge))('%s', (name) => {
    const text = huge[name]!;
    for (const parse of [parsePlan, parseTracker, parseProposal]) {
      expect(quickest(() => void parse(text))).toBeLessThan(1000);
    }
    readAll(text);
  });
});

it('no text throws, and no span lies outside the text', () => {
  const pieces = fc.constantFrom(
    ...[
      '#',
      '##',
      '### Block 1',
      '### M0:',
      '|',
      '| Run ID | Status |',
      '|---|---|',
      '|--|',
      '\n',
      '\r\n',
      '\r',
      '- ',
      '  ',
      '1. ',
      '> ',
      '**',
      '`',
      '```',
    ],
    ...[
      '[',
      '](',
      '\\',
      '\\|',
      ':',
      '：',
      'Success criterion',
      '成功标准',
      'R001',
      'R001-R003',
      'M0',
      'GPU-hours',
      '4 GPU-h',
      '×',
      '≥',
      '0.8',
      '\ufeff',
      '😀',
      '\ud800',
      '---',
      '===',
      '<!--',
      '\t',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 60 }), (parts) =>
      readAll(parts.join('')),
    ),
    { numRuns: 5_000 },
  );
});
