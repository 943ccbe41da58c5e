import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/plan/model';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import type { NeedView, PanelView } from '../../../src/protocol/view';
import type { PageName } from '../../../src/protocol/panelIntent';
import { shownState, type StudyInputs, type ViewInput } from '../../../src/views/input';
import { needs } from '../../../src/views/needs';
import { panelView } from '../../../src/views/panelView';
import { planPage, whyNotDeploy } from '../../../src/views/plan';
import { defaultRunsQuery, runsPage } from '../../../src/views/runs';
import { statusBarView } from '../../../src/views/statusBar';
import { milestoneNodes, runNodes } from '../../../src/views/tree';
import { rentalOffer, rentalTerms, start, Story, loadDigits, viewOf } from './digits';

let study: StudyDeclaration;
let plan: Plan;
let inputs: StudyInputs;
beforeAll(async () => ({ study, plan, inputs } = await loadDigits()));

const at = (page: PageName, input: ViewInput): PanelView =>
  panelView({ page, runs: defaultRunsQuery }, input);
const whyOf = (run: string, input: ViewInput): string | null | undefined => {
  const state = shownState(input);
  for (const line of runsPage(
    state,
    { ...defaultRunsQuery, group: 'none', range: { start: 0, count: 1000 } },
    input,
  ).lines)
    if (line.kind === 'run' && line.run.id === run) return line.run.why;
  return undefined;
};

describe('before anything was deployed', () => {
  it('the plan is shown with its milestones, gates and runs, and can be deployed', () => {
    const page = planPage(viewOf({ inputs }));
    expect(page.milestones.map(({ id, total }) => [id, total])).toEqual([
      ['M0', 1],
      ['M1', 10],
      ['M2', 5],
      ['M3', 8],
    ]);
    expect(page.milestones[0]!.gate).toContain('accuracy > 0.5');
    expect(page.milestones[0]!.line).toBe(plan.milestones[0]!.span.start.line);
    expect(page.blocks).toHaveLength(4);
    expect(page.blocks[0]).toMatchObject({ judgeable: true, verdict: null, priority: 'must-run' });
    expect(page.stages.map(({ outcome }) => outcome)).toEqual(Array(9).fill('ahead'));
    expect(page.whyNotDeploy).toBeNull();
  });

  it('runs are listed, wait for the deployment and cannot be acted upon', () => {
    const input = viewOf({ inputs, driving: false });
    const page = runsPage(shownState(input), defaultRunsQuery, input);
    expect(page.total).toBe(24);
    const rows = page.lines.flatMap((line) => (line.kind === 'run' ? [line.run] : []));
    expect(rows[0]).toMatchObject({ id: 'R001', status: 'pending', canCancel: false, canPause: false });
    expect(new Set(rows.slice(1).map(({ why }) => why))).toEqual(new Set(['waits for milestone M0']));
    expect(rows[0]!.why).toBe('not deployed yet');
  });

  it('the timeline is empty: reading a plan is no event', () => {
    expect(at('timeline', viewOf({ inputs })).page).toMatchObject({ kind: 'empty', page: 'timeline' });
  });

  it('an untrusted workspace shows the plan and says why it cannot be deployed', () => {
    const input = viewOf({ inputs, trusted: false });
    expect(planPage(input)).toMatchObject({ whyNotDeploy: whyNotDeploy(input) });
    expect(whyNotDeploy(input)).toContain('Restricted Mode');
    expect(at('results', input).page).toMatchObject({ action: { intent: { type: 'trust.manage' } } });
  });

  it('without a plan every page says where it was looked for and offers a template', () => {
    const lookedFor = ['refine-logs/EXPERIMENT_PLAN.md', 'EXPERIMENT_PLAN.md'];
    const { page } = at(
      'plan',
      viewOf({
        inputs: { ...inputs, planPath: null, trackerPath: null, plan: null, study: null, lookedFor },
      }),
    );
    expect(page).toMatchObject({
      kind: 'empty',
      sentence: 'Bridge looked for refine-logs/EXPERIMENT_PLAN.md, EXPERIMENT_PLAN.md.',
    });
    expect(page).toMatchObject({ action: { intent: { type: 'plan.new' } } });
  });

  it('an error in the inputs is named where deploying is refused', () => {
    const problem = {
      severity: 'error',
      code: 'x',
      message: 'R001 is there twice',
      span: null,
      file: 'refine-logs/experiments.yaml',
    } as const;
    expect(whyNotDeploy(viewOf({ inputs: { ...inputs, problems: [problem] } }))).toContain(
      'R001 is there twice',
    );
  });
});

