import { describe, expect, it } from 'vitest';
import { completionOf } from '../../../../src/core/results/completion';
import { judgeGate } from '../../../../src/core/results/judgeGate';
import { mainResult } from '../../../../src/core/results/mainResult';
import { digits, milestone, momentum, run, runs, sgd, study, success } from './fixtureStudy';

describe('the main result', () => {
  it('is positive when the criteria of the main must-run blocks are met, whatever an ablation says', () => {
    const { verdict, criteria, sentence } = mainResult(digits());
    expect(verdict).toBe('positive');
    expect(criteria.map(({ block, main, judgement }) => [block, main, judgement.verdict])).toEqual([
      ['B1', true, 'met'],
      ['B3', false, 'not-met'],
    ]);
    expect(sentence).toContain('difference +0.033');
  });

  it('is negative when one main criterion is not met', () => {
    const swapped = digits();
    const lost = {
      ...swapped,
      milestones: swapped.milestones.map((each) =>
        each.id === 'M2' ? { ...each, runs: runs('T', 'momentum', sgd) } : each,
      ),
    };
    expect(mainResult(lost)).toMatchObject({ verdict: 'negative' });
  });

  it('is inconclusive with single runs, within noise, or while runs are open', () => {
    const of = (values: readonly number[], extra = [] as ReturnType<typeof runs>) =>
      mainResult(
        digits({
          criteria: digits().criteria.slice(0, 1),
          milestones: [
            milestone('M1', 'baseline', runs('S', 'sgd', sgd)),
            milestone('M2', 'main', [...runs('T', 'momentum', values), ...extra]),
          ],
        }),
      ).verdict;
    expect(of([0.95])).toBe('inconclusive');
    expect(of([0.84, 0.97, 0.9])).toBe('inconclusive');
    expect(of(momentum)).toBe('positive');
    expect(of(momentum, [run('T9', 'momentum', null)])).toBe('inconclusive');
  });

  it('of a plan without block criteria comes from the gates of its main milestones, and says so', () => {
    const gate = success('accuracy > 0.9', { threshold: 0.9 });
    const { verdict, rule } = mainResult(
      study([milestone('M2', 'main', runs('T', 'momentum', momentum), { gate })]),
    );
    expect(verdict).toBe('positive');
    expect(rule).toContain('gates of the main milestones');
  });

  it('of a plan without any criterion is inconclusive', () => {
    expect(mainResult(study([milestone('M2', 'main', runs('T', 'momentum', momentum))]))).toMatchObject({
      verdict: 'inconclusive',
      sentence: 'The plan has no criterion for the main result.',
    });
  });
});

describe('a gate', () => {
  const judge = (
    kind: 'sanity' | 'baseline',
    members: ReturnType<typeof runs>,
    gate = success('ok', null) as ReturnType<typeof success> | null,
  ) => {
    const one = milestone('M0', kind, members, { gate });
    return judgeGate(one, study([one]));
  };

  it('of sanity passes when its runs ended well, even if its words are for a person', () => {
    expect(judge('sanity', [run('R1', 'x', 0.5)])).toMatchObject({ verdict: 'passed' });
    expect(judge('sanity', [run('R1', 'x', 0.5)], null)).toMatchObject({ verdict: 'passed' });
  });

  it('of sanity fails with a failed run, and with a criterion that is not met', () => {
    const failed = run('R1', 'x', null, { status: 'FAILED', reason: 'exit code 3' });
    expect(judge('sanity', [failed])).toEqual({ verdict: 'failed', why: 'sanity failed: R1 (exit code 3)' });
    const low = judge('sanity', [run('R1', 'x', 0.4)], success('accuracy > 0.5', { threshold: 0.5 }));
    expect(low).toEqual({ verdict: 'failed', why: 'test/accuracy of x 0.4 (1) is not > 0.5.' });
  });

  it('that no program can judge is not judged, elsewhere than in sanity', () => {
    expect(judge('baseline', [run('R1', 'x', 0.5)])).toEqual({
      verdict: 'not-judged',
      why: 'no program can judge "ok"; a person decides',
    });
  });

  it('waits for runs that have not ended', () => {
    expect(judge('baseline', [run('R1', 'x', null)])).toEqual({
      verdict: 'not-judged',
      why: 'not ended: R1',
    });
  });

  it('that the plan does not have passes', () => {
    expect(judge('baseline', [run('R1', 'x', 0.5)], null)).toMatchObject({ verdict: 'passed' });
  });
});

describe('readiness', () => {
  it('needs a passed sanity and an end of every must-run run, not success', () => {
    expect(completionOf(digits())).toEqual({
      mustRun: { done: 13, all: 14 },
      niceToHave: { done: 1, all: 2 },
      ready: true,
      reasons: [],
    });
    const open = digits({
      milestones: [
        milestone('M0', 'sanity', []),
        milestone('M1', 'main', [run('R1', 'x', null, { priority: null })]),
      ],
    });
    expect(completionOf(open)).toMatchObject({
      ready: false,
      reasons: ['sanity has not passed', 'must-run runs that have not ended: R1'],
    });
  });

  it('is not there before anything is known', () => {
    expect(completionOf(study([]))).toMatchObject({ ready: false, reasons: ['nothing has run'] });
  });
});
