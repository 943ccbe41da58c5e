import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';

const template = `# Experiment Plan

**Problem**: Digits are small.
**Method Thesis**: Momentum helps.

## Claim Map
| Claim | Why It Matters | Minimum Convincing Evidence | Linked Blocks |
|-------|----------------|-----------------------------|---------------|
| C1: momentum beats sgd | core | > 2% | B1 |
| **C2** (speed) | extra | faster | B2 |
| Anti-claim: it is only the learning rate | doubt | matched sweep | B2 |

## Experiment Blocks

### Block 1: Main result
- **Claim tested**: C1
- **Dataset / split / task**: digits, test
- **Compared systems**:
  - sgd
  - momentum
- **Metrics**: accuracy
- **Setup details**: two layers, seeds 1, 2, 3
- **Success criterion**: accuracy > 2% over sgd
- **Failure interpretation**: momentum does not matter
- **Priority**: MUST-RUN

### Block 2 (B2): Speed (NICE-TO-HAVE)
- Success criteria:
  - fewer epochs
  - same accuracy

## Run Order and Milestones
| Milestone | Goal | Runs | Decision Gate | Cost | Risk |
|-----------|------|------|---------------|------|------|
| M0 | Sanity | R001 \`python train.py --sanity\` | loss falls | ~1h | none |
| **M1: Baseline** | sgd | R002-R004 | accuracy >= 0.9 | 2-3 GPU-h | slow |
| \`M2\` | momentum | 3 seeds × 2 variants | C1 holds | 1×A100, 4h | none |
| Total | | | | 8 GPU-h | |

## Compute and Data Budget
- **Total estimated GPU-hours**: ~8
`;

describe('the template', () => {
  const plan = parsePlan(template);

  it('gives title, claims and total', () => {
    expect(plan.title).toBe('Experiment Plan');
    expect(plan.claims.map(({ id }) => id)).toEqual(['C1', 'C2']);
    expect(plan.totalGpuHours).toEqual({ low: 8, high: 8 });
  });

  it('gives milestones in order with kind, runs, commands, gate, cost and line', () => {
    expect(
      plan.milestones.map(({ id, kind, gpuHours, span }) => [
        id,
        kind,
        gpuHours?.low,
        gpuHours?.high,
        span.start.line,
      ]),
    ).toEqual([
      ['M0', 'sanity', 1, 1, 35],
      ['M1', 'baseline', 2, 3, 36],
      ['M2', 'other', 4, 4, 37],
    ]);
    expect(plan.milestones[0]!.commands.map(({ text }) => text)).toEqual(['python train.py --sanity']);
    expect(plan.milestones[1]).toMatchObject({
      name: 'Baseline',
      runs: ['R002', 'R003', 'R004'],
      gate: { text: 'accuracy >= 0.9', criterion: { metric: 'accuracy', comparison: '>=', threshold: 0.9 } },
    });
    expect(plan.milestones[2]!.jobCount).toBe(6);
  });

  it('gives blocks with every labelled fact and the line of the criterion', () => {
    expect(plan.blocks).toHaveLength(2);
    expect(plan.blocks[0]).toMatchObject({
      id: 'B1',
      title: 'Main result',
      priority: 'must-run',
      claim: { text: 'C1' },
      systems: { text: '- sgd - momentum'.slice(2) },
      successCriterion: { span: { start: { line: 23 } }, criterion: { unit: 'points', reference: 'sgd' } },
      failureInterpretation: { text: 'momentum does not matter' },
    });
    expect(plan.blocks[1]).toMatchObject({
      id: 'B2',
      priority: 'nice-to-have',
      successCriterion: { span: { start: { line: 28 } }, criterion: null },
    });
  });

  it('raises no problem', () => expect(plan.problems).toEqual([]));
});

