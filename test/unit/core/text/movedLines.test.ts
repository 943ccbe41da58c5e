import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedLines } from '../../../../src/core/text/movedLines';

const at = { start: 5, end: 7 };
const edit = (start: number, end: number, added: number, isBefore = false) =>
  movedLines(at, { start, end, added, isBefore });

describe('lines of a finding while its file is edited', () => {
  it('stay where they are when something below them changes', () => {
    expect(edit(8, 9, 3)).toEqual(at);
  });
  it('move with what is put in or taken out above them', () => {
    expect(edit(2, 2, 3)).toEqual({ start: 8, end: 10 });
    expect(edit(1, 3, -2)).toEqual({ start: 3, end: 5 });
    expect(edit(5, 5, 1, true)).toEqual({ start: 6, end: 8 });
  });
  it('grow and shrink with what changes among them', () => {
    expect(edit(6, 6, 2)).toEqual({ start: 5, end: 9 });
    expect(edit(5, 7, -2)).toEqual({ start: 5, end: 5 });
  });
  it('leave one line where all of them are gone', () => {
    expect(edit(3, 9, -6)).toEqual({ start: 3, end: 3 });
  });
  it('never end before they start, whatever is edited', () => {
    const line = fc.nat(50);
    fc.assert(
      fc.property(line, line, line, line, fc.nat(20), fc.boolean(), (a, b, c, d, text, isBefore) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const [from, to] = [Math.min(c, d), Math.max(c, d)];
        const moved = movedLines(
          { start, end },
          { start: from, end: to, added: text - (to - from), isBefore },
        );
        return moved.start >= 0 && moved.end >= moved.start;
      }),
    );
  });
});
