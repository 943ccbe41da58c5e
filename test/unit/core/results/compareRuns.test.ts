import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../src/core/results/compareRuns';
import { unlikeAspects } from '../../../../src/core/results/likeWithLike';
import { groupRuns } from '../../../../src/core/results/runGroup';
import { floorOfDifference, studyNoise } from '../../../../src/core/results/studyNoise';
import { milestone, run, runs } from './fixtureStudy';

const metric = 'test/accuracy';
const group = (members: Parameters<typeof groupRuns>[0]) => groupRuns(members)[0]!;
const higher = { direction: 'higher' } as const;
/** Seeds differ by far more than the systems do. */
const bySeed = [0.7, 0.8, 0.9, 0.75, 0.85];

describe('a comparison of runs', () => {
  it('pairs runs of one seed, and so sees a gain that is smaller than the spread of the seeds', () => {
    const base = group(runs('B', 'base', bySeed));
    const better = group(
      runs(
        'C',
        'better',
        bySeed.map((value, i) => value + 0.01 + 0.001 * (i % 2)),
      ),
    );
    const { verdict, pairedSeeds, difference } = compareRuns(base, better, metric, higher);
    expect({ verdict, pairedSeeds }).toEqual({ verdict: 'better', pairedSeeds: [1, 2, 3, 4, 5] });
    expect(difference).toBeCloseTo(0.0104, 10);
    const unseeded = (members: ReturnType<typeof runs>) =>
      group(members.map((each) => ({ ...each, seed: null })));
    expect(compareRuns(unseeded([...base.runs]), unseeded([...better.runs]), metric, higher)).toMatchObject({
      verdict: 'within-noise',
      pairedSeeds: null,
    });
  });

  it('leaves a seed that only one side has out of both, so that a failed run changes no mean', () => {
    const base = group(runs('B', 'base', [0.8, 0.81, 0.79, 0.2]));
    const same = group(runs('C', 'same', [0.8, 0.81, 0.79]));
    const { difference, pairedSeeds } = compareRuns(base, same, metric, higher);
    expect(pairedSeeds).toEqual([1, 2, 3]);
    expect(difference).toBeCloseTo(0, 12);
  });

  it('does not pair fewer than three seeds, nor runs of which one has no seed', () => {
    const two = compareRuns(
      group(runs('B', 'base', [0.8, 0.82])),
      group(runs('C', 'new', [0.9, 0.92])),
      metric,
      higher,
    );
    expect(two.pairedSeeds).toBeNull();
    const [first, ...rest] = runs('C', 'new', bySeed);
    const one = compareRuns(
      group(runs('B', 'base', bySeed)),
      group([{ ...first!, seed: null }, ...rest]),
      metric,
      higher,
    );
    expect(one.pairedSeeds).toBeNull();
  });
});

describe('the noise floor', () => {
  it('is pooled over all repeated configurations and leaves sanity out', () => {
    const study = {
      milestones: [
        milestone('M0', 'sanity', runs('S', 'tiny', [0.1, 0.9])),
        milestone('M1', 'main', [
          ...runs('A', 'a', [0.5, 0.52]),
          ...runs('B', 'b', [0.8, 0.84]),
          run('X', 'x', 1),
        ]),
      ],
    };
    const floor = studyNoise(study, metric)!;
    expect(floor.degreesOfFreedom).toBe(2);
    expect(floor.std).toBeCloseTo(Math.sqrt((0.0002 + 0.0008) / 2), 12);
    expect(floorOfDifference(floor, 1, 1)).toBeCloseTo(floor.singleRunDifference, 12);
    expect(floorOfDifference(floor, 4, 4)).toBeCloseTo(floor.singleRunDifference / 2, 12);
  });

  it('is unknown where nothing was repeated', () => {
    expect(studyNoise({ milestones: [milestone('M1', 'main', [run('X', 'x', 1)])] }, metric)).toBeNull();
  });
});

describe('two sides of a comparison', () => {
  const made = { commit: 'a', code: null, host: 'h', gpu: 'A100', python: '3.11', packages: 'p' };

  it('are named unlike in each aspect that differs', () => {
    const ours = [run('C', 'c', 1, { madeWith: { ...made, commit: 'b', gpu: 'H100' } })];
    expect(unlikeAspects(ours, [run('B', 'b', 1, { madeWith: made })])).toEqual(['commit', 'gpu']);
  });

  it('are not called unlike in what is unknown for one of them', () => {
    expect(unlikeAspects([run('C', 'c', 1, { madeWith: made })], [run('B', 'b', 1)])).toEqual([]);
  });
});
