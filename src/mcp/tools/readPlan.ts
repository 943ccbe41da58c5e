import * as v from 'valibot';
import { parsePlan } from '../../core/plan/parsePlan';
import { parseTracker } from '../../core/plan/parseTracker';
import { findInput } from '../../engine/inputs';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { cursorSchema, pageOf, short } from '../data';
import { pathFor } from '../readStudy';
import { problemOf, problemSchema } from '../schemas';
import { defineTool, Refused } from '../tool';

const pageSize = 50;
const text = v.nullable(v.string());
const hours = v.nullable(v.object({ low: v.number(), high: v.number() }));

/** What is read in the plan and its tracker. */
export const readPlan = defineTool({
  name: 'bridge_read_plan',
  title: 'Read the experiment plan',
  description:
    'What Bridge reads in the experiment plan and its tracker: claims, milestones with gates, blocks with success criteria, runs, GPU-hours, and problems with their lines. Changes nothing.',
  readOnly: true,
  input: v.strictObject({
    plan: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(1000),
        v.description('path in the workspace; default: refine-logs/EXPERIMENT_PLAN.md'),
      ),
    ),
    cursor: cursorSchema,
  }),
  output: v.object({
    plan: text,
    tracker: text,
    title: v.string(),
    claims: v.array(v.object({ id: v.string(), text: v.string() })),
    milestones: v.array(
      v.object({
        id: v.string(),
        name: v.string(),
        kind: v.string(),
        gate: text,
        gpuHours: hours,
        line: v.number(),
      }),
    ),
    blocks: v.array(
      v.object({
        id: v.string(),
        title: v.string(),
        priority: text,
        successCriterion: text,
        line: v.number(),
      }),
    ),
    totalGpuHours: hours,
    runs: v.array(
      v.object({ id: v.string(), milestone: text, status: v.string(), priority: text, line: v.number() }),
    ),
    runsInAll: v.number(),
    problems: v.array(problemSchema),
    problemsInAll: v.number(),
    nextCursor: v.pipe(text, v.description('for more runs; null: these were the last')),
  }),
  async run({ plan: given, cursor }, { root }) {
    const files = new LocalWorkspaceFiles(root);
    const [planFile, trackerFile] = await Promise.all([
      findInput(files, 'plan', pathFor(root, given, 'plan')),
      findInput(files, 'tracker'),
    ]);
    if (!planFile && (given !== undefined || !trackerFile))
      throw new Refused(
        given === undefined
          ? 'There is no plan and no tracker in refine-logs/. Write refine-logs/EXPERIMENT_PLAN.md first; "bridge template" prints one to start from.'
          : `There is no plan at ${short(given)}.`,
      );
    const plan = parsePlan(planFile?.text ?? '');
    const tracker = trackerFile ? parseTracker(trackerFile.text) : null;
    const rows = tracker && tracker.rows.length > 0 ? tracker.rows : plan.runs;
    const problems = [
      ...(planFile ? plan.problems : [])
        .filter(({ code }) => code !== 'plan.no-runs' || rows.length === 0)
        .map((problem) => ({ ...problem, file: problem.file ?? planFile?.path ?? null })),
      ...(tracker?.problems ?? []).map((problem) => ({
        ...problem,
        file: problem.file ?? trackerFile?.path ?? null,
      })),
    ];
    const page = pageOf(rows, cursor, pageSize);
    return {
      sentence: `${short(plan.title) || 'The plan'}: ${plan.milestones.length} milestones, ${rows.length} runs, ${problems.length} problems.`,
      data: {
        ...{ plan: planFile?.path ?? null, tracker: trackerFile?.path ?? null, title: short(plan.title) },
        claims: plan.claims
          .slice(0, 50)
          .map(({ id, text: claim }) => ({ id: short(id), text: short(claim) })),
        milestones: plan.milestones.slice(0, 50).map(({ id, name, kind, gate, gpuHours, span }) => ({
          ...{ id: short(id), name: short(name), kind, gate: gate && short(gate.text), gpuHours },
          line: span.start.line,
        })),
        blocks: plan.blocks.slice(0, 50).map(({ id, title, priority, successCriterion, span }) => ({
          ...{ id: short(id), title: short(title), priority, line: span.start.line },
          successCriterion: successCriterion && short(successCriterion.text),
        })),
        totalGpuHours: plan.totalGpuHours,
        runs: page.items.map(({ id, milestone, status, priority, span }) => ({
          ...{ id: short(id), milestone: milestone && short(milestone), status, priority },
          line: span.start.line,
        })),
        runsInAll: rows.length,
        problems: problems.slice(0, pageSize).map(problemOf),
        problemsInAll: problems.length,
        nextCursor: page.nextCursor,
      },
    };
  },
});
