import * as v from 'valibot';
import type { ComparisonView, RunPair } from './comparison';
import type { SchemaOf } from './parsed';

const name = v.pipe(v.string(), v.maxLength(1_000));
const pair = v.tuple([v.nullable(v.string()), v.nullable(v.string())]);

export const runPairSchema: SchemaOf<RunPair> = v.tuple([name, name]);

export const comparisonSchema: SchemaOf<ComparisonView> = v.object({
  runs: v.tuple([v.string(), v.string()]),
  facts: v.array(v.object({ label: v.string(), values: pair, same: v.boolean() })),
  metrics: v.array(v.object({ name: v.string(), values: pair, difference: v.nullable(v.string()) })),
  files: v.nullable(
    v.array(v.object({ path: v.string(), change: v.picklist(['edited', 'added', 'removed']) })),
  ),
  logs: v.boolean(),
});
