import * as v from 'valibot';
import type { CurveSeries, CurvesQuery, CurvesView } from './curves';
import type { SchemaOf } from './parsed';

/** More runs than are ever drawn together; the host draws fewer. */
const mostRuns = 20_000;

const name = v.pipe(v.string(), v.maxLength(1_000));

export const curvesQuerySchema: SchemaOf<CurvesQuery> = v.object({
  metric: v.nullable(name),
  runs: v.nullable(v.pipe(v.array(name), v.maxLength(mostRuns))),
  milestone: v.nullable(name),
  by: v.picklist(['run', 'system']),
  points: v.pipe(v.number(), v.safeInteger(), v.minValue(2), v.maxValue(20_000)),
});

const numbers = v.instance(Float64Array);

const series: SchemaOf<CurveSeries> = v.pipe(
  v.object({
    key: v.string(),
    label: v.string(),
    system: v.nullable(v.string()),
    runs: v.array(v.string()),
    steps: numbers,
    values: numbers,
    spread: v.nullable(numbers),
    counts: v.nullable(numbers),
    restarts: v.array(v.number()),
    running: v.boolean(),
  }),
  v.check(
    ({ steps, values, spread, counts }) =>
      [values, spread, counts].every((each) => each === null || each.length === steps.length),
    'Expected as many values as steps',
  ),
);

export const curvesViewSchema: SchemaOf<CurvesView> = v.object({
  query: curvesQuerySchema,
  metric: v.nullable(v.string()),
  metrics: v.array(v.string()),
  milestones: v.array(v.object({ id: v.string(), label: v.string() })),
  series: v.array(series),
  omitted: v.number(),
  silent: v.number(),
});
