import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { anchorOf, findAnchored } from '../../../../src/core/agents/findingAnchor';
import { placeFindings } from '../../../../src/core/agents/placeFindings';
import type { RawFinding } from '../../../../src/core/agents/reviewDocument';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const code = [
  'import random',
  '',
  'def train(rows):',
  '    return rows',
  '',
  'def test(rows):',
  '    return rows',
];
/** Where line `line` of the code stands in other lines. */
const now = (line: number, lines: readonly string[]) =>
  findAnchored(lines, { line, anchor: anchorOf(code, line, hash)! }, hash);

describe('the place of a finding', () => {
  test('is found again where its line was moved to, however it is indented and ended', () => {
    expect(now(3, code)).toBe(3);
    expect(now(3, ['# one', '# two', ...code])).toBe(5);
    expect(now(1, ['', '  import random  ', '', 'def train(rows):'])).toBe(2);
  });

  test('is told from a line that reads the same by what stands around it', () => {
    expect(now(4, ['# one', ...code])).toBe(5);
    expect(now(7, ['# one', ...code])).toBe(8);
    // Both functions changed places.
    expect(now(4, [...code.slice(5), '', ...code.slice(2, 5)])).toBe(5);
  });

  test('is the nearest line that reads the same where the surroundings were edited', () => {
    const edited = ['x = 1', 'return rows', 'y = 2', 'z = 3', 'return rows', 'w = 4'];
    expect(now(4, edited)).toBe(5);
  });

  test('is nowhere once its line was edited', () => {
    expect(now(3, code.with(2, 'def train(rows, seed):'))).toBeNull();
    expect(anchorOf(code, 2, hash)).toBeNull();
    expect(anchorOf(code, 99, hash)).toBeNull();
  });

  test('is kept with findings that are somewhere, and holds nothing of the text', async () => {
    const raw = (file: string, line: number): RawFinding => ({
      ...{ severity: 'MAJOR', file, line, endLine: null, title: `${file}:${line}`, check: 'logic' },
      ...{ why: '', fix: '', patch: null },
    });
    const findings = await placeFindings(
      [raw('a.py', 3), raw('a.py', 8), raw('a.py', 2), raw('gone.py', 1)],
      '/w',
      async (path) => (path === 'a.py' ? `${code.join('\n')}\n` : null),
      hash,
    );
    expect(findings.map(({ place, anchor }) => [place, anchor !== undefined])).toEqual([
      ['found', true],
      ['no-such-line', false],
      ['found', false],
      ['no-such-file', false],
    ]);
    expect(JSON.stringify(findings)).not.toContain('def train');
  });
});
