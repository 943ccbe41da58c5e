import * as v from 'valibot';
import { parseOverrides } from '../../core/run/overrides';
import { resolveOptions, type RequestedOptions } from '../../core/run/options';
import { optionsFor } from '../../cli/callOptions';
import { parseTargets } from '../../cli/target';
import { approvalThrough } from '../approval';
import { short } from '../data';
import { loadFor, pathFor, sentenced, silentIo } from '../readStudy';
import { checkpointOf, checkpointSchema, keySchema, problemOf, problemSchema } from '../schemas';
import { untilRest } from '../untilRest';
import { refuse } from './proposeChange';
import { defineTool, Refused, type ToolContext } from '../tool';

/** How long a call waits for the checkpoint; reviews take longer, and bridge_wait tells when they are done. */
const restMs = 60_000;

/** Starts the study, or goes on with it, as far as it may go without the person. */
export const start = defineTool({
  name: 'bridge_start',
  title: 'Start or resume the study',
  description:
    'Starts the study of the plan, or goes on with it, in a driver of its own that outlives this session. Nothing runs before the person approves: first the sanity runs, then the rest, each at a checkpoint that comes back here. Where your client can ask the person, it does so now. Then call bridge_wait.',
  input: v.strictObject({
    request: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(2000),
        v.description('plan and overrides, as in "EXPERIMENT_PLAN.md — compact: true, max parallel runs: 2"'),
      ),
    ),
    idempotencyKey: keySchema,
  }),
  output: v.object({
    outcome: v.picklist(['checkpoint', 'running', 'ended', 'review', 'idle', 'wrong-input']),
    approval: v.nullable(v.picklist(['approved', 'declined', 'later', 'unasked'])),
    checkpoint: v.nullable(checkpointSchema),
    problems: v.array(problemSchema),
    revision: v.pipe(v.number(), v.description('for `since` of bridge_wait')),
  }),
  async run({ request = '', idempotencyKey }, context) {
    const { root } = context;
    const { plan, overrides, problems } = parseOverrides(request);
    if (problems.length > 0) throw new Refused(`${short(problems.join(' '), 1000)} Nothing was started.`);
    const target = parseTargets(typeof overrides.target === 'string' ? [overrides.target] : []);
    const path = pathFor(root, plan ?? undefined, 'plan');
    const loaded = await loadFor(root, { plan: path, target });
    const told = loaded.problems.slice(0, 50).map(problemOf);
    if (!loaded.ok)
      return {
        sentence: 'The input cannot be run; nothing was started.',
        data: {
          outcome: 'wrong-input' as const,
          ...{ approval: null, checkpoint: null, problems: told, revision: context.state().revision },
        },
      };
    await refuseLoosening(overrides, loaded.study.statedGpuHours ?? null, context);
    const id = context.drive(
      { type: 'deploy', plan: path, overrides, target, asks: true, by: context.caller },
      idempotencyKey ?? null,
    );
    let rest = await untilRest(context, id, restMs);
    const approval = rest.outcome === 'checkpoint' ? await approvalThrough(context) : null;
    if (approval === 'approved') rest = await untilRest(context, null, restMs / 6);
    const { checkpoint, revision } = context.state();
    return {
      sentence: sentences[approval === null || approval === 'unasked' ? rest.outcome : approval],
      data: {
        ...{ outcome: rest.outcome, approval, problems: told, revision },
        checkpoint: checkpoint.kind === 'shown' ? checkpointOf(checkpoint.checkpoint) : null,
      },
    };
  },
});

const sentences = {
  checkpoint:
    'The checkpoint waits for the person’s approval. Tell them what it shows; they approve in VS Code or with "bridge approve". Then call bridge_wait.',
  running: 'It runs. Call bridge_wait to hear of the next thing that needs attention.',
  ended: 'The study has ended. bridge_results has its numbers.',
  review: 'The review found something critical: the person mends it or waives it, and nothing starts before.',
  idle: 'Nothing runs and nothing waits for an approval; bridge_status says why each run waits.',
  approved: 'The person approved what the checkpoint showed. Call bridge_wait.',
  declined: 'The person declined. Ask them what should change before you start it again.',
  later: 'The person has not answered yet; the checkpoint goes on waiting. Call bridge_wait.',
} as const;

/** An agent may tighten what the person chose, and nothing else. */
async function refuseLoosening(
  overrides: Readonly<Record<string, unknown>>,
  statedGpuHours: number | null,
  context: ToolContext,
): Promise<void> {
  const chosen = sentenced(() => optionsFor(context.root, {}, silentIo));
  const { options: wanted } = resolveOptions({ user: { ...chosen }, workspace: {}, call: overrides });
  const said = (name: keyof RequestedOptions) => name in overrides;
  // What the plan states in all holds where the person set no budget.
  const limit = chosen['budget.gpuHours'] ?? (statedGpuHours || Number.POSITIVE_INFINITY);
  if (said('budget.gpuHours') && (wanted['budget.gpuHours'] ?? Number.POSITIVE_INFINITY) > limit)
    await refuse('budget', 'to raise the budget of GPU-hours', context);
  if ('budget.usd' in overrides) await refuse('budget', 'to set a budget of money', context);
  if (wanted.autoDeploy && !chosen.autoDeploy)
    await refuse('approval', 'to deploy without the person’s approval (auto deploy)', context);
  const looser = [
    ...(chosen.codeReview && !wanted.codeReview ? ['code review: false'] : []),
    ...(chosen.sanityFirst && !wanted.sanityFirst ? ['sanity first: false'] : []),
    ...(wanted.maxParallelRuns > chosen.maxParallelRuns
      ? [`max parallel runs: ${wanted.maxParallelRuns}`]
      : []),
    ...(['reviewModel', 'reviewEffort', 'baseRepo'] as const)
      .filter((name) => name in overrides && overrides[name] !== null)
      .map((name) => `${name}: ${short(String(overrides[name]), 80)}`),
  ];
  if (looser.length > 0) await refuse('settings', `the override "${looser.join(', ')}"`, context);
}
