import * as v from 'valibot';
import { attentionKinds } from '../../core/run/attention';
import { statusDocument } from '../../cli/statusDocument';
import { awaitAttention } from '../../store/awaitAttention';
import { systemClock } from '../../store/systemClock';
import { approvalThrough } from '../approval';
import { short } from '../data';
import { checkpointOf, checkpointSchema } from '../schemas';
import { defineTool } from '../tool';

const defaultSeconds = 1800;
const mostSeconds = 86_400;
/** Clients end a call that gives no sign of life. */
const signMs = 10_000;

/** Returns on the next thing that needs attention, so that nobody has to poll. */
export const wait = defineTool({
  name: 'bridge_wait',
  title: 'Wait for the next event',
  description:
    'Returns when something needs attention: the study finished, a run failed, a gate was not passed, the budget is near its end, a run stalls, a checkpoint waits for the person. Call it once with `since` from the answer before and it waits, up to timeoutSeconds; do not poll. Where your client can ask the person, a checkpoint that comes up is put before them.',
  input: v.strictObject({
    for: v.optional(
      v.pipe(
        v.array(v.picklist(attentionKinds)),
        v.maxLength(attentionKinds.length),
        v.description('kinds to wait for; default: whatever somebody has to look at'),
      ),
    ),
    since: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(0), v.description('`revision` of an earlier answer')),
    ),
    timeoutSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(mostSeconds))),
  }),
  output: v.object({
    outcome: v.picklist(['came', 'ended', 'idle', 'timeout', 'interrupted']),
    events: v.array(
      v.object({
        ...{ kind: v.string(), at: v.string(), run: v.nullable(v.string()) },
        ...{ failed: v.boolean(), sentence: v.string() },
      }),
    ),
    counts: v.record(v.string(), v.number()),
    checkpoint: v.nullable(checkpointSchema),
    approval: v.nullable(v.picklist(['approved', 'declined', 'later', 'unasked'])),
    revision: v.pipe(v.number(), v.description('for `since` of the next call')),
  }),
  async run(input, context) {
    let signAt = systemClock.monotonic();
    const tell = (sentence: string) => {
      context.progress(sentence);
      signAt = systemClock.monotonic();
    };
    const alive = setInterval(() => {
      if (systemClock.monotonic() - signAt >= signMs) tell('It goes on; nothing needs attention yet.');
    }, signMs);
    try {
      const awaited = await awaitAttention(
        {
          ...{ root: context.root, kinds: input.for ?? null, since: input.since ?? null, clock: systemClock },
          timeoutMs: (input.timeoutSeconds ?? defaultSeconds) * 1000,
          heard: (event) => {
            if (event.type === 'job.completed') tell(`${short(event.job)} is done.`);
          },
        },
        context.signal,
      );
      const { attentions } = awaited;
      const asks = attentions.some(({ kind }) => kind === 'checkpoint');
      const approval =
        asks && context.state().checkpoint.kind === 'shown' ? await approvalThrough(context) : null;
      const state = context.state();
      const counts: Record<string, number> = {};
      for (const { status } of statusDocument(state, context.driving(), systemClock.now()).jobs)
        counts[status] = (counts[status] ?? 0) + 1;
      return {
        sentence: attentions.map(({ sentence }) => short(sentence)).join(' ') || nothingCame[awaited.outcome],
        data: {
          ...{ outcome: awaited.outcome, counts, approval, revision: awaited.revision },
          events: attentions.map(({ kind, at, run, bad, sentence }) => ({
            ...{ kind, at: new Date(at).toISOString(), run: run && short(run), failed: bad },
            sentence: short(sentence),
          })),
          checkpoint: state.checkpoint.kind === 'shown' ? checkpointOf(state.checkpoint.checkpoint) : null,
        },
      };
    } finally {
      clearInterval(alive);
    }
  },
});

const nothingCame = {
  ...{ came: '', ended: 'The study has ended.', idle: 'Nothing drives it now.' },
  timeout: 'Nothing needs attention yet. Call it again with this revision; it goes on by itself.',
  interrupted: 'The wait was cancelled; what runs goes on.',
} as const;
