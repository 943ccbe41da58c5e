import fc from 'fast-check';
import { GFM, parser as commonmark } from '@lezer/markdown';
import { describe, expect, it } from 'vitest';
import { escapeText, codeBlock, codeSpan, oneLine } from '../../../../../src/core/results/report/markdown';
import { renderLogEntry } from '../../../../../src/core/results/report/renderLogEntry';
import { renderResults } from '../../../../../src/core/results/report/renderResults';
import { appendManifestRow } from '../../../../../src/core/results/report/manifestRow';
import type { StudyResult } from '../../../../../src/core/results/model';
import { milestone, run, study, success } from '../fixtureStudy';

const parser = commonmark.configure(GFM);

/** The names of all nodes in order, without those that an escape itself makes. */
function shape(markdown: string): readonly string[] {
  const names: string[] = [];
  parser.parse(markdown).iterate({
    enter: ({ name }) => {
      if (name !== 'Escape') names.push(name);
    },
  });
  return names;
}

/** The text of a paragraph that should hold nothing but text: escapes resolved. */
function plainText(markdown: string): string {
  const pieces: string[] = [];
  let from = 0;
  parser.parse(markdown).iterate({
    enter: ({ name, from: start, to }) => {
      if (name !== 'Escape') return;
      pieces.push(markdown.slice(from, start), markdown.slice(start + 1, to));
      from = to;
    },
  });
  return pieces.join('') + markdown.slice(from);
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '|',
          '\\',
          '`',
          '```',
          '~~~',
          '\n',
          '\r\n',
          '\r',
          '*',
          '**',
          '_',
          '[',
          ']',
          '(',
          ')',
          '<b>',
          '</table>',
          '<!--',
        ],
        ...[
          '&amp;',
          '&#124;',
          '![x](y)',
          '[x](y)',
          '[x]: y',
          'https://x.y/z',
          'www.x.y',
          'a@b.cd',
          '- ',
          '1. ',
          '# ',
          '> ',
        ],
        ...[
          '---',
          '===',
          '$x$',
          '~',
          '"',
          "'",
          ' ',
          'a',
          '\t',
          '\u2028',
          '\u0000',
          '\u001b[31m',
          '\u202e',
          '😀',
          '中',
          '_b_',
        ],
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join('')),
);

/** A study with the text in every field that a plan, a tracker, a log or a file name fills. */
function studyOf(text: string): StudyResult {
  // A letter at the end keeps the field from being empty, which has a shape of its own.
  const t = `${text}z`;
  const metrics = [0.5, 0.6].map((value) => ({
    name: t,
    value,
    file: `${t}.json`,
    pointer: `/${t}`,
    line: 3,
  }));
  const fields = { reason: t, logTail: [t, text], logFile: t, command: oneLine(t), parameters: { [t]: t } };
  return study(
    [
      milestone(
        t,
        'main',
        [
          run('a', t, 0, { ...fields, metrics: metrics.slice(0, 1), seed: 1 }),
          run('b', t, 0, { ...fields, metrics: metrics.slice(1), seed: 2 }),
          run(t, t, null, { ...fields, status: 'FAILED', attempts: 2 }),
          run(`${t}2`, t, null, { ...fields, status: 'BLOCKED', unverified: true }),
        ],
        { name: `${t}y`, gate: success(t, null), gateVerdict: { verdict: 'not-judged', why: t } },
      ),
    ],
    {
      planPath: `${t}.md`,
      target: t,
      review: t,
      topic: t,
      notes: [t],
      datasets: [t],
      provenancePath: `${t}.json`,
      criteria: [{ block: t, title: `${t}x`, priority: 'must-run', systems: t, criterion: success(t, null) }],
      primaryMetric: null,
    },
  );
}

describe('text from plans, logs, ids and file names', () => {
  const usual = shape(renderResults(studyOf(''), 'en'));
  const usualLog = shape(renderLogEntry(studyOf('').milestones[0]!.runs[0]!, studyOf('')));

  it('cannot change the shape of the results: no cell, fence, link, tag or heading more or less', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(shape(renderResults(studyOf(text), 'en'))).toEqual(usual);
      }),
      { numRuns: 400 },
    );
  });

  it('cannot change the shape of a log entry', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const one = studyOf(text);
        expect(shape(renderLogEntry(one.milestones[0]!.runs[0]!, one))).toEqual(usualLog);
      }),
      { numRuns: 300 },
    );
  });

  it('reads as exactly itself, on one line', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeText(`${text}z`);
        expect(shape(escaped)).toEqual(['Document', 'Paragraph']);
        expect(plainText(escaped)).toBe(oneLine(`${text}z`));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays one row of five cells in the manifest', () => {
    const before = shape(appendManifestRow(null, { atMs: 0, file: 'z', description: 'z' }));
    fc.assert(
      fc.property(nasty, (text) => {
        const row = { atMs: 0, file: `${text}z`, description: `${text}z` };
        expect(shape(appendManifestRow(null, row))).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('stays one code span, and one fence around all its lines', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(shape(`a ${codeSpan(`${text}z`)} b`)).toEqual([
          'Document',
          'Paragraph',
          'InlineCode',
          'CodeMark',
          'CodeMark',
        ]);
        expect(shape(codeBlock([text, `${text}z`]).join('\n'))).toEqual([
          'Document',
          'FencedCode',
          'CodeMark',
          'CodeInfo',
          'CodeText',
          'CodeMark',
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('that needs no escape stays as it is', () => {
    for (const text of [
      'baseline_1',
      'lr=0.05, N=384',
      'CUDA out of memory (3 attempts)',
      '0.912 ± 0.006',
      '> 0.5 x'.slice(2),
    ])
      expect(escapeText(text)).toBe(text);
    expect(escapeText('accuracy > 0.5, p < 0.001 & more')).toBe('accuracy > 0.5, p < 0.001 & more');
  });
});
