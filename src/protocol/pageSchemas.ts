import * as v from 'valibot';
import { agentNeedSchemas } from './agentsSchemas';
import type { SchemaOf, SchemaTable } from './parsed';
import { pageNameSchema, panelIntentSchema, runsQuerySchema, runStatusSchema } from './parsePanelIntent';
import type { MilestoneProgress, NeedView, PageView } from './view';
import type { RunRow, RunsLine } from './runs';

const text = v.string();
const maybeText = v.nullable(v.string());
const number = v.number();
const maybeNumber = v.nullable(v.number());

/** A measured value: a run that diverges reports NaN, and that must not cost the whole view. */
const measured = v.custom<number>((value) => typeof value === 'number', 'Expected a number');

const milestoneEntries = {
  id: text,
  name: text,
  state: v.picklist(['done', 'running', 'waiting', 'failed', 'empty']),
  completed: number,
  failed: number,
  running: number,
  total: number,
} as const;

export const milestoneProgressSchema: SchemaOf<MilestoneProgress> = v.object(milestoneEntries);

const runRow: SchemaOf<RunRow> = v.object({
  id: text,
  milestone: maybeText,
  system: maybeText,
  seed: maybeNumber,
  host: maybeText,
  gpus: text,
  status: runStatusSchema,
  progress: maybeNumber,
  spark: v.array(measured),
  metric: v.nullable(v.object({ name: text, value: text })),
  source: v.nullable(v.object({ file: text, line: maybeNumber })),
  elapsedMs: maybeNumber,
  estimatedMs: maybeNumber,
  attempts: number,
  why: maybeText,
  canCancel: v.boolean(),
  canRetry: v.boolean(),
  canPause: v.boolean(),
  canResume: v.boolean(),
});

const runsLine: SchemaOf<RunsLine> = v.variant('kind', [
  v.object({ kind: v.literal('group'), key: text, label: text, summary: text, collapsed: v.boolean() }),
  v.object({ kind: v.literal('run'), run: runRow }),
]);

const checkpoint = v.object({
  hash: text,
  title: text,
  target: text,
  sanity: v.object({ status: v.picklist(['passed', 'failed', 'none', 'pending']), sentence: text }),
  review: text,
  groundTruth: text,
  milestones: v.array(
    v.object({
      id: text,
      name: text,
      runs: number,
      estimate: text,
      commands: v.array(v.object({ run: text, command: text })),
    }),
  ),
  total: text,
  cost: text,
  unjudgedGates: v.array(v.object({ milestone: text, text })),
  notes: v.array(text),
  changes: v.array(text),
});

const need: SchemaOf<NeedView> = v.union([
  v.object({ kind: v.literal('checkpoint'), id: text, at: number, checkpoint }),
  v.object({
    kind: v.literal('failure'),
    id: text,
    at: number,
    run: text,
    sentence: text,
    evidence: v.array(text),
    next: text,
    advice: text,
  }),
  agentNeedSchemas.permission,
  agentNeedSchemas.change,
  agentNeedSchemas.finding,
  v.object({ kind: v.literal('notice'), id: text, at: number, title: text, sentence: text }),
]);

const budgetEntries = { planned: maybeNumber, used: number, forecast: maybeNumber };

/** One schema a page; complete by type. */
export const pageSchemas: SchemaTable<PageView, 'kind'> = {
  empty: v.object({
    kind: v.literal('empty'),
    page: pageNameSchema,
    title: text,
    sentence: text,
    action: v.nullable(v.object({ label: text, intent: panelIntentSchema })),
  }),
  plan: v.object({
    kind: v.literal('plan'),
    planPath: maybeText,
    method: maybeText,
    claims: v.array(v.object({ id: text, text, line: number })),
    milestones: v.array(
      v.object({
        ...milestoneEntries,
        goal: maybeText,
        gate: maybeText,
        gateVerdict: v.nullable(
          v.object({ verdict: v.picklist(['passed', 'failed', 'not-judged']), why: text }),
        ),
        gpuHours: maybeText,
        line: maybeNumber,
      }),
    ),
    blocks: v.array(
      v.object({
        id: text,
        title: text,
        priority: maybeText,
        criterion: maybeText,
        judgeable: v.boolean(),
        verdict: maybeText,
        line: number,
      }),
    ),
    problems: v.array(
      v.object({
        severity: v.picklist(['error', 'warning', 'info']),
        message: text,
        file: maybeText,
        line: maybeNumber,
      }),
    ),
    budgets: v.array(
      v.object({
        unit: v.picklist(['gpuHours', 'usd']),
        ...budgetEntries,
        limit: maybeNumber,
        level: v.picklist(['open', 'warned', 'spent']),
        rows: v.array(v.object({ milestone: text, ...budgetEntries })),
      }),
    ),
    stages: v.array(
      v.object({
        stage: text,
        label: text,
        outcome: v.picklist(['running', 'passed', 'failed', 'skipped', 'waiting', 'ahead']),
        note: text,
      }),
    ),
    whyNotDeploy: v.nullable(v.string()),
    deployedBefore: v.boolean(),
  }),
  runs: v.object({
    kind: v.literal('runs'),
    query: runsQuerySchema,
    lines: v.array(runsLine),
    totalLines: number,
    matching: number,
    total: number,
    systems: v.array(text),
    hosts: v.array(text),
  }),
  needs: v.object({ kind: v.literal('needs'), items: v.array(need) }),
  results: v.object({
    kind: v.literal('results'),
    resultsPath: maybeText,
    mainResult: v.object({
      verdict: v.picklist(['positive', 'negative', 'inconclusive']),
      headline: text,
      sentence: text,
      rule: text,
    }),
    mustRun: v.object({ done: number, total: number }),
    metric: text,
    direction: v.nullable(v.picklist(['higher', 'lower'])),
    groups: v.array(
      v.object({
        milestone: text,
        systems: v.array(
          v.object({
            system: text,
            value: text,
            comparison: maybeText,
            runs: v.array(
              v.object({
                run: text,
                seed: maybeNumber,
                value: text,
                file: text,
                line: maybeNumber,
                pointer: text,
              }),
            ),
          }),
        ),
        missing: v.array(v.object({ runs: text, why: text })),
      }),
    ),
    handoff: maybeText,
  }),
  timeline: v.object({
    kind: v.literal('timeline'),
    entries: v.array(
      v.object({
        at: number,
        sentence: text,
        by: maybeText,
        run: maybeText,
        tone: v.picklist(['plain', 'good', 'bad', 'ask']),
      }),
    ),
  }),
  doctor: v.object({
    kind: v.literal('doctor'),
    looking: v.boolean(),
    failure: maybeText,
    checks: v.array(
      v.object({
        id: text,
        title: text,
        state: v.picklist(['ok', 'missing', 'optional', 'unknown']),
        sentence: text,
        fix: maybeText,
      }),
    ),
  }),
};
