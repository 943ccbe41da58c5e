import * as v from 'valibot';
import type { MetricPoint } from '../../core/results/metricStream';
import { parseJsonLine } from '../../core/results/metricRecord';

/** A run as W&B addresses it. */
export interface WandbRunPath {
  readonly entity: string;
  readonly project: string;
  readonly run: string;
}

const link = /https?:\/\/[^\s/]+\/([\w.-]+)\/([\w.%-]+)\/runs\/([\w.-]+)/g;

/** The run that the W&B client says it writes ("View run at https://…/ENTITY/PROJECT/runs/ID"); the last one of a log. */
export function runPathIn(log: string): WandbRunPath | null {
  const found = [...log.matchAll(link)].at(-1);
  if (!found) return null;
  const [, entity, project, run] = found;
  return { entity: entity!, project: decoded(project!), run: run! };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const answer = v.object({
  data: v.nullish(
    v.object({
      project: v.nullish(
        v.object({
          run: v.nullish(
            v.object({
              state: v.nullish(v.string()),
              history: v.nullish(v.array(v.string())),
              summaryMetrics: v.nullish(v.string()),
            }),
          ),
        }),
      ),
    }),
  ),
  errors: v.nullish(v.array(v.object({ message: v.string() }))),
});

/** `refused`: the server did not give it, for the reason it names. */
export type WandbRun =
  | {
      readonly kind: 'run';
      /** In the order of their steps. */
      readonly points: readonly MetricPoint[];
      /** Newest value of everything that was logged, at the step of the newest record. */
      readonly summary: readonly MetricPoint[];
      /** Step of the newest record; null: there is none. */
      readonly lastStep: number | null;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreadable' };

/** What the server answered about a run. Its own series (`_runtime`, `system/…`) are no metrics. */
export function parseRun(body: unknown): WandbRun {
  const parsed = v.safeParse(answer, body);
  if (!parsed.success) return { kind: 'unreadable' };
  const { data, errors } = parsed.output;
  const run = data?.project?.run;
  if (!run) {
    const why = errors?.[0]?.message;
    return why === undefined ? { kind: 'missing' } : { kind: 'refused', why };
  }
  let lastStep: number | null = null;
  const points = (run.history ?? []).flatMap((line) => {
    const read = pointsOf(line);
    for (const { step } of read) lastStep = Math.max(lastStep ?? step, step);
    return read;
  });
  return { kind: 'run', points, summary: pointsOf(run.summaryMetrics ?? '{}'), lastStep };
}

function pointsOf(line: string): MetricPoint[] {
  const record = parseJsonLine(line);
  if ('message' in record || record.step === null) return [];
  const { step } = record;
  return record.values.flatMap(([series, value]) =>
    /^_|^system[./]/.test(series) ? [] : [{ series, step, value }],
  );
}
