import { describe, expect, test } from 'vitest';
import { sparkPath } from '../../../webview-ui/src/components/sparkPath';
import { neighbour } from '../../../webview-ui/src/state/neighbour';
import { chinese } from '../../../webview-ui/src/text/chinese';
import { chooseWords } from '../../../webview-ui/src/text/chooseWords';
import { english } from '../../../webview-ui/src/text/english';
import {
  formatClock,
  formatDuration,
  formatHours,
  formatLimit,
  formatRelative,
  formatShare,
} from '../../../webview-ui/src/text/format';
import { splitValue } from '../../../webview-ui/src/text/splitValue';

const minute = 60_000;
const hour = 60 * minute;

describe('times', () => {
  test.each([
    [0, '0 s', '0 秒'],
    [59_999, '59 s', '59 秒'],
    [18 * minute, '18 min', '18 分'],
    [62 * minute, '1 h 02', '1 时 02'],
    [47 * hour, '47 h 00', '47 时 00'],
    [51 * hour, '2 d 03 h', '2 天 03 时'],
    [-5, '0 s', '0 秒'],
  ])('%d ms lasts %s', (ms, en, zh) => {
    expect(formatDuration(ms, english)).toBe(en);
    expect(formatDuration(ms, chinese)).toBe(zh);
  });

  test.each([
    [-3 * minute, '3 minutes ago'],
    [-59_400, '59 seconds ago'],
    [2 * hour + 5 * minute, 'in 2 hours'],
    [-26 * hour, 'yesterday'],
    [0, 'now'],
  ])('%d ms from now is %s', (offset, said) => {
    expect(formatRelative(1e12 + offset, 1e12, english)).toBe(said);
  });

  test('a time of today has no day, one of this week its weekday, a later one its date', () => {
    const noon = new Date(2026, 2, 14, 12).getTime();
    expect(formatClock(new Date(2026, 2, 14, 4, 10).getTime(), noon, english)).toBe('04:10');
    expect(formatClock(new Date(2026, 2, 16, 0, 5).getTime(), noon, english)).toMatch(/Mon.* 00:05/);
    expect(formatClock(new Date(2026, 3, 25, 4, 10).getTime(), noon, english)).toMatch(/Apr 25.* 04:10/);
  });
});

describe('numbers', () => {
  test('hours that move keep one digit, limits only the digits they have', () => {
    expect([formatHours(31, english), formatLimit(60, english), formatLimit(7.5, english)]).toEqual([
      '31.0',
      '60',
      '7.5',
    ]);
  });

  test('100 % is said only of the whole', () => {
    expect([formatShare(0.999), formatShare(1), formatShare(7), formatShare(-1)]).toEqual([
      '99 %',
      '100 %',
      '100 %',
      '0 %',
    ]);
  });

  test.each([
    ['0.912 ± 0.006 (5)', { mean: '0.912', spread: '± 0.006', count: '(5)' }],
    ['0.915 (1)', { mean: '0.915', spread: '', count: '(1)' }],
    ['0.918', { mean: '0.918', spread: '', count: '' }],
    ['no number yet', { mean: 'no number yet', spread: '', count: '' }],
  ])('%s stands in its columns', (value, parts) => {
    expect(splitValue(value)).toEqual(parts);
  });
});

describe('a small curve', () => {
  test('needs two finite values, lies flat in the middle, and leaves a gap where a run diverged', () => {
    expect(sparkPath([1], 10, 10)).toBeNull();
    expect(sparkPath([1, Number.NaN], 10, 10)).toBeNull();
    expect(sparkPath([2, 2], 10, 10)).toBe('M0.0 5.0L10.0 5.0');
    expect(sparkPath([0, Number.NaN, 1], 10, 10)).toBe('M0.0 10.0M10.0 0.0');
  });
});

test('arrows lead round the ends of the tabs, other keys nowhere', () => {
  const keys = ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'a'];
  expect(keys.map((key) => neighbour(key, 4, 5))).toEqual([0, 3, 0, 4, null]);
});

describe('languages', () => {
  test.each([
    ['zh-cn', chinese],
    ['zh', chinese],
    ['en', english],
    ['', english],
    ['fr', english],
  ])('a document in "%s" gets its words', (language, words) => {
    expect(chooseWords(language)).toBe(words);
  });

  test('Chinese leaves no word in English but the names', () => {
    const kept = new Set(['zh-CN', '–']);
    const walk = (one: object, other: object): string[] =>
      Object.entries(one).flatMap(([key, value]) => {
        const translated = (other as Record<string, unknown>)[key];
        if (typeof value === 'object' && value !== null) return walk(value as object, translated as object);
        return typeof value === 'string' && value === translated && !kept.has(value) ? [key] : [];
      });
    expect(walk(english, chinese)).toEqual([]);
  });
});
