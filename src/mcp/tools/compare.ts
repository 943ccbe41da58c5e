import * as v from 'valibot';
import { compareRuns } from '../../core/results/compareRuns';
import { resultRuns } from '../../core/results/evidence';
import { groupRuns, valuesOf, type RunGroup } from '../../core/results/runGroup';
import { studyResult } from '../../core/run/studyResult';
import { short } from '../data';
import { nullableNumber } from '../schemas';
import { defineTool, Refused } from '../tool';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(300));

/** Whether one system is better than another, or within noise. */
export const compare = defineTool({
  name: 'bridge_compare',
  title: 'Compare two systems',
  description:
    'Whether a system is better than a baseline in a metric, worse, within noise, or has too few runs to say: a t test over seeds, paired where seeds are common, corrected for the number of variants tried. Changes nothing.',
  readOnly: true,
  input: v.strictObject({
    baseline: v.pipe(
      name,
      v.description('system, or system with its configuration, as bridge_results calls it'),
    ),
    candidate: v.pipe(name, v.description('the same')),
    metric: v.optional(v.pipe(name, v.description('default: the primary metric'))),
    direction: v.optional(
      v.pipe(
        v.picklist(['higher', 'lower']),
        v.description('what is better; default: of the primary metric'),
      ),
    ),
    variants: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(100_000),
        v.description('how many candidates were tried, of which this is the best'),
      ),
    ),
  }),
  output: v.object({
    verdict: v.picklist(['better', 'worse', 'within-noise', 'too-few']),
    metric: v.string(),
    direction: v.string(),
    difference: nullableNumber,
    interval: v.array(v.number()),
    p: nullableNumber,
    pairedSeeds: v.nullable(v.array(v.number())),
    baseline: v.array(v.object({ run: v.string(), value: v.number() })),
    candidate: v.array(v.object({ run: v.string(), value: v.number() })),
  }),
  async run(input, context) {
    const state = context.state();
    const study = studyResult(state, 0);
    if (!study)
      throw new Refused('Nothing was started in this workspace yet, so there is nothing to compare.');
    const groups = groupRuns(resultRuns(study));
    const find = (wanted: string): RunGroup => {
      const found = groups.filter(({ label, system }) => label === wanted || system === wanted);
      if (found.length === 1) return found[0]!;
      const labels = groups.slice(0, 20).map(({ label }) => short(label));
      throw new Refused(
        found.length === 0
          ? `There is no system "${short(wanted)}". There are ${labels.join(', ') || 'none with results yet'}.`
          : `"${short(wanted)}" has several configurations: ${found.map(({ label }) => short(label)).join(', ')}.`,
      );
    };
    const metric = input.metric ?? study.primaryMetric?.name;
    if (metric === undefined) throw new Refused('The manifest names no primary_metric, so say which metric.');
    const primary = study.primaryMetric?.name === metric ? study.primaryMetric.direction : undefined;
    const direction = input.direction ?? primary;
    if (direction === undefined)
      throw new Refused(`Say whether higher or lower is better for ${short(metric)}.`);
    const [baseline, candidate] = [find(input.baseline), find(input.candidate)];
    const { verdict, difference, interval, p, pairedSeeds } = compareRuns(baseline, candidate, metric, {
      direction,
      variants: input.variants ?? 1,
    });
    const values = (group: RunGroup) =>
      group.runs
        .flatMap((run) =>
          valuesOf({ ...group, runs: [run] }, metric).map(({ value }) => ({ run: run.id, value })),
        )
        .slice(0, 100);
    return {
      sentence: `${short(candidate.label)} against ${short(baseline.label)} in ${short(metric)} (${direction} is better): ${verdict}.`,
      data: {
        ...{ verdict, metric, direction, difference, interval: [...interval], p },
        pairedSeeds: pairedSeeds && [...pairedSeeds],
        ...{ baseline: values(baseline), candidate: values(candidate) },
      },
    };
  },
});
