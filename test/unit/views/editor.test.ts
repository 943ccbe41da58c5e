import { describe, expect, it } from 'vitest';
import { blockHover, escapeMarkdown, milestoneHover, numberHover, runHover } from '../../../src/views/hover';
import { hasNews, lensesFor } from '../../../src/views/lenses';
import { provenanceNumbers, reportedAt } from '../../../src/core/links/provenanceNumbers';
import { loadDigits, Story, viewOf } from './digits';

const { study, inputs } = await loadDigits();
const story = new Story(study).run('R001').wait(42_000).complete('R001', 0.62).run('R002').wait(1000);
const after = viewOf({ state: story.fold.state, inputs, trusted: true, now: story.at });
const before = viewOf({ inputs, trusted: true, now: story.at });
const titles = (lenses: ReturnType<typeof lensesFor>) =>
  lenses.map(({ title }) => title.replace(/^\$\([\w-]+\) /, ''));
const link = (file: string, line: number | null, text: string) => `[${text}](${file}:${line ?? ''})`;

describe('what stands over a line', () => {
  it('is the status of its run, and the verbs that exist for it', () => {
    const done = lensesFor({ kind: 'runs', runs: ['R001'], line: 5 }, after);
    expect(done.map(({ command }) => command)).toEqual([
      'bridge.openPanel',
      'bridge.openLog',
      'bridge.openResult',
    ]);
    expect(titles(done)[0]).toMatch(/^done · test\/accuracy 0\.62 · 42 s$/);
    const running = lensesFor({ kind: 'runs', runs: ['R002'], line: 6 }, after);
    expect(running.map(({ command }) => command)).toContain('bridge.cancelRun');
  });

  it('offers nothing that starts or stops anything in Restricted Mode', () => {
    const acts = /deploy|approve|retry|cancel|pause|resume/i;
    for (const input of [after, before])
      for (const anchor of [
        { kind: 'plan', line: 1 } as const,
        { kind: 'milestone', id: 'M1', line: 2 } as const,
        { kind: 'runs', runs: ['R002'], line: 6 } as const,
      ])
        for (const { command } of lensesFor(anchor, { ...input, trusted: false }))
          expect(command ?? '').not.toMatch(acts);
    expect(lensesFor({ kind: 'plan', line: 1 }, before).map(({ command }) => command)).toContain(
      'bridge.deployPlan',
    );
  });

  it('counts the runs of a milestone and of a template', () => {
    expect(titles(lensesFor({ kind: 'milestone', id: 'M1', line: 2 }, after))[0]).toBe(
      '1 running · 9 waiting',
    );
    expect(titles(lensesFor({ kind: 'runs', runs: ['R001', 'R002', 'R003'], line: 2 }, after))).toEqual([
      '1 running · 1 waiting · 1 done',
    ]);
    expect(hasNews('R001', after)).toBe(true);
    expect(hasNews('R020', after)).toBe(false);
  });

  it('tells which criteria Bridge judges and which are the person’s', () => {
    const [block] = inputs.plan!.blocks;
    const own = lensesFor({ kind: 'block', id: block!.id, line: 1 }, before);
    expect(titles(own)).toEqual(['Bridge judges this criterion when the runs have ended.']);
    const prose = { ...block!, successCriterion: { ...block!.successCriterion!, criterion: null } };
    const input = { ...before, inputs: { ...inputs, plan: { ...inputs.plan!, blocks: [prose] } } };
    expect(titles(lensesFor({ kind: 'block', id: block!.id, line: 1 }, input))[0]).toMatch(
      /for you to judge/,
    );
  });

  it('is about the documents as they are now, where they are newer than what was deployed', () => {
    const runs = study.runs.map((run) =>
      run.id === 'R003' ? { ...run, standing: 'missing' as const } : run,
    );
    const edited = { ...after, inputs: { ...inputs, study: { ...study, runs } } };
    expect(titles(lensesFor({ kind: 'runs', runs: ['R003'], line: 7 }, edited))).toEqual([
      'no entry in the run manifest',
    ]);
  });
});

describe('a hover', () => {
  const provenance = provenanceNumbers(
    JSON.stringify({
      numbers: [
        {
          ...{
            key: 'R001#test/accuracy',
            value: 0.62,
            file: 'results/R001.json',
            pointer: '/test/accuracy',
            line: 3,
          },
          ...{
            run: 'R001',
            attempt: 1,
            command: 'python3 train.py',
            commit: '0123456789abcdef',
            dirty: true,
          },
          ...{ sha256: 'f'.repeat(64), host: 'gpu1' },
        },
      ],
    }),
  );

  it('on a run tells result, place, time and how the number was made', () => {
    const said = runHover('R001', after, provenance, link)!;
    expect(said).toContain('test/accuracy = **0.62**');
    expect(said).toContain('42 s');
    expect(said).toContain('commit 0123456789, with changes that were not committed');
    expect(said).toContain('python3 train.py --run R001');
    expect(runHover('R999', after, provenance, link)).toBeNull();
  });

  it('on a milestone tells goal, counts and gate, on a block its criterion', () => {
    expect(milestoneHover('M1', after)).toMatch(/1 running · 9 waiting/);
    expect(milestoneHover('M9', after)).toBeNull();
    const [block] = inputs.plan!.blocks;
    expect(blockHover(block!.id, after)).toContain(escapeMarkdown(block!.successCriterion!.text));
  });

  it('on a number of the report leads to file and pointer', () => {
    const line =
      '| R001 | m | test/accuracy = [0.62](../results/R001.json "results/R001.json#/test/accuracy, line 3") |';
    const place = reportedAt(line, line.indexOf('0.62'))!;
    expect(place).toMatchObject({
      file: 'results/R001.json',
      pointer: '/test/accuracy',
      line: 3,
      text: '0.62',
    });
    const said = numberHover(place, provenance, after, link);
    expect(said).toContain('results/R001.json#/test/accuracy:3');
    expect(said).toContain('sha256 ffffffffffff');
    expect(numberHover(place, [], after, link)).toContain('does not say how this number was made');
    expect(reportedAt(line, 0)).toBeNull();
    expect(provenanceNumbers('{')).toEqual([]);
  });

  it('shows what others wrote as they wrote it', () => {
    expect(escapeMarkdown('a_b [x](command:y) $(zap) <b>')).toBe(
      'a\\_b \\[x\\]\\(command:y\\) \\$\\(zap\\) \\<b\\>',
    );
  });
});
