import { describe, expect, it } from 'vitest';
import { parseOverrides } from '../../../../src/core/run/overrides';

describe('the override syntax', () => {
  it('reads plan and options behind an em dash', () => {
    const text = '"EXPERIMENT_PLAN.md" — compact: true, base repo: https://github.com/org/project';
    expect(parseOverrides(text)).toEqual({
      plan: 'EXPERIMENT_PLAN.md',
      overrides: { compact: true, baseRepo: 'https://github.com/org/project' },
      problems: [],
    });
  });

  it.each(['--', '---', '—', ' —— '])('takes %s for the dash', (dash) => {
    expect(parseOverrides(`"plan.md" ${dash} sanity first: no`)).toEqual({
      ...{ plan: 'plan.md', overrides: { sanityFirst: false }, problems: [] },
    });
  });

  it('takes an empty text for the usual plan with the usual options', () => {
    expect(parseOverrides('  ')).toEqual({ plan: null, overrides: {}, problems: [] });
  });

  it('takes a text without a dash for a path, also one with blanks and dashes in it', () => {
    expect(parseOverrides('my plans/run--two.md')).toEqual({
      ...{ plan: 'my plans/run--two.md', overrides: {}, problems: [] },
    });
  });

  it('needs no plan in front of options', () => {
    expect(parseOverrides('compact: true; AUTO_DEPLOY = off').overrides).toEqual({
      compact: true,
      autoDeploy: false,
    });
    expect(parseOverrides('— compact: true')).toEqual({
      plan: null,
      overrides: { compact: true },
      problems: [],
    });
  });

  it.each(['base repo', 'BASE_REPO', 'base-repo', 'baseRepo', 'bridge.baseRepo'])(
    'knows the option as %s',
    (name) => {
      expect(parseOverrides(`— ${name}: git@host.org:a/b.git`).overrides).toEqual({
        baseRepo: 'git@host.org:a/b.git',
      });
    },
  );

  it('reads curly quotes, full-width punctuation and Chinese words', () => {
    expect(parseOverrides('“计划.md” — compact：是，language：中文')).toEqual({
      ...{ plan: '计划.md', overrides: { compact: true, language: 'zh' }, problems: [] },
    });
  });

  it('keeps commas and colons inside quotes', () => {
    expect(parseOverrides('— review model: "a, b: c"').overrides).toEqual({ reviewModel: 'a, b: c' });
  });

  it('reads numbers and the target', () => {
    expect(
      parseOverrides('— max parallel runs: 8, target: slurm:login1, budget gpu hours: 2.5').overrides,
    ).toEqual({
      ...{ maxParallelRuns: 8, target: 'slurm:login1', 'budget.gpuHours': 2.5 },
    });
  });

  it.each([
    ['— compact: perhaps', 'true or false'],
    ['— max parallel runs: 0', 'a whole number'],
    ['— compcat: true', 'There is no option "compcat"'],
    ['— compact', '"compact" is not an option'],
    ['— compact: true, compact: false', 'given twice'],
    ['"plan.md', 'not closed'],
    ['"plan.md" compact: true', 'A dash belongs'],
    ['— base repo: /etc/passwd', 'a git URL'],
    ['— target: mars', 'local, ssh:HOST'],
  ])('says what is wrong with %s', (text, message) => {
    const { problems } = parseOverrides(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('keeps the other options when one is wrong', () => {
    const { overrides, problems } = parseOverrides('— compact: true, nonsense: 1');
    expect(overrides).toEqual({ compact: true });
    expect(problems).toHaveLength(1);
  });
});
