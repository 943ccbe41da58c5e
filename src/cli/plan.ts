import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Plan, Tracker } from '../core/plan/model';
import { parsePlan } from '../core/plan/parsePlan';
import { parseTracker } from '../core/plan/parseTracker';
import { describeProblem, type Problem } from '../core/text/span';
import { CliError, exitCode, type CliIo } from './io';

interface PlanOptions {
  readonly tracker?: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `bridge plan PLAN`: what Bridge reads in a plan and its tracker. Runs nothing and writes nothing. */
export function registerPlan(program: Command, io: CliIo): void {
  program
    .command('plan')
    .description('show what is read in an experiment plan and its tracker')
    .argument('<plan>', 'the plan, usually refine-logs/EXPERIMENT_PLAN.md')
    .option('--tracker <file>', 'the tracker, usually refine-logs/EXPERIMENT_TRACKER.md')
    .option('--json', 'print one JSON document')
    .option('--workspace <dir>', 'folder that relative paths start from', '.')
    .action(async (planFile: string, options: PlanOptions) => {
      const plan = parsePlan(await readInput(io, planFile, options.workspace, 'plan'));
      const tracker =
        options.tracker === undefined
          ? null
          : parseTracker(await readInput(io, options.tracker, options.workspace, 'tracker'));
      const problems = [
        ...plan.problems
          .filter(({ code }) => code !== 'plan.no-runs' || !tracker || tracker.rows.length === 0)
          .map((problem) => ({ ...problem, file: planFile })),
        ...(tracker?.problems ?? []).map((problem) => ({ ...problem, file: options.tracker! })),
      ];
      if (options.json) io.out(JSON.stringify(planDocument(plan, tracker, problems, planFile), null, 2));
      else io.out(planSummary(plan, tracker, problems));
    });
}

async function readInput(io: CliIo, file: string, workspace: string, what: string): Promise<string> {
  const path = io.resolve(file, workspace);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'there is no such file'
        : (error as Error).message.replace(/^[A-Z]+: |, \w+ '.*'$/g, '');
    throw new CliError(`cannot read the ${what}: looked for ${path}, but ${reason}`, exitCode.wrongInput, {
      cause: error,
    });
  }
}

/** The document of `plan --json`, as other programs rely on it. Problems of the tracker name their file in the message. */
function planDocument(plan: Plan, tracker: Tracker | null, problems: readonly Problem[], planFile: string) {
  return {
    title: plan.title,
    claims: plan.claims.map(({ id }) => ({ id })),
    milestones: plan.milestones.map(({ id, name, gpuHours, span }) => ({
      id,
      name,
      gpuHours,
      line: span.start.line,
    })),
    blocks: plan.blocks.map(({ id, title, priority, successCriterion, span }) => ({
      id,
      title,
      priority,
      successCriterion: successCriterion && {
        text: successCriterion.text,
        line: successCriterion.span.start.line,
      },
      line: span.start.line,
    })),
    totalGpuHours: plan.totalGpuHours,
    runs: (tracker?.rows ?? plan.runs).map(({ id, milestone, status, priority, span }) => ({
      id,
      milestone,
      status,
      priority,
      line: span.start.line,
    })),
    problems: problems.map((problem) => ({
      severity: problem.severity,
      message: problem.file === planFile ? problem.message : describeProblem(problem),
      line: problem.span?.start.line ?? null,
    })),
  };
}

function planSummary(plan: Plan, tracker: Tracker | null, problems: readonly Problem[]): string {
  const runs = tracker?.rows ?? plan.runs;
  const counted = runs.some(({ priority }) => priority !== null) ? runs : plan.blocks;
  const count = (...priorities: (string | null)[]) =>
    counted.filter(({ priority }) => priorities.includes(priority)).length;
  const order = plan.milestones.map(
    ({ id, name, kind }) => `${id}${name === '' ? '' : ` ${name}`}${kind === 'other' ? '' : ` [${kind}]`}`,
  );
  const lines = [
    `Experiment plan loaded: ${plan.title || '(no title)'}`,
    `- Milestones: ${plan.milestones.length}${order.length > 0 ? ` (${plan.milestones.map(({ id }) => id).join(' → ')})` : ''}`,
    `- Must-run experiments: ${count('must-run', 'mixed')}`,
    `- Nice-to-have: ${count('nice-to-have')}`,
    `- Estimated GPU-hours: ${describeHours(plan)}`,
    `- Claims: ${plan.claims.map(({ id }) => id).join(', ') || 'none'}; blocks: ${plan.blocks.map(({ id }) => id).join(', ') || 'none'}; runs: ${runs.length}`,
    ...order.map((milestone) => `    ${milestone}`),
    ...problems.map((problem) => `${problem.severity}: ${describeProblem(problem)}`),
  ];
  return lines.join('\n');
}

function describeHours(plan: Plan): string {
  const show = ({ low, high }: { low: number; high: number }) =>
    low === high ? String(low) : `${low}-${high}`;
  if (plan.totalGpuHours) return show(plan.totalGpuHours);
  const stated = plan.milestones.flatMap(({ gpuHours }) => (gpuHours ? [gpuHours] : []));
  if (stated.length === 0) return 'not stated';
  const sum = stated.reduce((total, { low, high }) => ({ low: total.low + low, high: total.high + high }), {
    low: 0,
    high: 0,
  });
  return `${show(sum)} (sum of ${stated.length} of ${plan.milestones.length} milestones; the plan states no total)`;
}
