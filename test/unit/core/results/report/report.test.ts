import { describe, expect, it } from 'vitest';
import { renderHandoff } from '../../../../../src/core/results/report/renderHandoff';
import { renderLogEntry } from '../../../../../src/core/results/report/renderLogEntry';
import { renderQueueSummary } from '../../../../../src/core/results/report/renderQueueSummary';
import { renderResults } from '../../../../../src/core/results/report/renderResults';
import { trackerUpdate } from '../../../../../src/core/results/report/trackerUpdate';
import { digits, milestone, run, study } from '../fixtureStudy';

const golden = (name: string): string => `../../../../fixtures/reports/${name}`;

describe('EXPERIMENT_RESULTS.md', () => {
  it('of the digits study is as it was read through once, in English', async () => {
    await expect(renderResults(digits(), 'en')).toMatchFileSnapshot(golden('results.en.md'));
  });

  it('of the digits study is as it was read through once, in Chinese', async () => {
    await expect(renderResults(digits(), 'zh', () => 480)).toMatchFileSnapshot(golden('results.zh.md'));
  });

  it('keeps status words, columns, commands, paths and verdicts in Chinese', () => {
    const text = renderResults(digits(), 'zh');
    for (const word of [
      '— PASSED',
      '| Run | System | Key Metric | Status |',
      'DONE',
      'FAILED',
      'positive',
      'YES',
    ])
      expect(text).toContain(word);
    expect(text).toContain('`/auto-review-loop "momentum"`');
    expect(text).toContain('[refine-logs/EXPERIMENT_PLAN.md](EXPERIMENT_PLAN.md)');
  });

  it('links each number to its file, seen from the folder of the report', () => {
    expect(renderResults(digits(), 'en')).toContain(
      '[0.912](../results/T1.json "results/T1.json#/test/accuracy, line 7")',
    );
    const odd = run('R1', 'x', 0.5, {
      metrics: [{ name: 'a|b', value: 0.5, file: 'out (1)/a "b"|c.json', pointer: '/a"b|c', line: null }],
    });
    expect(renderResults(study([milestone('M1', 'main', [odd])]), 'en')).toContain(
      String.raw`a\|b = [0.5](../out%20%281%29/a%20%22b%22%7Cc.json "out (1)/a \"b\"\|c.json#/a\"b\|c")`,
    );
  });

  it('says within noise, and never calls a comparison of single runs', () => {
    const text = renderResults(digits(), 'en');
    expect(text).toMatch(/momentum-noclip .* within noise \|/);
    const single = digits({
      milestones: [
        milestone('M1', 'baseline', [run('S1', 'sgd', 0.8, { seed: 1 })]),
        milestone('M2', 'main', [run('T1', 'momentum', 0.9, { seed: 1 })]),
      ],
    });
    const one = renderResults(single, 'en');
    expect(one).toMatch(/\| momentum \| .*\+0\.1.* vs sgd.* \| too few runs \|/);
    expect(one).toContain('- Main result: inconclusive');
  });

  it('fences a log with more backticks than any of its lines has', () => {
    expect(renderResults(digits(), 'en')).toContain('`````text\nstep 209\n```\n');
  });

  it('says of every run without a result why there is none', () => {
    const text = renderResults(digits(), 'en');
    expect(text).toContain('**N3 FAILED: CUDA out of memory at step 210** (3 attempts)');
    expect(text).toContain('[.bridge/jobs/N3/log #2.txt](../.bridge/jobs/N3/log%20%232.txt)');
    expect(text).toContain('- N4 TODO: budget reached');
    expect(text).toContain('- Done elsewhere, no record here, unverified: N5');
  });

  it('states its scope, so that a pilot is not taken for a comprehensive study', () => {
    expect(renderResults(digits(), 'en')).toContain(
      '13 finished runs, 4 systems (sgd, momentum, momentum-noclip, momentum-half), 5 seeds (1, 2, 3, 4, 5), 4 configurations. Datasets as the plan names them: Optical digits, fixed split. These are initial results; they say nothing beyond this scope.',
    );
  });

  it('of a study in which nothing ran is not ready and not positive', () => {
    const text = renderResults(study([milestone('M0', 'sanity', [])]), 'en');
    expect(text).toContain('### M0: sanity — PENDING');
    expect(text).toContain('Main result: inconclusive');
    expect(text).toContain('Ready for /auto-review-loop: NO (nothing has run; sanity has not passed)');
  });
});

