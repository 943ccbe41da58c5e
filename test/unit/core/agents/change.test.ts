import { describe, expect, test } from 'vitest';
import { hunkAt, hunksOf, withHunks, type ChangedFile } from '../../../../src/core/agents/change';

const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
const after = before.with(4, 'changed 5\nadded\n').toSpliced(20, 1);
const file: ChangedFile = { path: 'a.py', before: before.join(''), after: after.join('') };

describe('the place of a change at a line', () => {
  const hunks = hunksOf(file);

  test('is the one that the line lies in, on either side', () => {
    expect(hunks).toHaveLength(2);
    expect([hunkAt(hunks, 'before', 5), hunkAt(hunks, 'after', 6)]).toEqual([0, 0]);
    expect([hunkAt(hunks, 'before', 21), hunkAt(hunks, 'after', 22)]).toEqual([1, 1]);
    expect([hunkAt(hunks, 'before', 13), hunkAt(hunks, 'after', 13)]).toEqual([null, null]);
    expect(hunkAt(hunks, 'after', 31)).toBeNull();
  });

  test('taken alone leaves the other for later', () => {
    const one = withHunks(file, [hunkAt(hunks, 'after', 22)!])!;
    expect(one).toContain('line 5\n');
    expect(one).not.toContain('line 21\n');
    const rest = hunksOf({ ...file, before: one });
    expect(rest).toHaveLength(1);
    expect(hunkAt(rest, 'after', 5)).toBe(0);
  });

  test('of a file that is new is the whole of it, and of one that is emptied its first line', () => {
    const fresh = hunksOf({ path: 'b.py', before: null, after: 'one\ntwo\n' });
    expect([1, 2].map((line) => hunkAt(fresh, 'after', line))).toEqual([0, 0]);
    const emptied = hunksOf({ path: 'b.py', before: 'one\n', after: '' });
    expect(hunkAt(emptied, 'before', 1)).toBe(0);
  });
});
