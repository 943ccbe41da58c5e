import type { Criterion, SuccessCriterion } from '../../../../src/core/plan/model';
import type { MilestoneResult, RunResult, StudyResult } from '../../../../src/core/results/model';

const nowhere = { offset: 0, line: 1, column: 1 };

export function success(text: string, criterion: Partial<Criterion> | null): SuccessCriterion {
  return {
    text,
    span: { start: nowhere, end: nowhere },
    criterion:
      criterion === null
        ? null
        : {
            metric: 'accuracy',
            comparison: '>',
            threshold: 0,
            unit: 'absolute',
            reference: null,
            ...criterion,
          },
  };
}

/** A finished run; `value` is its test accuracy. */
export function run(
  id: string,
  system: string,
  value: number | null,
  rest: Partial<RunResult> = {},
): RunResult {
  const file = `results/${id}.json`;
  return {
    id,
    system,
    seed: null,
    milestone: null,
    priority: 'must-run',
    status: value === null ? 'TODO' : 'DONE',
    unverified: false,
    baseline: null,
    metrics:
      value === null ? [] : [{ name: 'test/accuracy', value, file, pointer: '/test/accuracy', line: 7 }],
    reason: null,
    logTail: [],
    command: `python3 train.py --run ${id} --system ${system}`,
    parameters: {},
    attempts: 1,
    startedAt: Date.UTC(2026, 10, 20, 8, 0, 0),
    endedAt: Date.UTC(2026, 10, 20, 8, 30, 0),
    logFile: null,
    ...rest,
  };
}

/** One run a value, seeds from 1. */
export function runs(
  prefix: string,
  system: string,
  values: readonly number[],
  rest: Partial<RunResult> = {},
) {
  return values.map((value, index) =>
    run(`${prefix}${index + 1}`, system, value, { seed: index + 1, ...rest }),
  );
}

export function milestone(
  id: string,
  kind: MilestoneResult['kind'],
  members: readonly RunResult[],
  rest: Partial<MilestoneResult> = {},
): MilestoneResult {
  return { id, name: kind, kind, gate: null, gateVerdict: null, runs: members, ...rest };
}

export function study(milestones: readonly MilestoneResult[], rest: Partial<StudyResult> = {}): StudyResult {
  return {
    title: 'Is momentum more than a larger step?',
    topic: 'momentum',
    planPath: 'refine-logs/EXPERIMENT_PLAN.md',
    resultsPath: 'refine-logs/EXPERIMENT_RESULTS.md',
    trackerPath: 'refine-logs/EXPERIMENT_TRACKER.md',
    target: 'local',
    primaryMetric: { name: 'test/accuracy', direction: 'higher' },
    baselines: { momentum: 'sgd', 'momentum-noclip': 'momentum' },
    milestones,
    criteria: [],
    review: 'No reviewer was reachable: the code was not reviewed by another model.',
    notes: [],
    generatedAt: Date.UTC(2026, 10, 20, 9, 5, 7),
    ...rest,
  };
}

export const sgd = [0.88, 0.884, 0.876, 0.882, 0.878];
export const momentum = [0.912, 0.918, 0.909, 0.915, 0.911];

/** A whole study: sanity passed, a baseline, the method, an ablation with a failed and a missing run. */
export function digits(rest: Partial<StudyResult> = {}): StudyResult {
  return study(
    [
      milestone('M0', 'sanity', [run('R001', 'momentum-sanity', 0.62, { seed: 1 })], {
        name: 'Sanity',
        gate: success('test accuracy > 0.5', { threshold: 0.5 }),
        gateVerdict: { verdict: 'passed', why: 'accuracy of momentum-sanity 0.62 (1) is > 0.5.' },
      }),
      milestone('M1', 'baseline', runs('S', 'sgd', sgd), { name: 'Baselines' }),
      milestone('M2', 'main', runs('T', 'momentum', momentum), {
        name: 'Main | method',
        gate: success('loss curves look *sane*', null),
        gateVerdict: { verdict: 'not-judged', why: 'no program can judge it' },
      }),
      milestone(
        'M3',
        'ablation',
        [
          ...runs('N', 'momentum-noclip', [0.911, 0.913]),
          run('N3', 'momentum-noclip', null, {
            seed: 3,
            status: 'FAILED',
            reason: 'CUDA out of memory at step 210',
            attempts: 3,
            logFile: '.bridge/jobs/N3/log #2.txt',
            logTail: ['step 209', '```', 'torch.OutOfMemoryError: CUDA out of memory', '````'],
          }),
          run('N4', 'momentum-half', null, { seed: 1, priority: 'nice-to-have', reason: 'budget reached' }),
          run('N5', 'momentum-half', 0.9, { seed: 2, priority: 'nice-to-have', unverified: true }),
        ],
        { name: 'Ablation' },
      ),
    ],
    {
      criteria: [
        {
          block: 'B1',
          title: 'Momentum against SGD',
          priority: 'must-run',
          systems: '`momentum` (lr 0.05), `sgd` (lr 0.5)',
          criterion: success('test accuracy > 1 pp over sgd', {
            threshold: 1,
            unit: 'points',
            reference: 'sgd',
          }),
        },
        {
          block: 'B3',
          title: 'Does clipping matter?',
          priority: 'must-run',
          systems: '`momentum` (clip 1), `momentum-noclip` (no clipping)',
          criterion: success('test accuracy > 1 pp over momentum-noclip', {
            threshold: 1,
            unit: 'points',
            reference: 'momentum-noclip',
          }),
        },
      ],
      datasets: ['Optical digits, fixed split'],
      notes: ['Run X9 stands in no plan and was not started.'],
      provenancePath: 'results/provenance.json',
      ...rest,
    },
  );
}