describe('at the checkpoint', () => {
  it('it is the one thing that needs the person, with every command', () => {
    const input = new Story(study).toCheckpoint().view(inputs, { driving: false });
    const all = needs(input);
    expect(all).toHaveLength(1);
    const [need] = all as [Extract<NeedView, { kind: 'checkpoint' }>];
    expect(need.checkpoint).toMatchObject({
      hash: 'abc',
      cost: 'costs no money',
      total: '23 runs (M1, M2, M3), no GPU needed',
    });
    expect(need.checkpoint.milestones.map(({ commands }) => commands.length)).toEqual([10, 5, 8]);
    expect(need.checkpoint.milestones[0]!.estimate).toBe('72 s of running time');
    expect(statusBarView(input)).toMatchObject({ text: '$(bell-dot) Bridge: needs you (1)', tone: 'ask' });
  });

  it('every run behind it says so, and the header too', () => {
    const input = new Story(study).toCheckpoint().view(inputs, { driving: false });
    expect(whyOf('R002', input)).toBe('waits for your approval at the checkpoint');
    expect(whyOf('R020', input)).toBe('waits for your approval at the checkpoint');
    expect(at('needs', input).header).toMatchObject({
      needsYou: 1,
      sentence: 'Waits for your approval · 23 waiting · 1 done',
    });
  });

  it('a new deployment is not offered while the approval is open', () => {
    expect(planPage(new Story(study).toCheckpoint().view(inputs)).whyNotDeploy).toContain(
      'waits for your approval',
    );
  });
});

