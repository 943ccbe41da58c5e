import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import {
  parseSeeds,
  parseSystems,
  writeFirstPlan,
  type FirstPlan,
} from '../../../../src/core/plan/firstPlan';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseTracker } from '../../../../src/core/plan/parseTracker';

const answers: FirstPlan = {
  title: 'Clipping',
  question: 'Does clipping help, and when?',
  method: 'clip',
  baselines: ['sgd', 'adam'],
  metric: 'test/accuracy',
  direction: 'higher',
  seeds: [1, 2, 3],
  script: 'train.py',
};

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/);
const line = fc.stringMatching(/^[A-Za-z"'|`#: é表{}-]{1,40}$/).filter((text) => text.trim() !== '');

describe('a first plan', () => {
  it('is read whole: sanity, baselines, method, a criterion that a program can judge, and an entry a run', () => {
    const files = writeFirstPlan(answers);
    const plan = parsePlan(files.plan);
    expect(plan.problems.filter(({ code }) => code !== 'plan.cost-unreadable')).toEqual([]);
    expect(plan.milestones.map(({ id, kind, runs }) => [id, kind, runs.length])).toEqual([
      ['M0', 'sanity', 1],
      ['M1', 'baseline', 6],
      ['M2', 'main', 3],
    ]);
    expect(plan.blocks[0]?.successCriterion?.criterion).toMatchObject({
      metric: 'test/accuracy',
      comparison: '>',
      reference: 'sgd',
    });
    const manifest = parseManifest(files.manifest);
    expect(manifest.problems).toEqual([]);
    expect(manifest.jobs.map(({ id }) => id)).toEqual(parseTracker(files.tracker).rows.map(({ id }) => id));
    expect(manifest.primaryMetric).toEqual({ name: 'test/accuracy', direction: 'higher' });
  });

  it('asks for less where less is better', () => {
    const { plan, manifest } = writeFirstPlan({ ...answers, metric: 'loss', direction: 'lower' });
    expect(parsePlan(plan).blocks[0]?.successCriterion?.criterion).toMatchObject({
      metric: 'loss',
      comparison: '<',
    });
    expect(parseManifest(manifest).primaryMetric?.direction).toBe('lower');
  });

  it('fits together whatever is answered', () => {
    fc.assert(
      fc.property(
        line,
        line,
        fc.uniqueArray(word, { minLength: 1, maxLength: 4, selector: (name) => name.toLowerCase() }),
        fc.uniqueArray(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 5 }),
        (title, question, [method, ...baselines], seeds) => {
          const files = writeFirstPlan({ ...answers, title, question, method: method!, baselines, seeds });
          const manifest = parseManifest(files.manifest);
          expect(manifest.problems).toEqual([]);
          const ids = parseTracker(files.tracker).rows.map(({ id }) => id);
          expect(manifest.jobs.map(({ id }) => id)).toEqual(ids);
          expect(parsePlan(files.plan).milestones.flatMap(({ runs }) => runs)).toEqual(ids);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('takes seeds and systems as people write them', () => {
    expect(parseSeeds('1-3')).toEqual([1, 2, 3]);
    expect(parseSeeds('42, 200，201')).toEqual([42, 200, 201]);
    for (const wrong of ['', 'a', '3-1', '1.5', '1-9999']) expect(parseSeeds(wrong), wrong).toBeNull();
    expect(parseSystems('our method, sgd')).toEqual(['our-method', 'sgd']);
    for (const wrong of ['a, a', 'a; rm -rf $HOME', 'a|b', '"x"'])
      expect(parseSystems(wrong), wrong).toBeNull();
  });
});
