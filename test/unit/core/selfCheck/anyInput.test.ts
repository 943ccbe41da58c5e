import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selfCheck, selfCheckReport } from '../../../../src/core/selfCheck/selfCheck';

const folder = join(__dirname, '../../../fixtures/selfCheck');
const programs = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
/** Processor time of this process so far, in ms: what other programs of the machine do must not decide a test. */
const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const check = (text: string, path = 'a.py') =>
  selfCheckReport({ files: [{ path, text }], plan: null, manifest: null });

it('any text is checked without an error: programs cut and joined anywhere', () => {
  const piece = fc.tuple(fc.constantFrom(...programs), fc.nat(), fc.nat()).map(([text, from, length]) => {
    const start = from % text.length;
    return text.slice(start, start + (length % text.length));
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
      for (const { line, endLine } of check(pieces.join('')).findings)
        expect(endLine).toBeGreaterThanOrEqual(line);
    }),
    { numRuns: 300 },
  );
});

it('any text is checked without an error: words of Python in any order', () => {
  const words =
    'def class ( ) [ ] { } : , . = == + - * ** @ lambda for in if else with as try except return yield await import from X_train X_test fit predict split KFold df \n \n  ' +
    "' \" f' {x} 1 1e5 None True # \\ \t é 中 ;";
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...words.split(/(?<= )| /).filter((word) => word !== '')), { maxLength: 80 }),
      (parts) => {
        check(parts.join(' '));
        check(JSON.stringify({ cells: [{ cell_type: 'code', source: parts }] }), 'a.ipynb');
        check(parts.join(''), 'a.ipynb');
      },
    ),
    { numRuns: 300 },
  );
});

it.each([
  ['brackets', '('.repeat(100_000)],
  ['closed brackets', `x = ${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['attributes', `x = ${'a.'.repeat(20_000)}b`],
  ['sums', `x = ${'a + '.repeat(20_000)}b`],
  ['blocks', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}if a:`).join('\n')],
  ['negations', `x = ${'not '.repeat(20_000)}a`],
  ['functions that call themselves', 'def f(x):\n    return f(f(x))\nf(f(1))\n'],
  [
    'functions that call each other twice',
    Array.from({ length: 40 }, (_, at) => `def f${at}(x):\n    return f${at + 1}(f${at + 1}(x))\n`).join('') +
      'f0(X_train)\n',
  ],
  [
    'loops in loops',
    Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}for i${depth} in range(9):`).join('\n') +
      `\n${' '.repeat(40)}x = 1`,
  ],
])('%s nested out of all measure end within two seconds of processor time', (_, text) => {
  const started = processorMs();
  check(text);
  expect(processorMs() - started).toBeLessThan(2000);
});

it('a program of 5,000 lines takes less than a second of processor time', () => {
  const text = Array.from({ length: 12 }, (_, at) =>
    programs.map((program) => program.replace(/^/gm, '    ').replace(/^/, `def study${at}():\n`)).join('\n'),
  )
    .join('\n')
    .split('\n')
    .slice(0, 5000)
    .join('\n');
  expect(text.split('\n')).toHaveLength(5000);
  check(text);
  const started = processorMs();
  check(text);
  expect(processorMs() - started).toBeLessThan(1000);
});

it.each([
  ['a.py', 'x = 1\0', 'is not text'],
  ['a.py', '#'.repeat(2_000_001), 'is larger than 2 MB'],
  ['a.ipynb', '{"cells": [', 'is not valid JSON, as a notebook has to be'],
  ['a.ipynb', '{}', 'has no cells'],
  ['a.py', '('.repeat(1000), 'is nested too deeply to be read as Python'],
])('%s that can not be read is said: %#', (path, text, reason) => {
  expect(check(text, path)).toEqual({ findings: [], skipped: [{ file: path, reason }] });
});

it('a notebook is followed through its cells; a finding stands at its line of the file and names the cell', () => {
  const cells = [
    ['%matplotlib inline\n', 'import pandas as pd\n', 'df = pd.read_csv("d.csv")'],
    [
      '!pip install x\n',
      'from sklearn.preprocessing import StandardScaler\n',
      'X = StandardScaler().fit_transform(df)\n',
      'df?',
    ],
    [
      'from sklearn.model_selection import train_test_split\n',
      'a, b = train_test_split(X, random_state=0)\n',
      'from sklearn.linear_model import Ridge\n',
      'Ridge().fit(a, y)',
    ],
  ];
  const text = JSON.stringify(
    {
      cells: [
        { cell_type: 'markdown', source: ['# x'] },
        ...cells.map((source) => ({ cell_type: 'code', source })),
      ],
    },
    null,
    1,
  );
  const [finding] = check(text, 'a.ipynb').findings;
  expect(text.split('\n')[finding!.line - 1]).toContain('fit_transform');
  expect(finding!.why).toContain('cell 3, line 3 StandardScaler is computed from d.csv');
  expect(finding!.why).toContain('cell 4, line 2 train_test_split');
});

it('the code of a cell under a magic counts in an exported notebook too', () => {
  const text = [
    'import numpy as np',
    `get_ipython().run_cell_magic('time', '', 'X = np.load("x.npy")\\nX = StandardScaler().fit_transform(X)\\n')`,
    'a, b = train_test_split(X, random_state=0)',
    'LogisticRegression().fit(a, y)',
  ].join('\n');
  expect(selfCheck({ files: [{ path: 'a.py', text }], plan: null, manifest: null })).toMatchObject([
    { line: 2, check: 'logic' },
  ]);
});
