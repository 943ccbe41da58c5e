import * as v from 'valibot';
import { resolveRuns } from '../../cli/control';
import { short } from '../data';
import { sentenced } from '../readStudy';
import { keySchema, runSchema } from '../schemas';
import { isSettled } from '../../core/run/foldJobs';
import { defineTool } from '../tool';

const runsAtMost = 1000;

/** Stops runs, or takes them off the queue. */
export const cancel = defineTool({
  name: 'bridge_cancel',
  title: 'Cancel runs',
  description:
    'Stops runs that run and takes waiting ones off the queue; a phase or milestone stands for its runs. Logs and results stay. Only a person lets a cancelled run run again.',
  destructive: true,
  input: v.strictObject({
    runs: v.pipe(v.array(runSchema), v.minLength(1), v.maxLength(runsAtMost)),
    idempotencyKey: keySchema,
  }),
  output: v.object({
    cancelled: v.pipe(v.array(v.string()), v.description('runs that are stopped or taken off the queue')),
    ended: v.pipe(v.array(v.string()), v.description('runs that had ended before; nothing changes for them')),
  }),
  async run({ runs: given, idempotencyKey }, context) {
    const state = context.state();
    const runs = sentenced(() => resolveRuns(state, given));
    const ended = runs.filter((id) => isSettled(state.jobs.get(id)?.phase));
    const open = runs.filter((id) => !ended.includes(id));
    if (open.length > 0)
      await context.record({ type: 'run.cancel', runs, by: context.caller }, idempotencyKey ?? null);
    return {
      sentence:
        open.length === 0
          ? 'All of them had ended before.'
          : `${open.length} ${open.length === 1 ? 'run is' : 'runs are'} being cancelled.`,
      data: {
        cancelled: open.slice(0, runsAtMost).map((id) => short(id)),
        ended: ended.slice(0, runsAtMost).map((id) => short(id)),
      },
    };
  },
});