describe('while runs run', () => {
  const busy = () => {
    const story = new Story(study).toCheckpoint().approve();
    for (const run of ['R002', 'R003', 'R004', 'R005']) story.run(run);
    return story.wait(3600);
  };

  it('a run that waits for a slot says which one ends next and when', () => {
    expect(whyOf('R006', busy().view(inputs))).toBe(
      'all 4 allowed runs are busy; next when R002 ends, in about 4 s',
    );
  });

  it('a run of a later milestone names the one it waits for', () => {
    expect(whyOf('R012', busy().view(inputs))).toBe('waits for milestone M1');
  });

  it('progress is the share of the estimate and stays below the end', () => {
    const page = (input: ViewInput) =>
      runsPage(input.state, { ...defaultRunsQuery, group: 'none' }, input).lines[1];
    expect(page(busy().view(inputs))).toMatchObject({
      run: { id: 'R002', status: 'running', progress: 0.5, elapsedMs: 3600, canCancel: true },
    });
    expect(page(busy().wait(100_000).view(inputs))).toMatchObject({ run: { progress: 0.99 } });
  });

  it('the end is foreseen from estimates, milestone after milestone on four slots', () => {
    const { header } = at('plan', busy().view(inputs));
    // M1: 4 halves and 6 wholes of 7.2 s on 4 slots; M2: 5 on 4; M3: 8 on 4.
    const seconds = (4 * 3.6 + 6 * 7.2) / 4 + Math.max(7.2, (5 * 7.2) / 4) + (8 * 7.2) / 4;
    expect((header.endsAt! - (start + 2000 + 3600)) / 1000).toBeCloseTo(seconds, 3);
  });

  it('a driver that is gone is told, with the way to go on', () => {
    const input = busy().view(inputs, { driving: false });
    expect(needs(input)).toMatchObject([{ kind: 'notice', title: 'Nothing drives this study now' }]);
    expect(whyOf('R006', input)).toBe('nothing drives this workspace now');
  });

  it('a rented machine that nobody gives back is told, with its price', () => {
    const story = busy().tell({
      ...{ type: 'rental.requested', rental: 'bridge-w-1', offer: rentalOffer, terms: rentalTerms },
    });
    const alone = needs(story.view(inputs, { driving: false }));
    expect(alone.map((need) => need.kind === 'notice' && need.title)).toContain(
      'bridge-w-1 costs $0.31 an hour',
    );
    expect(needs(story.view(inputs))).toEqual([]);
  });

  it('a host that cannot be reached is told once for all its runs', () => {
    const story = busy();
    for (const run of ['R002', 'R003'])
      story.tell({ type: 'attempt.unreachable', key: `${run}/1`, why: 'connection timed out' });
    const input = story.view(inputs);
    expect(needs(input)).toMatchObject([
      {
        title: expect.stringMatching(/^local unreachable since \d\d:\d\d$/) as string,
        sentence: expect.stringContaining('R002, R003') as string,
      },
    ]);
    expect(whyOf('R002', input)).toEqual(
      expect.stringMatching(
        /^local unreachable since \d\d:\d\d \(connection timed out\); it may still be running$/,
      ) as string,
    );
  });

  it('a failure shows what happened, the evidence, what Bridge does and what the person can do', () => {
    const input = busy().fail('R002').view(inputs);
    expect(needs(input)).toMatchObject([
      {
        kind: 'failure',
        run: 'R002',
        sentence: 'R002 failed: out of memory at step 210',
        evidence: ['CUDA out of memory'],
        next: 'Bridge does not try it again by itself; other runs go on.',
        advice: 'Use a smaller batch.',
      },
    ]);
    expect(whyOf('R002', input)).toBe('out of memory at step 210');
  });

  it('a retry that waits says when and why', () => {
    const story = busy().fail('R002');
    story
      .tell({ type: 'job.retried', job: 'R002', why: 'out of memory', delayMs: 90_000, by: 'Bridge' })
      .wait(30_000);
    expect(whyOf('R002', story.view(inputs))).toBe('is tried again in 60 s: out of memory');
  });
});

describe('results', () => {
  const done = () => {
    const story = new Story(study).toCheckpoint().approve();
    const base: Record<string, number> = {
      sgd: 0.9,
      momentum: 0.95,
      'sgd-same-rate': 0.8,
      'momentum-noclip': 0.95,
      'momentum-half': 0.94,
    };
    for (const { id, system, seed } of study.jobs.slice(1))
      story
        .run(id)
        .wait(1000)
        .complete(id, base[system!]! + 0.001 * seed!);
    return story;
  };

  it('seeds are aggregated, compared with their baseline and lead to file and line', () => {
    const { page } = at('results', done().view(inputs));
    if (page.kind !== 'results') throw new Error(page.kind);
    const momentum = page.groups.find(({ milestone }) => milestone.startsWith('M2'))!.systems[0]!;
    expect(momentum).toMatchObject({
      system: 'momentum',
      value: expect.stringMatching(/^0\.953 ± 0\.0016 \(5\)$|^0\.953 ± 0\.002 \(5\)$/) as string,
    });
    expect(momentum.comparison).toMatch(/^\+0\.05\d* p < 0\.001, better than sgd$/);
    expect(momentum.runs[0]).toEqual({
      run: 'R012',
      seed: 1,
      value: '0.951',
      file: 'results/R012.json',
      line: 3,
      pointer: '/test/accuracy',
    });
    // B1 and B2 are main and met; B3 and B4 are about ablations.
    expect(page.mainResult.verdict).toBe('positive');
    expect(page.handoff).toBeNull();
  });

  it('the verdicts stand at the blocks of the plan', () => {
    const verdicts = planPage(done().view(inputs)).blocks.map(({ verdict }) => verdict);
    expect(verdicts.every((verdict) => verdict !== null && verdict.length > 10)).toBe(true);
  });

  it('a run without a number is listed with the reason', () => {
    const input = new Story(study).toCheckpoint().approve().run('R002').fail('R002').view(inputs);
    const { page } = at('results', input);
    if (page.kind !== 'results') throw new Error(page.kind);
    expect(page.groups.find(({ milestone }) => milestone.startsWith('M1'))!.missing[0]).toEqual({
      runs: 'R002',
      why: 'out of memory at step 210',
    });
  });

  it('before the first end the page says what would be here', () => {
    expect(at('results', new Story(study).run('R001').view(inputs)).page.kind).toBe('empty');
  });
});

