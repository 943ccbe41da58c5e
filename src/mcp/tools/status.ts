import * as v from 'valibot';
import { statusDocument } from '../../cli/statusDocument';
import { systemClock } from '../../store/systemClock';
import { cursorSchema, pageOf, short } from '../data';
import { checkpointOf, checkpointSchema, nullableNumber } from '../schemas';
import { defineTool } from '../tool';

const pageSize = 50;
const text = v.nullable(v.string());
const words = [
  ...(['pending', 'paused', 'running', 'unreachable', 'completed', 'failed', 'stuck', 'skipped'] as const),
  'cancelled',
] as const;

/** What runs, what waits and why, what is done and spent. */
export const status = defineTool({
  name: 'bridge_status',
  title: 'Status of the study',
  description:
    'What is running, waiting (with the reason), done and spent, and whether a checkpoint waits for the person. Do not call it in a loop: bridge_wait returns when something happens.',
  readOnly: true,
  input: v.strictObject({
    only: v.optional(v.pipe(v.picklist(words), v.description('runs of this status only'))),
    cursor: cursorSchema,
  }),
  output: v.object({
    title: text,
    driving: v.boolean(),
    outcome: text,
    counts: v.record(v.string(), v.number()),
    runs: v.array(
      v.object({
        ...{ id: v.string(), milestone: text, status: v.string(), attempts: v.number() },
        ...{ reason: text, why: text, started: text, ended: text },
      }),
    ),
    runsInAll: v.number(),
    phases: v.array(v.object({ name: v.string(), status: v.string() })),
    gpuHours: v.object({ used: v.number(), planned: nullableNumber, limit: nullableNumber }),
    remainingMinutes: nullableNumber,
    checkpoint: v.nullable(checkpointSchema),
    openChanges: v.array(v.object({ change: v.string(), title: v.string() })),
    nextCursor: text,
    revision: v.pipe(v.number(), v.description('for `since` of bridge_wait')),
  }),
  async run({ only, cursor }, context) {
    const state = context.state();
    const document = statusDocument(state, context.driving(), systemClock.now());
    const counts: Record<string, number> = {};
    for (const { status: word } of document.jobs) counts[word] = (counts[word] ?? 0) + 1;
    const all = only === undefined ? document.jobs : document.jobs.filter((job) => job.status === only);
    const page = pageOf(all, cursor, pageSize);
    const said = Object.entries(counts).map(([word, count]) => `${count} ${word}`);
    const open = [...state.agents.changes.values()].filter(
      ({ rejected, files }) => rejected === null && files.some(({ standing }) => standing === 'open'),
    );
    const { used, planned, limit } = document.budget.gpuHours;
    return {
      sentence:
        document.jobs.length === 0
          ? 'Nothing was started in this workspace yet; bridge_start does.'
          : `${said.join(', ')}.${document.checkpoint ? ' The checkpoint waits for the person’s approval.' : ''}`,
      data: {
        ...{ title: state.study && short(state.study.title), driving: document.driving },
        ...{ outcome: document.outcome, counts, runsInAll: all.length, nextCursor: page.nextCursor },
        runs: page.items.map((job) => ({
          ...{ id: short(job.id), milestone: job.milestone && short(job.milestone), status: job.status },
          ...{ attempts: job.attempts, reason: job.reason, why: job.why && short(job.why) },
          ...{ started: job.started, ended: job.ended },
        })),
        phases: document.phases
          .slice(0, 50)
          .map((phase) => ({ name: short(phase.name), status: phase.status })),
        gpuHours: { used, planned, limit },
        remainingMinutes: document.remainingMs === null ? null : Math.ceil(document.remainingMs / 60_000),
        checkpoint: document.checkpoint ? checkpointOf(document.checkpoint) : null,
        openChanges: open.slice(0, 20).map(({ id, title }) => ({ change: id, title: short(title) })),
        revision: state.revision,
      },
    };
  },
});
