import { describe, expect, it } from 'vitest';
import { readCriteria } from '../../../../src/core/plan/criteria';
import type { Criterion } from '../../../../src/core/plan/model';
import { blockEvidence } from '../../../../src/core/results/evidence';
import { judgeCriterion } from '../../../../src/core/results/judgeCriterion';
import type { MilestoneResult, StudyResult } from '../../../../src/core/results/model';
import { describeFinding } from '../../../../src/core/results/report/describeFinding';
import { milestone, momentum, run, runs, sgd, study, success } from './fixtureStudy';

function judge(
  criterion: Partial<Criterion> | null,
  milestones: readonly MilestoneResult[],
  {
    systems = null,
    text = 'the criterion',
    ...rest
  }: Partial<StudyResult> & { systems?: string | null; text?: string } = {},
) {
  const judgement = judgeCriterion(success(text, criterion), blockEvidence(study(milestones, rest), systems));
  return { ...judgement, sentence: describeFinding(judgement, 'en') };
}

const baseline = milestone('M1', 'baseline', runs('S', 'sgd', sgd));
const main = milestone('M2', 'main', runs('T', 'momentum', momentum));
const over = (threshold: number, reference = 'sgd'): Partial<Criterion> => ({
  threshold,
  unit: 'points',
  reference,
});

describe('an absolute threshold', () => {
  it('is met by one seed, and the sentence has the numbers', () => {
    const { verdict, sentence } = judge({ threshold: 0.9 }, [
      milestone('M2', 'main', [run('T1', 'momentum', 0.912)]),
    ]);
    expect([verdict, sentence]).toEqual(['met', 'test/accuracy of momentum 0.912 (1) is > 0.9.']);
  });

  it('is not met at the very threshold when it says more than', () => {
    const at = [milestone('M2', 'main', [run('T1', 'momentum', 0.9)])];
    expect(judge({ threshold: 0.9 }, at).verdict).toBe('not-met');
    expect(judge({ threshold: 0.9, comparison: '>=' }, at).verdict).toBe('met');
    expect(judge({ threshold: 0.9, comparison: '==' }, at).verdict).toBe('met');
    expect(judge({ threshold: 0.9, comparison: '<=' }, at).verdict).toBe('met');
    expect(judge({ threshold: 0.9, comparison: '<' }, at).verdict).toBe('not-met');
  });

  it('judges the method, not the baseline beside it', () => {
    expect(judge({ threshold: 0.9 }, [baseline, main]).verdict).toBe('met');
  });

  it('leaves short sanity runs of the same system out of the mean', () => {
    const sanity = milestone('M0', 'sanity', [run('R0', 'momentum', 0.3)]);
    expect(judge({ threshold: 0.9 }, [sanity, main])).toMatchObject({
      verdict: 'met',
      finding: { group: { n: 5 } },
    });
  });

  it('in per cent is read against fractions, and one on the other scale is not judged', () => {
    expect(judge({ threshold: 90, unit: 'points' }, [main]).verdict).toBe('met');
    const percent = [milestone('M2', 'main', [run('T1', 'momentum', 45)])];
    expect(judge({ threshold: 90, unit: 'points' }, percent).verdict).toBe('not-met');
    const { verdict, sentence } = judge({ threshold: 0.9 }, percent);
    expect(verdict).toBe('cannot-judge');
    expect(sentence).toContain('0.9 and the values of test/accuracy (such as 45) are on different scales');
    expect(judge({ threshold: 90 }, [main]).verdict).toBe('cannot-judge');
  });
});

