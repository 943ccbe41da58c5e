import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRange, rangeToAsk } from '../../../webview-ui/src/state/rangeToAsk';

describe('the lines that are asked for', () => {
  test('are not asked again while the view stays well inside them', () => {
    expect(rangeToAsk(0, 24, 10_000, firstRange)).toBeNull();
    expect(rangeToAsk(60, 84, 10_000, firstRange)).toBeNull();
  });

  test('reach beyond the view on both sides once it nears their edge', () => {
    const range = rangeToAsk(90, 114, 10_000, firstRange);
    expect(range).toEqual({ start: 20, count: 160 });
  });

  test('need nothing past the last line', () => {
    expect(rangeToAsk(80, 104, 105, firstRange)).toBeNull();
  });

  test('always cover the view, stay small, and are settled by one answer', () => {
    fc.assert(
      fc.property(fc.nat(9_900), fc.integer({ min: 1, max: 90 }), fc.nat(9_900), (first, height, start) => {
        const last = Math.min(9_999, first + height);
        const before = { start, count: 160 };
        const asked = rangeToAsk(first, last, 10_000, before) ?? before;
        expect(asked.start).toBeLessThanOrEqual(first);
        expect(asked.start + asked.count).toBeGreaterThan(last);
        expect(asked.count).toBeLessThanOrEqual(260);
        expect(rangeToAsk(first, last, 10_000, asked)).toBeNull();
      }),
    );
  });
});
