import * as v from 'valibot';
import { short } from '../data';
import { runOf } from '../runOf';
import { nullableNumber, runSchema } from '../schemas';
import { defineTool } from '../tool';

const runsAtMost = 20;
const seriesAtMost = 20;
const pointsAtMost = 200;
const defaultPoints = 20;
/** Numbers of curves in one answer. */
const numbersAtMost = 1000;

/** What runs measured and what their curves look like, as numbers. */
export const metrics = defineTool({
  name: 'bridge_metrics',
  title: 'Metrics and curves',
  description:
    'The final metrics of runs with the file and line of each number, and their training curves as points (down-sampled so that no spike is lost). Live while a run runs. Changes nothing.',
  readOnly: true,
  input: v.strictObject({
    runs: v.pipe(v.array(runSchema), v.minLength(1), v.maxLength(runsAtMost)),
    series: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.description('curves to show; default: all')),
    ),
    points: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(pointsAtMost))),
  }),
  output: v.object({
    runs: v.array(
      v.object({
        ...{ run: v.string(), status: v.string() },
        metrics: v.array(
          v.object({
            ...{ name: v.string(), value: v.number(), file: v.string(), line: nullableNumber },
          }),
        ),
        curves: v.array(
          v.object({
            ...{ series: v.string(), steps: v.array(v.number()), values: v.array(v.number()) },
            ...{
              gaps: v.pipe(
                v.array(v.number()),
                v.description('steps at which the value was NaN or infinite'),
              ),
            },
          }),
        ),
        seriesLeftOut: v.number(),
      }),
    ),
  }),
  async run({ runs, series, points = defaultPoints }, context) {
    const known = runs.map((id) => ({ id, ...runOf(context, id) }));
    const drawn = new Map(
      (await context.client.curves(runs, points)).map(({ run, curves }) => [run, curves] as const),
    );
    let left = numbersAtMost;
    return {
      sentence: `${runs.length === 1 ? short(runs[0]!) : `${runs.length} runs`}: the metrics as measured, the curves with at most ${points} points.`,
      data: {
        runs: known.map(({ id, job, status }) => {
          const all = (drawn.get(id) ?? []).filter(({ series: name }) => series?.includes(name) ?? true);
          const shown = all.slice(0, seriesAtMost).filter(({ points: some }) => {
            left -= 2 * some.length;
            return left >= 0;
          });
          return {
            ...{ run: id, status },
            metrics: (job.phase.kind === 'completed' ? job.phase.metrics : []).slice(0, 50).map((metric) => ({
              ...{ name: short(metric.name), value: metric.value, file: metric.file, line: metric.line },
            })),
            curves: shown.map(({ series: name, points: some, gaps }) => ({
              series: short(name),
              steps: some.map(({ step }) => step),
              values: some.map(({ value }) => value),
              gaps: [...gaps],
            })),
            seriesLeftOut: all.length - shown.length,
          };
        }),
      },
    };
  },
});