describe('a comparison', () => {
  it('is met when the difference reaches the threshold and is beyond noise', () => {
    const { verdict, finding, sentence } = judge(over(1), [baseline, main]);
    expect(verdict).toBe('met');
    expect(finding).toMatchObject({ kind: 'comparison', noise: 'better', variants: 1, threshold: 0.01 });
    expect(sentence).toContain('difference +0.033 (asked: > +0.010 (1 pp))');
  });

  it('of single runs cannot be judged, however large the difference is', () => {
    const { verdict, sentence } = judge(over(1), [
      milestone('M1', 'baseline', [run('S1', 'sgd', 0.1)]),
      milestone('M2', 'main', [run('T1', 'momentum', 0.9)]),
    ]);
    expect(verdict).toBe('cannot-judge');
    expect(sentence).toContain('needs two seeds a side; there are 1 and 1');
  });

  it('that reaches the threshold inside the noise is within noise', () => {
    const noisy = milestone('M2', 'main', runs('T', 'momentum', [0.84, 0.97, 0.9]));
    const { verdict, sentence } = judge(over(1), [baseline, noisy]);
    expect(verdict).toBe('within-noise');
    expect(sentence).toContain('The difference is within noise.');
  });

  it('whose interval leaves the threshold out is not met', () => {
    const same = milestone('M2', 'main', runs('T', 'momentum', [0.881, 0.883, 0.878, 0.88]));
    expect(judge(over(1), [baseline, same]).verdict).toBe('not-met');
  });

  it('that misses the threshold by less than the noise is within noise, and says that seeds are lacking', () => {
    const near = milestone('M2', 'main', runs('T', 'momentum', [0.896, 0.884, 0.883]));
    const { verdict, sentence } = judge(over(1), [baseline, near]);
    expect(verdict).toBe('within-noise');
    expect(sentence).toContain('more seeds');
  });

  it('of a loss is met when it is lower', () => {
    const lower: Partial<Criterion> = { comparison: '<', threshold: 0, reference: 'sgd' };
    const loss = milestone('M2', 'main', runs('T', 'momentum', [0.31, 0.32, 0.3]));
    expect(judge(lower, [baseline, loss]).verdict).toBe('met');
    expect(judge(lower, [baseline, main]).verdict).toBe('not-met');
  });

  it('that allows a loss asks that the whole interval stays above it', () => {
    const noWorse: Partial<Criterion> = { comparison: '>=', threshold: -1, unit: 'points', reference: 'sgd' };
    const same = runs('T', 'momentum', [0.881, 0.883, 0.878, 0.88]);
    expect(judge(noWorse, [baseline, milestone('M2', 'main', same)]).verdict).toBe('met');
    const noisy = runs('T', 'momentum', [0.84, 0.92, 0.88]);
    expect(judge(noWorse, [baseline, milestone('M2', 'main', noisy)]).verdict).toBe('within-noise');
  });

  it('relative to the reference takes its threshold from the mean of the reference', () => {
    const relative: Partial<Criterion> = { threshold: 0.02, unit: 'relative', reference: 'sgd' };
    expect(judge(relative, [baseline, main]).finding).toMatchObject({ threshold: 0.02 * 0.88 });
  });

  it('finds its candidate in the systems that its block compares', () => {
    const ablation = milestone('M3', 'ablation', runs('N', 'momentum-noclip', [0.89, 0.891, 0.889]));
    const systems = '`momentum` (clip 1), `momentum-noclip` (no clipping)';
    expect(judge(over(1, 'momentum-noclip'), [baseline, main, ablation], { systems })).toMatchObject({
      verdict: 'met',
      finding: { candidate: { label: 'momentum' }, reference: { label: 'momentum-noclip' } },
    });
  });

  it('finds the baseline that its words mean: declared, or the only one there is', () => {
    expect(judge(over(1, 'the baseline'), [baseline, main])).toMatchObject({
      verdict: 'met',
      finding: { reference: { label: 'sgd' } },
    });
    expect(judge(over(1, '基线'), [baseline, main], { baselines: {} })).toMatchObject({
      finding: { reference: { label: 'sgd' } },
    });
    expect(judge(over(1, 'S3'), [baseline, main])).toMatchObject({
      finding: { reference: { label: 'sgd', n: 5 } },
    });
  });

  it('with a reference that several systems match is not judged, and names them', () => {
    const two = milestone('M1', 'baseline', [...runs('S', 'sgd', sgd), ...runs('A', 'adam', sgd)]);
    const { verdict, sentence } = judge(over(1, 'baseline'), [two, main], { baselines: {} });
    expect([verdict, sentence]).toEqual(['cannot-judge', '"baseline" may mean sgd, adam; name one of them.']);
  });

  it('with a reference that nothing matches is not judged, and says which systems there are', () => {
    const { verdict, sentence } = judge(over(1, 'GPT-9'), [baseline, main]);
    expect([verdict, sentence]).toEqual([
      'cannot-judge',
      'No system matches "GPT-9"; there are sgd, momentum.',
    ]);
  });

  it('compares configurations with their like, and does not average over them', () => {
    const at = (n: number, prefix: string, system: string, values: readonly number[]) =>
      runs(prefix, system, values, { parameters: { N: n, seed: 1 } });
    const both = [
      milestone('M1', 'baseline', [...at(384, 'S', 'sgd', [0.5, 0.51]), ...at(512, 'U', 'sgd', [0.8, 0.81])]),
      milestone('M2', 'main', [
        ...at(384, 'T', 'momentum', [0.6, 0.61]),
        ...at(512, 'V', 'momentum', [0.9, 0.91]),
      ]),
    ];
    const { verdict, finding } = judge(over(1), both);
    expect(verdict).toBe('met');
    expect(finding).toMatchObject({
      kind: 'agreed',
      parts: [
        { finding: { candidate: { label: 'momentum (N=384)' }, reference: { label: 'sgd (N=384)' } } },
        { finding: { candidate: { label: 'momentum (N=512)' }, reference: { label: 'sgd (N=512)' } } },
      ],
    });
  });

  it('of several candidates that differ is not judged, and each is told', () => {
    const two = milestone('M2', 'main', [...runs('T', 'momentum', momentum), ...runs('W', 'nesterov', sgd)]);
    const { verdict, sentence } = judge(over(1), [baseline, two], {
      baselines: { momentum: 'sgd', nesterov: 'sgd' },
    });
    expect(verdict).toBe('cannot-judge');
    expect(sentence).toMatch(/\(met\) .*momentum.*\(not met\) .*nesterov/);
    expect(sentence).toContain('corrected for 2 candidates');
  });

  it('for equality is not judged', () => {
    expect(judge({ comparison: '==', reference: 'sgd' }, [baseline, main]).verdict).toBe('cannot-judge');
  });
});

