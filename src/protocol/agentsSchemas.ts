import * as v from 'valibot';
import type { ActivityView, AgentNeed, AgentPanelIntent } from './agents';
import type { SchemaOf, SchemaTable } from './parsed';

const text = v.string();
const id = v.pipe(v.string(), v.maxLength(1_000));
const words = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(10_000));

export const activitySchema: SchemaOf<ActivityView> = v.object({
  work: text,
  sentence: text,
  detail: text,
  stalled: v.boolean(),
});

export const agentNeedSchemas: SchemaTable<AgentNeed, 'kind'> = {
  permission: v.object({
    kind: v.literal('permission'),
    id: text,
    at: v.number(),
    permission: text,
    title: text,
    command: v.nullable(text),
    paths: v.array(text),
    hasMore: v.boolean(),
  }),
  change: v.object({
    kind: v.literal('change'),
    id: text,
    at: v.number(),
    change: text,
    title: text,
    files: v.array(
      v.object({ path: text, added: v.number(), removed: v.number(), note: text, canTake: v.boolean() }),
    ),
    deviations: v.array(text),
  }),
  finding: v.object({
    kind: v.literal('finding'),
    id: text,
    at: v.number(),
    finding: text,
    severity: v.picklist(['CRITICAL', 'MAJOR', 'MINOR']),
    origin: text,
    title: text,
    why: text,
    fix: text,
    file: text,
    line: v.number(),
    canOpen: v.boolean(),
    standing: v.picklist(['open', 'disputed']),
    stale: v.boolean(),
    said: v.array(text),
  }),
};

export const agentIntentSchemas: SchemaTable<AgentPanelIntent, 'type'> = {
  'permission.answer': v.object({
    type: v.literal('permission.answer'),
    permission: id,
    answer: v.picklist(['once', 'run', 'deny']),
  }),
  'permission.look': v.object({ type: v.literal('permission.look'), permission: id }),
  'change.look': v.object({ type: v.literal('change.look'), change: id }),
  'change.take': v.object({
    type: v.literal('change.take'),
    change: id,
    files: v.nullable(v.pipe(v.array(v.pipe(v.string(), v.maxLength(4_096))), v.maxLength(10_000))),
  }),
  'change.choose': v.object({ type: v.literal('change.choose'), change: id }),
  'change.reject': v.object({ type: v.literal('change.reject'), change: id, reason: words }),
  'finding.waive': v.object({ type: v.literal('finding.waive'), finding: id, reason: words }),
  'finding.dispute': v.object({ type: v.literal('finding.dispute'), finding: id, reason: words }),
  'finding.reply': v.object({ type: v.literal('finding.reply'), finding: id, text: words }),
  'finding.resolve': v.object({ type: v.literal('finding.resolve'), finding: id }),
  'work.cancel': v.object({ type: v.literal('work.cancel'), work: id }),
  'agents.choose': v.object({ type: v.literal('agents.choose') }),
};
