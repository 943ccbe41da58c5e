import type { MarkdownTree } from '../text/markdown';
import { readOutline } from '../text/outline';
import { readBlocks } from './blocks';
import { fillFromBudgets, readTotal } from './budgets';
import { readClaims } from './claims';
import { ProblemList } from './facts';
import { budgetsInGpuHours } from './gpuHours';
import { readMilestones, type PlanContext } from './milestones';
import type { Plan } from './model';
import { readRunTables } from './runTables';
import { Sections } from './sections';

/**
 * Reads an experiment plan. It never throws: a fact that is not there is absent, and what looks like one and could not
 * be understood is among the `problems`. An editor that parses incrementally passes its tree of the same text.
 */
export function parsePlan(text: string, tree?: MarkdownTree): Plan {
  const outline = readOutline(text, tree);
  const sections = new Sections(outline);
  const problems = new ProblemList(outline);
  const context: PlanContext = {
    outline,
    sections,
    problems,
    inGpuHours: budgetsInGpuHours(text),
    unreadCosts: new Map(),
  };
  const parts = sections.parts();
  const milestones = once(
    parts.flatMap((part) => fillFromBudgets(context, part, readMilestones(context, part))),
  );
  const blocks = once(parts.flatMap((part) => readBlocks(context, part)));
  const claims = once(parts.flatMap((part) => readClaims(context, part)));
  const runs = readRunTables(outline, sections, new ProblemList(outline));
  const totals = parts.map((part) => readTotal(context, part)).filter((total) => total !== null);

  if (text.trim() === '') problems.add('error', 'plan.empty', 'The plan is empty.', null);
  else {
    if (milestones.length === 0)
      problems.add(
        'warning',
        'plan.no-milestones',
        'No milestones were found; add a table with the columns Milestone, Goal, Runs, Decision Gate and Cost, or headings such as “### M0: Sanity”.',
        null,
      );
    if (milestones.every((milestone) => milestone.runs.length === 0) && runs.length === 0)
      problems.add(
        'info',
        'plan.no-runs',
        'The plan names no runs by id; the tracker has to say which runs belong to which milestone.',
        null,
      );
  }
  for (const { id, gpuHours } of milestones) {
    const cost = context.unreadCosts.get(id);
    if (gpuHours !== null || !cost) continue;
    const message = `The cost of ${id}, “${cost.text.slice(0, 60)}”, could not be read as GPU-hours; a form such as “4 GPU-h” or “4-6 GPU-h” can.`;
    problems.add('info', 'plan.cost-unreadable', message, cost.span);
  }
  for (const part of parts.slice(1)) {
    const heading = outline.blocks[part.start]!;
    if (heading.kind === 'heading')
      problems.add(
        'warning',
        'plan.two-plans',
        `A second plan begins here; its milestones and claims are read along with the first's. Move it to a file of its own if only one is meant.`,
        heading.line,
      );
  }
  for (const block of outline.blocks) {
    if (block.kind === 'table' && !block.wellFormed)
      problems.add(
        'warning',
        'table.delimiter',
        'The |---| line under this header has another number of columns than the header, so Markdown shows no table here; make them equal.',
        block.header,
      );
  }
  const title =
    sections.all.find(({ heading }) => heading.level === 1)?.title ?? sections.all[0]?.title ?? '';
  return {
    title,
    claims,
    milestones,
    blocks,
    totalGpuHours: totals[0] ?? null,
    runs,
    problems: problems.all,
  };
}

function once<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id));
}