describe('forms that depart from the template', () => {
  it('milestones are headings with a line of labels, and a table of costs fills in the rest', () => {
    const plan = parsePlan(`# Plan
## Run Order
### M0: Smoke
**Priority**: MUST-RUN | **GPU-hours**: ~2 (1h × 2 GPUs)
| Run | Description | Command | Success Criterion |
|---|---|---|---|
| R001 | tiny | \`train.py --tiny\` | exits |
| R002 | small | \`train.py --small\` | exits |
### M1 — Baselines
- **Gate**: accuracy > 0.8
\`\`\`bash
python train.py --system sgd \\
  --seed 1
\`\`\`
### M2 — Main
## Budget
| Milestone | Experiments | Est. GPU-Hours | Wall-clock |
|---|---|---|---|
| M1: base | 3 | 4-6 | 1h |
| M2 + M3 | 9 | 30 | 5h |
| **Total** | 12 | **~42** | 6h |
`);
    expect(
      plan.milestones.map(({ id, gpuHours }) => [id, gpuHours && [gpuHours.low, gpuHours.high]]),
    ).toEqual([
      ['M0', [2, 2]],
      ['M1', [4, 6]],
      ['M2', null],
    ]);
    expect(plan.milestones[0]).toMatchObject({ runs: ['R001', 'R002'], kind: 'sanity' });
    expect(plan.milestones[1]).toMatchObject({ gate: { criterion: { threshold: 0.8 } } });
    expect(plan.milestones[1]!.commands.map(({ text }) => text)).toEqual([
      'python train.py --system sgd --seed 1',
    ]);
    expect(plan.totalGpuHours).toEqual({ low: 42, high: 42 });
  });

  it('milestones are weeks in a table, or lines of a list', () => {
    const weeks = parsePlan(
      '# Plan\n## Run Order\n| Week | Blocks | Wall time (8 GPU) | Gate |\n|---|---|---|---|\n| 1 | 1 + 3 | ~15h | go |\n| 2 | 2 | ~2 GPU-h | go |\n',
    );
    expect(weeks.milestones.map(({ id, gpuHours }) => [id, gpuHours?.low])).toEqual([
      ['Week 1', undefined],
      ['Week 2', 2],
    ]);
    const list = parsePlan(
      '# Plan\n## Milestones\n1. **M0: Sanity** — R001, 1 GPU-h\n2. **M1: Main** — R002-R003\n   - M1 is long\n',
    );
    expect(list.milestones.map(({ id, runs }) => [id, runs])).toEqual([
      ['M0', ['R001']],
      ['M1', ['R002', 'R003']],
    ]);
  });

  it('a plan in Chinese is read like one in English', () => {
    const plan = parsePlan(`# 实验计划
## 核心主张
| 编号 | 主张 | 最小可信证据 |
|---|---|---|
| C1 | 门控有效 | 提升 2% |
## 实验块
### B1：主实验
- **目的**：验证门控。
- **成功标准**：
  - 准确率高于基线；
- **优先级**：必须
#### B1.1：子实验
- **成功标准**：不计入
### B2：消融
- **优先级**：可选
## 运行顺序
| 里程碑 | 目标 | 核心 Runs | 决策门槛 | 成本 |
|---|---|---|---|---|
| M0 | 冒烟 | R001-R002 | 损失下降 | 1 卡时 |
| M1 | 主实验 | R003 | 准确率 > 0.9 | 约 4–6 GPU 小时 |
| 合计 | | | | 5–7 GPU 小时 |
`);
    expect(plan.claims.map(({ id }) => id)).toEqual(['C1']);
    expect(
      plan.blocks.map(({ id, priority, successCriterion }) => [
        id,
        priority,
        successCriterion?.span.start.line,
      ]),
    ).toEqual([
      ['B1', 'must-run', 9],
      ['B2', 'nice-to-have', undefined],
    ]);
    expect(
      plan.milestones.map(({ id, gpuHours, runs }) => [id, gpuHours?.low, gpuHours?.high, runs]),
    ).toEqual([
      ['M0', 1, 1, ['R001', 'R002']],
      ['M1', 4, 6, ['R003']],
    ]);
    expect(plan.totalGpuHours).toEqual({ low: 5, high: 7 });
  });

  it('blocks are lines of a list or rows of a table where no heading numbers them', () => {
    const list = parsePlan(
      '# Plan\n## Experiments (must-run)\n- **E1 (main)**: all of it\n  - Success: acc > 0.9\n- S1: shuffled\n',
    );
    expect(
      list.blocks.map(({ id, priority, successCriterion }) => [
        id,
        priority,
        successCriterion?.span.start.line,
      ]),
    ).toEqual([
      ['E1', 'must-run', 4],
      ['S1', 'must-run', undefined],
    ]);
    const table = parsePlan(
      '# Plan\n## Experiment Blocks\n| Block | Hypothesis | Metrics | Priority | Success criterion |\n|---|---|---|---|---|\n| 1: main | helps | acc | MUST | acc > 0.9 |\n| B2 | why | acc | optional | drop |\n',
    );
    expect(table.blocks.map(({ id, priority, span }) => [id, priority, span.start.line])).toEqual([
      ['B1', 'must-run', 5],
      ['B2', 'nice-to-have', 6],
    ]);
  });

  it('a cost per run is not the cost of the milestone; the budget below may state it', () => {
    const plan = parsePlan(
      '# Plan\n## Run Order\n| Milestone | Goal | Cost |\n|---|---|---|\n| M0 | try | ~4 GPU-h per run on 4×L40S |\n| M1 | try | ~4 GPU-h per run |\n## Budget\n- **M0 sweep**: 3 × 4 GPU-hours = ~12 GPU-hours\n- **M0 + M1**: 99 GPU-hours\n',
    );
    expect(plan.milestones.map(({ gpuHours }) => gpuHours?.low ?? null)).toEqual([12, null]);
    expect(plan.problems.map(({ code }) => code)).toContain('plan.cost-unreadable');
  });

  it('the total is what the whole plan states, not a limit, a part or a block of it', () => {
    const total = (text: string) => parsePlan(`# Plan\n${text}`).totalGpuHours;
    expect(total('Budget ceiling: 900 GPUh\nPlanned budget: 120 GPUh\n')).toEqual({ low: 120, high: 120 });
    expect(total('**Budget**: ~250 GPU-h\n\n**总计**: ~242h，在预算内\n')).toEqual({ low: 242, high: 242 });
    expect(total('## Block 1: a\n- **Total: 36 runs, 180 GPU-hours**\n')).toBeNull();
    expect(total('- Total: M0-M2 <12 GPU-h; M3 40 GPU-h\n')).toBeNull();
    expect(total('- **Total CPU-hours**: 10\n- **GPU-hours**: 0\n')).toEqual({ low: 0, high: 0 });
  });

  it('baselines and risks that are called B1 are no blocks', () => {
    const plan = parsePlan(
      '# Plan\n## Baselines\n### B1 — random\n- **Metrics**: acc\n- **Setup**: x\n## Experiments\n### E1: main\n- **Metrics**: acc\n- **Success**: acc > 1\n## Risks\n### B7: drift\n- **Priority**: MUST\n',
    );
    expect(plan.blocks.map(({ id }) => id)).toEqual(['E1']);
  });

  it('byte order mark, \\r\\n, a rule under the labels and missing pipes change nothing', () => {
    const plan = parsePlan(
      '\ufeff# Plan\r\n\r\n**Budget**: ~6 GPU-hours\r\n---\r\n\r\nText before\r\nMilestone | Goal | Cost\r\n--- | --- | ---\r\nM0 | sanity | 6 GPU-h\r\n',
    );
    expect(plan.title).toBe('Plan');
    expect(plan.totalGpuHours).toEqual({ low: 6, high: 6 });
    expect(plan.milestones.map(({ id, span }) => [id, span.start.line])).toEqual([['M0', 9]]);
  });
});