describe('the tree', () => {
  it('milestones show their share and runs the same why as the panel', () => {
    const story = new Story(study).toCheckpoint().approve().run('R002').wait(60_000).fail('R002');
    const input = story.view(inputs);
    const [sanity, baseline] = milestoneNodes(input);
    expect(sanity).toMatchObject({ id: 'milestone:M0', description: '1/1', look: { icon: 'pass-filled' } });
    expect(baseline!.description).toBe('0/10');
    const [failed] = runNodes('M1', input).nodes;
    expect(failed).toMatchObject({ id: 'run:R002', look: { icon: 'error' }, context: 'run;log;line;retry;' });
    expect(failed!.tooltip).toContain('out of memory at step 210');
    expect(failed!.description).toBe('60 s · failed');
  });

  it('nodes are equal while nothing happens, so that nothing is drawn anew', () => {
    const story = new Story(study).toCheckpoint();
    expect(runNodes('M1', story.view(inputs))).toEqual(
      runNodes('M1', story.view(inputs, { now: story.at + 60_000 })),
    );
  });
});

describe('what is not like the others', () => {
  it('a number of another metric than the page’s says its own name', () => {
    const story = new Story(study).toCheckpoint().approve().run('R002').run('R003').complete('R003', 0.9);
    const metrics = [{ name: 'files', value: 2, file: 'r.csv', pointer: 'files', line: 2 }];
    story.tell({ type: 'job.completed', job: 'R002', key: 'R002/1', metrics });
    story.study.jobs.forEach(({ id }) => expect(id).not.toBe(''));
    const { page } = at('results', story.view(inputs));
    if (page.kind !== 'results') throw new Error(page.kind);
    expect(page.metric).toBe('test/accuracy');
    const labels = page.groups.flatMap(({ systems }) => systems.map(({ system, value }) => [system, value]));
    for (const [system, value] of labels) if (value === '2 (1)') expect(system).toBe('sgd: files');
    expect(page.groups.flatMap(({ systems }) => systems).length).toBeGreaterThan(0);
  });

  it('a run that its author cut is listed and not part of what is to be done', () => {
    const jobs = study.jobs.filter(({ id }) => id !== 'R016');
    const runs = study.runs.map((run) =>
      run.id === 'R016' ? { ...run, standing: 'cut' as const, statusText: 'CUT' } : run,
    );
    const input = new Story({ ...study, jobs, runs }).view(inputs);
    expect(milestoneNodes(input)[2]!.description).toBe('0/4');
    expect(runNodes('M2', input).nodes).toHaveLength(5);
    expect(runNodes('M2', input, '', 2)).toMatchObject({ nodes: [{}, {}], more: 3 });
    expect(whyOf('R016', input)).toBe('marked "CUT" in the tracker: not run');
  });

  it('a run that is done elsewhere is told from one that Bridge has seen', () => {
    const jobs = study.jobs.filter(({ id }) => id !== 'R016');
    const runs = study.runs.map((run) =>
      run.id === 'R016' ? { ...run, standing: 'elsewhere' as const, statusText: 'DONE' } : run,
    );
    const input = new Story({ ...study, jobs, runs }).view(inputs);
    expect(whyOf('R016', input)).toBe(
      'marked "DONE" in the tracker, without a record of Bridge: not verified',
    );
  });
});