describe('a criterion', () => {
  it('that no program can read is left to a person, with its words', () => {
    expect(judge(null, [main], { text: 'curves look sane' }).sentence).toBe(
      'No program can judge "curves look sane"; a person decides.',
    );
  });

  it('whose metric the runs do not have names those they have', () => {
    const { verdict, sentence } = judge({ metric: 'F1', threshold: 0.9 }, [main]);
    expect([verdict, sentence]).toEqual([
      'cannot-judge',
      'No metric matches "F1"; the runs have test/accuracy.',
    ]);
  });

  it('whose metric may be two is not judged, and names both', () => {
    const metrics = ['val/accuracy', 'test/accuracy'].map((name) => ({
      name,
      value: 0.9,
      file: 'r.json',
      pointer: '',
      line: 1,
    }));
    const both = [milestone('M2', 'main', [run('T1', 'momentum', 0.9, { metrics })])];
    const { verdict, sentence } = judge({ threshold: 0.5 }, both, { primaryMetric: null });
    expect([verdict, sentence]).toEqual([
      'cannot-judge',
      '"accuracy" may mean val/accuracy, test/accuracy; name one of them.',
    ]);
    // The primary metric was declared before anything ran.
    expect(judge({ threshold: 0.5 }, both).verdict).toBe('met');
  });

  it('without a metric is about the primary one', () => {
    expect(judge({ metric: null, threshold: 0.9 }, [main]).verdict).toBe('met');
  });

  it('says which of its runs have not ended', () => {
    const open = milestone('M2', 'main', [...runs('T', 'momentum', momentum), run('T9', 'momentum', null)]);
    expect(judge(over(1), [baseline, open])).toMatchObject({ verdict: 'met', open: ['T9'] });
  });

  it('says how many of its numbers come from runs done elsewhere', () => {
    const elsewhere = milestone('M1', 'baseline', runs('S', 'sgd', sgd, { unverified: true }));
    expect(judge(over(1), [elsewhere, main]).sentence).toContain(
      '5 values of these are from runs done elsewhere',
    );
  });

  it('without any finished run is not judged', () => {
    const { verdict, sentence } = judge({ threshold: 0.9 }, [
      milestone('M2', 'main', [run('T1', 'momentum', null)]),
    ]);
    expect([verdict, sentence]).toEqual([
      'cannot-judge',
      'No metric matches "accuracy"; the runs have no metrics.',
    ]);
  });
});

describe('several conditions', () => {
  const judgeText = (text: string) => {
    const judgement = judgeCriterion(
      { ...success(text, null), ...readCriteria(text) },
      blockEvidence(study([baseline, main]), 'momentum against sgd'),
    );
    return { ...judgement, sentence: describeFinding(judgement, 'en') };
  };

  it('are met when all of them are', () => {
    const { verdict, sentence } = judgeText('test accuracy > 0.5 and test accuracy < 0.99');
    expect(verdict).toBe('met');
    expect(sentence).toMatch(/^All of these must hold: \(met\) .* \(met\) /);
  });

  it('are not met when one is not, whatever the others are', () => {
    expect(judgeText('test accuracy > 0.5; test accuracy > 0.99').verdict).toBe('not-met');
    expect(judgeText('test accuracy > 0.99 and perplexity < 3').verdict).toBe('not-met');
  });

  it('cannot be judged while one cannot', () => {
    expect(judgeText('test accuracy > 0.5 and perplexity < 3').verdict).toBe('cannot-judge');
    expect(judgeText('test accuracy > 0.5 and the curves look smooth').finding.kind).toBe('no-criterion');
  });
});
