import { describe, expect, it } from 'vitest';
import {
  expandIds,
  readBlockId,
  readClaimId,
  readMilestoneCell,
  readMilestoneId,
  readMilestoneReference,
} from '../../../../src/core/plan/identifiers';
import { readJobCount } from '../../../../src/core/plan/jobCount';

describe('a milestone keeps the id that its author gave it', () => {
  it.each([
    ['M0: Sanity', 'M0', 'Sanity'],
    ['M6+ optional', 'M6+', 'optional'],
    ['M2 — Main method', 'M2', 'Main method'],
    ['M1(基线)', 'M1', '(基线)'],
    ['Wave 3.5 — transfer', 'Wave 3.5', 'transfer'],
    ['Milestone 2: ablations', 'Milestone 2', 'ablations'],
    ['Milestone M2: ablations', 'M2', 'ablations'],
    ['第一阶段：基线', '第一阶段', '基线'],
    ['阶段 2 主实验', '阶段 2', '主实验'],
    ['✅ 4.1 Phase B: polish', 'Phase B', 'polish'],
  ])('%s', (text, id, rest) => expect(readMilestoneId(text)).toMatchObject({ id, rest }));

  it.each(['Metrics', 'Phases of training', 'Stage is set', 'Week-by-week', 'MNIST', 'M'])(
    '%s is none',
    (text) => expect(readMilestoneId(text)).toBeNull(),
  );

  it('in a milestone column any code, number or name is one', () => {
    expect(readMilestoneCell('VA0 freeze the split', 'Milestone')?.id).toBe('VA0');
    expect(readMilestoneCell('1', 'Week')?.id).toBe('Week 1');
    expect(readMilestoneCell('Paper write (late)', 'Milestone')?.id).toBe('Paper write');
  });

  it('a run refers to a milestone by its id, not by a description in its place', () => {
    expect(readMilestoneReference('M2 polish', 'Milestone')).toBe('M2');
    expect(readMilestoneReference('P3', 'Milestone')).toBe('P3');
    expect(readMilestoneReference('2', 'Phase')).toBe('Phase 2');
    expect(readMilestoneReference('gate', 'Milestone')).toBeNull();
    expect(readMilestoneReference('seed-42 pilot', 'Milestone')).toBeNull();
  });
});

it.each([
  ['Block 3: Ablations', 'B3'],
  ['Block 3 (B3) — Ablations', 'B3'],
  ['B3. Ablations', 'B3'],
  ['Block B3: Ablations', 'B3'],
  ['Experiment 4: transfer', 'E4'],
  ['E4 — transfer', 'E4'],
  ['实验块三：消融', 'B3'],
  ['实验 12：迁移', 'E12'],
  ['B0：数据接入', 'B0'],
])('the block id of “%s” is %s', (text, id) => expect(readBlockId(text)?.id).toBe(id));

it.each(['Experiment Blocks', 'M0: Sanity', 'Blocks and gates', 'Blocking risks'])(
  '“%s” numbers no block',
  (text) => expect(readBlockId(text)).toBeNull(),
);

it.each([
  ['C1: gating helps', 'C1'],
  ['C1.a (causal)', 'C1.a'],
  ['C2-supporting (deployment)', 'C2-supporting'],
  ['C-A (primary): it works', 'C-A'],
  ['Claim 2: it scales', 'C2'],
  ['H3：迁移', 'H3'],
])('the claim id of “%s” is %s', (text, id) => expect(readClaimId(text)?.id).toBe(id));

it('ranges of runs are expanded, in digits and in letters', () => {
  expect(expandIds('R001-R003, R007')).toEqual(['R001', 'R002', 'R003', 'R007']);
  expect(expandIds('R009–011')).toEqual(['R009', 'R010', 'R011']);
  expect(expandIds('R004a-R004c')).toEqual(['R004a', 'R004b', 'R004c']);
  expect(expandIds('R005 to R006 and E12')).toEqual(['R005', 'R006', 'E12']);
  expect(expandIds('no runs here')).toEqual([]);
});

describe('the number of jobs that a sweep declares', () => {
  it.each<[string, number | null]>([
    ['3 seeds × 5 methods', 15],
    ['seeds 42, 200, 201', 3],
    ['N ∈ {64,128} × n 4 values', 8],
    ['seeds: [42, 200, 201] × N: [64, 128, 256] × n: [50K, 150K, 500K, 652K] = 36 jobs', 36],
    ['4 models × 5 scenarios × 3 seeds = 60 checkpoints', 60],
    ['三方法 × seeds 42/43/44', 9],
    ['8 baselines x 2 datasets x 3 seeds', 48],
    ['15 runs', 15],
    ['seeds: [42, 200, …]', null],
    ['200 steps on 8 GPUs', null],
    ['compare all methods', null],
  ])('%s', (text, count) => expect(readJobCount(text)).toBe(count));
});