describe('an entry of EXPERIMENT_LOG.md', () => {
  const [, , main, ablation] = digits().milestones;

  it('has system, config, result, verdict and the command that reproduces it', () => {
    const one = { ...main!.runs[0]!, parameters: { lr: 0.05, seed: 1, out: 'results/T1.json' } };
    expect(renderLogEntry(one, digits())).toBe(
      [
        '## T1 — 2026-11-20 08:30:00 UTC',
        '',
        '- **System**: momentum',
        '- **Config**: lr=0.05, seed=1',
        '- **Result**: test/accuracy = [0.912](results/T1.json "results/T1.json#/test/accuracy, line 7")',
        '- **Verdict**: positive (B1: met)',
        '- **Reproduce**: `python3 train.py --run T1 --system momentum`',
        '',
        '',
      ].join('\n'),
    );
  });

  it('of a failed run says why and is inconclusive', () => {
    const text = renderLogEntry(ablation!.runs[2]!, digits(), 'en', () => 330);
    expect(text).toContain('## N3 — 2026-11-20 14:00:00 +05:30');
    expect(text).toContain('- **Result**: FAILED: CUDA out of memory at step 210');
    expect(text).toContain('- **Verdict**: inconclusive\n');
  });

  it('keeps the lines of a command of several lines', () => {
    const two = { ...main!.runs[0]!, command: 'cd x\npython a.py\n' };
    expect(renderLogEntry(two, digits())).toContain('- **Reproduce**:\n\n```bash\ncd x\npython a.py\n```\n');
  });
});

describe('the handoff', () => {
  it('is the final status, with the next command', () => {
    expect(
      renderHandoff(
        digits({ topic: 'a "quoted" topic' }),
        { written: 1, found: 2, deployed: 15, gpus: 2 },
        'en',
      ),
    ).toMatch(
      new RegExp(
        [
          '^🔬 Experiment bridge complete:',
          '- Implemented: 1 experiment script, 2 found and used as they were',
          '- Deployed: 15 experiments on 2 GPUs',
          '- Completed: 13/14 must-run, 1/2 nice-to-have',
          '- Main result: positive\\. Every criterion .*',
          '',
          'Results: refine-logs/EXPERIMENT_RESULTS\\.md',
          'Tracker: refine-logs/EXPERIMENT_TRACKER\\.md',
          '',
          'Ready for Workflow 2:',
          '→ /auto-review-loop "a \\\\"quoted\\\\" topic"\n$',
        ].join('\n'),
      ),
    );
  });

  it('keeps command and paths in Chinese', () => {
    const text = renderHandoff(digits(), { written: 0, found: 1, deployed: 15, gpus: 2 }, 'zh');
    expect(text).toContain('→ /auto-review-loop "momentum"');
    expect(text).toContain('已实现：0 个实验脚本，另有 1 个现成脚本原样使用');
    expect(text).toContain('结果： refine-logs/EXPERIMENT_RESULTS.md');
  });
});

describe('a tracker note', () => {
  it('is the key metric with its file, or the reason, on one line', () => {
    const primary = { name: 'accuracy', direction: 'higher' } as const;
    expect(trackerUpdate(run('R1', 'x', 0.9123456), primary)).toEqual({
      status: 'DONE',
      notes: 'test/accuracy = 0.9123, results/R1.json',
    });
    const failed = run('R2', 'x', null, {
      status: 'FAILED',
      reason: 'exit code 3;\n see \u001b[31mlog\u001b[0m',
    });
    expect(trackerUpdate(failed)).toEqual({ status: 'FAILED', notes: 'exit code 3; see log' });
    expect(trackerUpdate(run('R3', 'x', 0.5, { unverified: true })).notes).toBe(
      'test/accuracy = 0.5, results/R3.json (done elsewhere, unverified)',
    );
    expect(trackerUpdate(run('R4', 'x', null, { reason: 'x'.repeat(900) })).notes).toHaveLength(300);
  });
});

describe('the summary of a queue', () => {
  it('has a row a job, with its error', () => {
    const text = renderQueueSummary({
      project: 'digits',
      startedAt: 0,
      endedAt: null,
      jobs: [
        { id: 's1', phase: 'distill', status: 'completed', attempts: 1, error: null },
        { id: 's2', phase: null, status: 'failed_oom', attempts: 3, error: 'CUDA | out of memory' },
      ],
    });
    expect(text).toContain('- 1 of 2 completed, 1 failed, 0 other');
    expect(text).toContain('| s2 | – | failed\\_oom | 3 | CUDA \\| out of memory |'.replace('\\_', '_'));
    expect(text).toContain('- Ended: still running');
  });
});
