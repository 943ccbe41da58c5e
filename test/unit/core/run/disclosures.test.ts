import { describe, expect, test } from 'vitest';
import { disclosures } from '../../../../src/core/run/disclosures';
import { describeReview, type FinishedReview } from '../../../../src/core/run/review';
import { studyResult } from '../../../../src/core/run/studyResult';
import { messagesOf } from '../../../../src/core/results/report/messagesOf';
import { completed, declare, type Happening, jobs, stateOf } from './study';

const judge = { model: 'gpt-5.4', carrier: 'codex mcp', tracePath: null };
const plan = (...ids: string[]) =>
  declare({ jobs: jobs(Object.fromEntries(ids.map((id) => [id, 'gpus: 0']))) });
const changed = (resolution: 'voided' | 'disclosed', ...changes: string[]): Happening => ({
  ...{ type: 'evaluator.changed', changes, resolution, by: 'gina' },
});
const story: readonly Happening[] = [
  plan('A', 'B'),
  ...completed('A'),
  ...completed('B'),
  plan('A'),
  {
    ...{ type: 'change.proposed', id: 'c1', work: 'w', purpose: 'fix', subject: null },
    title: 'What the review found',
    deviations: [
      { kind: 'learning-rate', file: 'train.py', line: 3, was: 'lr=0.1', is: 'lr=0.01' },
      { kind: 'seed', file: 'train.py', line: 4, was: 'nothing', is: 'seed=1' },
    ],
    files: [],
  },
  {
    type: 'change.taken',
    id: 'c1',
    written: ['train.py'],
    conflicts: [],
    by: 'gina',
  } as unknown as Happening,
  changed('voided', 'evaluate.py changed'),
  changed('disclosed', 'evaluate.py changed', 'the split was "test" and is "val"'),
  {
    ...{ type: 'criterion.judged', subject: 'B1', text: 'It looks right', verdict: 'partial' },
    ...{ why: 'Half of it is.', judge },
  },
  { type: 'curve.judged', job: 'A', verdict: 'WAIT', why: 'Too early.', judge },
  changed('voided', 'data/test.txt is gone'),
];

describe('what results say of how they came to be', () => {
  test('in English', () => {
    expect(disclosures(stateOf(...story), 'en')).toEqual([
      'Tried and discarded: B, started once, is no part of the study any more.',
      'Departs from the plan (What the review found, taken by gina): the learning rate in train.py:3 (was “lr=0.1”, would be “lr=0.01”).',
      'Departs from the plan (What the review found, taken by gina): the seeds in train.py:4 (was “nothing”, would be “seed=1”).',
      'The locked evaluation was changed after it was approved, and gina approved it again: evaluate.py changed; the split was "test" and is "val".',
      'The locked evaluation was changed after it was approved, and nobody has approved the change: data/test.txt is gone.',
      'No program can judge “It looks right” (B1); in the judgement of the model gpt-5.4 (codex mcp): partial. Half of it is.',
      'The curve of A in the judgement of the model gpt-5.4: WAIT. Too early.',
    ]);
  });

  test('in Chinese, with the model’s own words as they are', () => {
    expect(disclosures(stateOf(...story), 'zh')).toEqual([
      '尝试后放弃：B，启动过 1 次，已不属于本研究。',
      '偏离计划（修改评审发现的问题，由 gina 采纳）：train.py:3 中的学习率（原为“lr=0.1”，改为“lr=0.01”）。',
      '偏离计划（修改评审发现的问题，由 gina 采纳）：train.py:4 中的随机种子（原为没有，改为“seed=1”）。',
      '锁定的评估在批准之后被修改，gina 再次批准：evaluate.py 已被修改；数据划分原为 "test"，现为 "val"。',
      '锁定的评估在批准之后被修改，无人批准这一修改：data/test.txt 已不存在。',
      '“It looks right”（B1）无法由程序判断；模型 gpt-5.4（codex mcp）的判断：部分满足。Half of it is.',
      '模型 gpt-5.4 对 A 曲线的判断：尚早，再等（WAIT）。Too early.',
    ]);
  });

  test('stand among the notes of a report, in its language', () => {
    expect(studyResult(stateOf(...story), 0, 'zh')!.notes).toContain(
      '尝试后放弃：B，启动过 1 次，已不属于本研究。',
    );
  });

  test('an evaluation that a person approved again is not said to be approved by nobody', () => {
    const insisted = [changed('voided', 'evaluate.py changed'), changed('disclosed', 'evaluate.py changed')];
    expect(disclosures(stateOf(plan('A'), ...insisted), 'en')).toEqual([
      'The locked evaluation was changed after it was approved, and gina approved it again: evaluate.py changed.',
    ]);
  });
});

test('a review is told in the report’s language, and so is that nobody could be reached', () => {
  const finding = {
    file: 'a.py',
    line: 1,
    endLine: 1,
    title: 'Wrong split',
    why: '',
    fix: '',
    place: 'found',
  };
  const review = {
    document: {
      findings: [
        { ...finding, id: 'f1', severity: 'CRITICAL' },
        { ...finding, id: 'f2', severity: 'MINOR' },
      ],
      ...{ notes: [], unread: 'x', groundTruth: null },
    },
    ...{ model: 'gpt-5.4', carrier: 'codex mcp', round: 2, hash: 'h', tracePath: null, sameFamily: true },
  } as unknown as FinishedReview;
  const waiver = { finding: 'f1', reason: '只是演示。', by: 'gina', at: 0 };
  expect(describeReview(review, new Map([['f1', waiver]]), 'other', 'zh')).toBe(
    '由 gpt-5.4（codex mcp）评审，第 2 轮：严重 1 条已豁免：“Wrong split”，理由：只是演示，重要 0 条，轻微 1 条。评审者与作者属于同一模型家族。此后代码又有改动。其回答有一部分无法读取。',
  );
  expect(
    messagesOf('zh').reasons.recorded(
      'No reviewer could be reached, so no other model has read this code. codex-mcp: codex is not there.',
    ),
  ).toBe('联系不上任何评审者，因此没有其他模型审阅过这份代码。codex-mcp: codex is not there.');
});
