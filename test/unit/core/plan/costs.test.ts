import { describe, expect, it } from 'vitest';
import { parseGpuHours } from '../../../../src/core/plan/gpuHours';

const range = (text: string, bare?: 'gpuHours' | 'hours') => {
  const hours = parseGpuHours(text, bare);
  return hours && [hours.low, hours.high];
};

describe('GPU-hours are read from a cost as authors write it', () => {
  it.each<[string, number, number]>([
    ['2 GPU-hr', 2, 2],
    ['~4-6 GPU-h', 4, 6],
    ['4–8 GPU hours', 4, 8],
    ['about 1,200 GPU-hours', 1200, 1200],
    ['1.5k GPU-h', 1500, 1500],
    ['3–5 A100 GPU-hours', 3, 5],
    ['12 H100-hours', 12, 12],
    ['16–32 GPUh', 16, 32],
    ['10 卡时', 10, 10],
    ['约 8 GPU 小时', 8, 8],
    ['2 GPU-days', 48, 48],
    ['≤2 GPU-hours.', 2, 2],
    ['5h impl + 1 GPU-h', 1, 1],
    ['2 GPU-h + 3 GPU-h', 5, 5],
    ['4 GPU-h or 9 GPU-h', 4, 9],
    ['4×H200, ≤6h', 24, 24],
    ['8 GPUs × 3h', 24, 24],
    ['6h × 4 GPUs', 24, 24],
    ['30 min on 2 GPUs', 1, 1],
    ['18 × ~1.7 GPU-hr ≈ 30 GPU-hr ≈ 4 hours on 8 GPUs', 30, 30],
    ['6 × 2 GPU-h', 12, 12],
    ['3 GPU-h overnight', 3, 3],
    ['0 GPU-hours', 0, 0],
  ])('%s', (text, low, high) => expect(range(text)).toEqual([low, high]));

  it.each([
    'Low',
    'CPU seconds',
    '0.5 day',
    '~4h',
    '20 min',
    'API budget',
    '$40',
    '',
    '4 GPU-h per run',
    '3 GPUs',
    '80GB GPU',
  ])('and none where none is stated: %s', (text) => expect(range(text)).toBeNull());

  it('a column headed GPU-hours gives plain numbers their unit', () => {
    expect(range('~24 (6h × 4 GPUs)', 'gpuHours')).toEqual([24, 24]);
    expect(range('0.5', 'gpuHours')).toEqual([0.5, 0.5]);
    expect(range('10-12', 'gpuHours')).toEqual([10, 12]);
    expect(range('35-45h', 'gpuHours')).toEqual([35, 45]);
    expect(range('4×H200, ≤6h', 'gpuHours')).toEqual([24, 24]);
    expect(range('0 for the first stage', 'gpuHours')).toEqual([0, 0]);
    expect(range('3 runs', 'gpuHours')).toBeNull();
    expect(range('3 days', 'gpuHours')).toBeNull();
  });

  it('hours of a plan that budgets in GPU-hours are GPU-hours, those of people and CPUs are not', () => {
    expect(range('~19h', 'hours')).toEqual([19, 19]);
    expect(range('~2h (verify) or ~10h (re-run)', 'hours')).toEqual([2, 10]);
    expect(range('8 author-h', 'hours')).toBeNull();
    expect(range('CPU < 1h', 'hours')).toBeNull();
  });
});
