import { describe, expect, it } from 'vitest';
import { decimalsFor, formatDifference, formatNumber, formatP } from '../../../../src/core/results/number';

describe('a printed number', () => {
  it('has one count of digits for its column: as written, at most four that matter', () => {
    expect(decimalsFor([0.9, 0.912])).toBe(3);
    expect(decimalsFor([0.9123456, 0.5])).toBe(4);
    expect(decimalsFor([91.2345])).toBe(2);
    expect(decimalsFor([12345.678])).toBe(0);
    expect(decimalsFor([3, 4])).toBe(0);
    expect(decimalsFor([3.1e-5])).toBe(6);
    expect(decimalsFor([])).toBe(0);
  });

  it('never reads as zero when it is not, nor as minus zero', () => {
    expect(formatNumber(0.00001, 3)).toBe('1.00e-5');
    expect(formatNumber(-0.0006, 3)).toBe('-0.001');
    expect(formatNumber(-0, 3)).toBe('0.000');
    expect(formatNumber(1e20, 2)).toBe('1.00e+20');
  });

  it('as a difference carries its sign, and a tiny p is bounded', () => {
    expect([formatDifference(0.031, 3), formatDifference(-0.004, 3), formatDifference(0, 1)]).toEqual([
      '+0.031',
      '-0.004',
      '+0.0',
    ]);
    expect([formatP(0.00004), formatP(0.0385)]).toEqual(['< 0.001', '= 0.038']);
  });
});
