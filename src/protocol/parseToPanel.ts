import * as v from 'valibot';
import { activitySchema } from './agentsSchemas';
import { comparisonSchema } from './comparisonSchemas';
import { curvesViewSchema } from './curvesSchemas';
import { milestoneProgressSchema, pageSchemas } from './pageSchemas';
import { parseByTable, type Parsed, type SchemaOf, type SchemaTable } from './parsed';
import { pageNameSchema } from './parsePanelIntent';
import type { HeaderView, PageView, ToPanel } from './view';

const header: SchemaOf<HeaderView> = v.object({
  title: v.string(),
  target: v.string(),
  trusted: v.boolean(),
  sentence: v.string(),
  milestones: v.array(milestoneProgressSchema),
  gpuHours: v.object({
    planned: v.nullable(v.number()),
    used: v.number(),
    forecast: v.nullable(v.number()),
    cap: v.nullable(v.number()),
  }),
  endsAt: v.nullable(v.number()),
  needsYou: v.number(),
  driving: v.boolean(),
  activity: v.array(activitySchema),
});

const page: SchemaOf<PageView> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseByTable<PageView, 'kind'>(pageSchemas, 'kind', dataset.value);
    if (parsed.ok) return parsed.value;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

const messages: SchemaTable<ToPanel, 'type'> = {
  view: v.object({ type: v.literal('view'), view: v.object({ revision: v.number(), header, page }) }),
  log: v.object({
    type: v.literal('log'),
    run: v.string(),
    from: v.number(),
    text: v.string(),
    ended: v.boolean(),
  }),
  curves: v.object({ type: v.literal('curves'), curves: curvesViewSchema }),
  comparison: v.object({ type: v.literal('comparison'), comparison: comparisonSchema }),
  go: v.object({ type: v.literal('go'), page: pageNameSchema }),
  refused: v.object({ type: v.literal('refused'), sentence: v.string() }),
};

/** Reads what the host sent. A message that departs from the protocol is dropped by the panel, with its reason on the console. */
export function parseToPanel(message: unknown): Parsed<ToPanel> {
  return parseByTable<ToPanel, 'type'>(messages, 'type', message);
}
