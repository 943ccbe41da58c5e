import * as v from 'valibot';
import { agentIntentSchemas } from './agentsSchemas';
import { runPairSchema } from './comparisonSchemas';
import { curvesQuerySchema } from './curvesSchemas';
import { parseByTable, type Parsed, type SchemaOf, type SchemaTable } from './parsed';
import type { RunsQuery, RunStatus } from './runs';
import type { PageName, PanelIntent } from './panelIntent';

/** More runs than Bridge handles in one action; a longer list is a broken message, not a wish. */
const mostRuns = 20_000;
/** More lines than any screen shows with its margin. */
const mostLines = 1_000;

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const name = text(1_000);
const names = v.pipe(v.array(name), v.maxLength(mostRuns));
const lineNumber = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0)));

export const pageNameSchema: SchemaOf<PageName> = v.picklist([
  'plan',
  'runs',
  'needs',
  'results',
  'timeline',
  'doctor',
]);

export const runStatusSchema: SchemaOf<RunStatus> = v.picklist([
  'pending',
  'paused',
  'running',
  'unreachable',
  'completed',
  'failed',
  'stuck',
  'skipped',
  'cancelled',
]);

export const runsQuerySchema: SchemaOf<RunsQuery> = v.object({
  search: text(500),
  statuses: v.pipe(v.array(runStatusSchema), v.maxLength(20)),
  systems: names,
  hosts: names,
  group: v.picklist(['milestone', 'system', 'seed', 'host', 'status', 'none']),
  sort: v.object({
    key: v.picklist(['id', 'status', 'system', 'seed', 'elapsed', 'metric', 'host']),
    descending: v.boolean(),
  }),
  collapsed: names,
  range: v.object({
    start: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    count: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(mostLines)),
  }),
});

const alone = <Type extends string>(type: Type) => v.object({ type: v.literal(type) });
const onRuns = <Type extends string>(type: Type) => v.object({ type: v.literal(type), runs: names });

const intents: SchemaTable<PanelIntent, 'type'> = {
  ...agentIntentSchemas,
  ready: alone('ready'),
  look: v.object({ type: v.literal('look'), page: pageNameSchema, runs: v.nullable(runsQuerySchema) }),
  'plan.deploy': alone('plan.deploy'),
  'plan.open': v.object({ type: v.literal('plan.open'), line: lineNumber }),
  'example.try': alone('example.try'),
  'plan.new': alone('plan.new'),
  'checkpoint.approve': v.object({
    type: v.literal('checkpoint.approve'),
    hash: name,
    milestones: v.nullable(names),
  }),
  'checkpoint.reject': v.object({
    type: v.literal('checkpoint.reject'),
    hash: name,
    reason: text(10_000),
  }),
  'checkpoint.diff': v.object({ type: v.literal('checkpoint.diff'), hash: name }),
  'runs.cancel': onRuns('runs.cancel'),
  'runs.retry': onRuns('runs.retry'),
  'runs.pause': onRuns('runs.pause'),
  'runs.resume': onRuns('runs.resume'),
  'file.open': v.object({ type: v.literal('file.open'), file: text(4_096), line: lineNumber }),
  'log.follow': v.object({ type: v.literal('log.follow'), run: v.nullable(name) }),
  'curves.look': v.object({ type: v.literal('curves.look'), curves: v.nullable(curvesQuerySchema) }),
  'comparison.look': v.object({ type: v.literal('comparison.look'), runs: v.nullable(runPairSchema) }),
  'comparison.file': v.object({
    type: v.literal('comparison.file'),
    runs: runPairSchema,
    path: text(4_096),
  }),
  'comparison.logs': v.object({ type: v.literal('comparison.logs'), runs: runPairSchema }),
  'doctor.again': alone('doctor.again'),
  'doctor.fix': v.object({ type: v.literal('doctor.fix'), check: name }),
  'file.save': v.object({
    type: v.literal('file.save'),
    // A name, no path: where it goes is the person's choice.
    name: v.pipe(v.string(), v.regex(/^[^/\\:*?"<>|\0]{1,200}$/)),
    bytes: v.pipe(
      v.instance(Uint8Array),
      v.check((bytes) => bytes.length <= 50_000_000, 'Expected at most 50 MB'),
    ),
  }),
  'text.copy': v.object({ type: v.literal('text.copy'), text: text(5_000_000) }),
  'trust.manage': alone('trust.manage'),
};

/** Reads what the panel sent. The host trusts nothing that did not pass here. */
export function parsePanelIntent(message: unknown): Parsed<PanelIntent> {
  return parseByTable<PanelIntent, 'type'>(intents, 'type', message);
}

/** An intent inside another message, such as the one button of an empty page. */
export const panelIntentSchema: SchemaOf<PanelIntent> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parsePanelIntent(dataset.value);
    if (parsed.ok) return parsed.value;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);
