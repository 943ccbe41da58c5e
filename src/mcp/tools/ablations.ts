import * as v from 'valibot';
import { short } from '../data';
import { nullableNumber } from '../schemas';
import { defineTool } from '../tool';

const mostShown = 30;

/** Ablations that were proposed after the main results. */
export const ablations = defineTool({
  name: 'bridge_ablations',
  title: 'Proposed ablations',
  description:
    'Ablations that Bridge proposes once the main results are in: what each takes away, what is expected if it matters, what it costs. They wait as a change that the person takes over. Changes nothing.',
  readOnly: true,
  input: v.strictObject({}),
  output: v.object({
    proposals: v.array(
      v.object({
        ...{ id: v.string(), name: v.string(), tests: v.string(), expected: v.string() },
        ...{ priority: v.number(), gpuHours: nullableNumber, cost: v.string() },
      }),
    ),
    change: v.pipe(v.nullable(v.string()), v.description('the change that adds them to plan and tracker')),
    judge: v.nullable(v.string()),
  }),
  async run(_, context) {
    const proposed = context.state().agents.ablations;
    const count = proposed?.proposals.length ?? 0;
    return {
      sentence:
        proposed === null
          ? 'No ablations were proposed yet; that comes after the main results, where a reviewer is configured.'
          : `${count} ${count === 1 ? 'ablation is' : 'ablations are'} proposed; the person takes them over or not.`,
      data: {
        proposals: (proposed?.proposals ?? []).slice(0, mostShown).map((each) => ({
          ...{ id: short(each.id), name: short(each.name), tests: short(each.tests) },
          ...{ expected: short(each.expected), priority: each.priority },
          ...{ gpuHours: each.gpuHours, cost: short(each.cost) },
        })),
        change: proposed?.change ?? null,
        judge: proposed && short(proposed.judge.model),
      },
    };
  },
});