describe('what could not be understood is a problem that says what to do', () => {
  const codes = (text: string) =>
    parsePlan(text).problems.map(({ code, span }) => [code, span?.start.line ?? null]);

  it('an empty plan', () => expect(codes(' \n')).toEqual([['plan.empty', null]]));
  it('a plan without milestones and runs', () =>
    expect(codes('# Plan\nSome prose.\n')).toEqual([
      ['plan.no-milestones', null],
      ['plan.no-runs', null],
    ]));
  it('a cost in no known form', () =>
    expect(
      codes(
        '# Plan\n| Milestone | Goal | Runs | GPU-hours |\n|---|---|---|---|\n| M0 | x | R001 | see note 3a |\n',
      ),
    ).toEqual([['plan.cost-unreadable', 4]]));
  it('two plans in one file, both of which are read', () => {
    const text =
      '# Plan A\n## Milestones\n### M0: a\n- **Runs**: R001\n\n# Plan B\n## Waves schedule\n### Wave 1 — b\n### Wave 2 — c\n';
    expect(codes(text)).toEqual([['plan.two-plans', 6]]);
    expect(parsePlan(text).milestones.map(({ id }) => id)).toEqual(['M0', 'Wave 1', 'Wave 2']);
  });
  it('a table that Markdown does not show', () =>
    expect(codes('# Plan\n\n| Milestone | Goal | Runs |\n|---|---|\n| M0 | x | R001 |\n')).toEqual([
      ['table.delimiter', 3],
    ]));
  it('a claim without an id', () =>
    expect(
      codes(
        '# Plan\n## Claims\n| Claim | Evidence |\n|---|---|\n| it works | yes |\n## Milestones\n### M0: a\n- Runs: R001\n',
      ),
    ).toEqual([['plan.claim-without-id', 5]]));
});
