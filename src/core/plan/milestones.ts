import type { Outline, TableRow } from '../text/outline';
import { commandsIn, commandsInCode } from './commands';
import { readCriteria } from './criteria';
import { TableView, isNothing, type ProblemList } from './facts';
import { parseGpuHours, budgetsInGpuHours } from './gpuHours';
import { expandIds, readMilestoneCell, readMilestoneId, type Identified } from './identifiers';
import { readJobCount } from './jobCount';
import { readFields, type Field } from './labels';
import type { GpuHours, Milestone, SuccessCriterion, TextFact } from './model';
import { runColumn } from './runTables';
import { ancestry, type Part, type Section, type Sections } from './sections';
import { isTotal, milestoneKind } from './words';

interface MilestoneTable {
  readonly view: TableView;
  readonly column: number;
  /** 3: a Milestone column; 2: weeks, phases or stages in its place; 1: a table of costs. */
  readonly rank: number;
}

/** What reading milestones needs to know of the whole document. */
export interface PlanContext {
  readonly outline: Outline;
  readonly sections: Sections;
  readonly problems: ProblemList;
  /** The plan speaks of GPU-hours, so that hours in a Cost column are GPU-hours. */
  readonly inGpuHours: boolean;
  /** Costs of milestones, by id, that could not be read. */
  readonly unreadCosts: Map<string, TextFact>;
}

/**
 * The milestones of one part of a plan, in run order. A run-order table counts before headings, headings before
 * list lines, and a table of costs is the last resort; each id counts once.
 */
export function readMilestones(context: PlanContext, part: Part): Milestone[] {
  const tables = milestoneTables(context, part);
  const best = Math.max(0, ...tables.map(({ rank }) => rank));
  const chosen = best >= 2 ? tables.filter(({ rank }) => rank === best) : [];
  let found = chosen.flatMap((table) => fromTable(context, table));
  const headings = fromHeadings(context, part);
  if (found.length === 0) found = headings;
  else if (best === 3) found.push(...headings.filter(({ id }) => /^M\d/.test(id)));
  if (found.length === 0) found = fromLines(context, part);
  if (found.length === 0)
    found = tables.filter(({ rank }) => rank === 1).flatMap((table) => fromTable(context, table));
  const seen = new Set<string>();
  return found.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function milestoneTables({ outline, sections }: PlanContext, part: Part): MilestoneTable[] {
  const tables: MilestoneTable[] = [];
  for (let index = part.start; index < part.end; index++) {
    const block = outline.blocks[index]!;
    if (block.kind !== 'table') continue;
    const view = new TableView(outline, block);
    const role = sections.roleAt(index);
    if (role === 'risks') continue;
    const milestone = view.column('milestone');
    const cells = block.rows.map((row) => view.text(row, 0)).filter((cell) => !isNothing(cell));
    const coded = cells.filter((cell) => readMilestoneId(cell)?.family === 'M').length * 2 > cells.length;
    const named = milestone === 0 || milestone === 1;
    const says = ['goal', 'runs', 'gate', 'purpose', 'block', 'risk'].some((has) => view.has(has as 'goal'));
    const priced = view.has('cost') || view.has('gpuHours') || view.has('time');
    if (runColumn(view) >= 0 && !(coded && !view.has('status'))) continue;
    if (role === 'budget' || (!says && priced)) {
      if (named || coded || view.column('stage') === 0)
        tables.push({ view, column: named ? milestone : 0, rank: 1 });
    } else if ((named && (says || priced)) || (coded && (says || priced || role === 'runOrder'))) {
      tables.push({ view, column: named && !coded ? milestone : 0, rank: 3 });
    } else if (view.column('stage') === 0 && (says || priced) && role !== 'other') {
      tables.push({ view, column: 0, rank: 2 });
    }
  }
  return tables;
}

function fromTable(context: PlanContext, { view, column }: MilestoneTable): Milestone[] {
  const header = view.headers[column]!;
  const rows = view.table.rows.flatMap((row) => {
    const cell = view.text(row, column);
    const named = isNothing(cell) || isTotal(cell) ? null : readMilestoneCell(cell, header);
    return named ? [{ row, named }] : [];
  });
  const coded = rows.filter(({ named }) => /\d|第|[A-Z]$/.test(named.id) && named.family !== '');
  return (coded.length * 2 >= rows.length ? coded : rows).map(({ row, named }) =>
    milestoneOfRow(context, view, row, named),
  );
}

function milestoneOfRow(context: PlanContext, view: TableView, row: TableRow, named: Identified): Milestone {
  const goal = view.fact(row, 'goal') ?? view.fact(row, 'purpose');
  const runs = view.fact(row, 'runs') ?? view.fact(row, 'run');
  const name = named.rest || (goal?.text ?? '');
  const gpuHours = costOfRow(context, view, row);
  if (gpuHours === null) noteUnread(context, view, row, named.id);
  return {
    id: named.id,
    name,
    kind: milestoneKind(named.id, name, goal?.text ?? ''),
    goal,
    gate: asCriterion(view.fact(row, 'gate')),
    gpuHours,
    runs: runIds(runs?.text ?? ''),
    commands: commandsIn(context.outline, row.from, row.to),
    jobCount: readJobCount(runs?.text ?? '') ?? readJobCount(goal?.text ?? ''),
    span: context.outline.lines.span(row.from, row.to),
  };
}

/** Ids of runs among the ids of a cell: `R001`, `E02`, not the blocks, claims and milestones that stand beside them. */
function runIds(text: string): string[] {
  return expandIds(text).filter(
    (id) => /^(?:R|run)[-_]?\d/i.test(id) || (/^[A-Za-z]{1,6}[-_]?\d{2,}/.test(id) && !/^[BCM]\d/.test(id)),
  );
}

function asCriterion(fact: TextFact | null): SuccessCriterion | null {
  return fact && { ...fact, ...readCriteria(fact.text) };
}

/** The GPU-hours that a row states, in whichever of its columns. */
export function costOfRow(context: PlanContext, view: TableView, row: TableRow): GpuHours | null {
  const hours = view.value(row, 'gpuHours');
  const cost = view.value(row, 'cost');
  const time = view.value(row, 'time');
  return (
    (hours === null ? null : parseGpuHours(hours, 'gpuHours')) ??
    (cost === null ? null : parseGpuHours(cost, context.inGpuHours ? 'hours' : 'none')) ??
    (time !== null && budgetsInGpuHours(time) ? parseGpuHours(time) : null)
  );
}

/** Remembers a cost that speaks of GPU-hours in a form that could not be read, in case nothing else states it. */
function noteUnread(context: PlanContext, view: TableView, row: TableRow, id: string): void {
  const hours = view.fact(row, 'gpuHours');
  const cost = view.fact(row, 'cost');
  const stated = hours ?? (cost !== null && budgetsInGpuHours(cost.text) ? cost : null);
  if (stated !== null && /\d/.test(stated.text)) context.unreadCosts.set(id, stated);
}

function fromHeadings(context: PlanContext, part: Part): Milestone[] {
  const { sections } = context;
  const found = sections.all.flatMap((section) => {
    if (section.start < part.start || section.start >= part.end) return [];
    const named = readMilestoneId(section.title);
    if (!named) return [];
    const around = [...ancestry(section.parent)];
    if (around.some(({ role }) => role === 'risks')) return [];
    return [{ section, named, ordered: around.some(({ role }) => role === 'runOrder') }];
  });
  const families = [...new Set(found.map(({ named }) => named.family))];
  const score = (family: string): number => {
    const members = found.filter(({ named }) => named.family === family);
    if (family === 'M') return 1000 + members.length;
    const ordered = members.some((member) => member.ordered);
    if (!ordered && (members.length < 2 || /^(?:step|day|days|round|tier|步骤)$/.test(family))) return 0;
    return (ordered ? 100 : 0) + members.length;
  };
  const family = families.sort((one, other) => score(other) - score(one))[0];
  if (family === undefined || score(family) === 0) return [];
  const members = found.filter(({ named }) => named.family === family);
  const level = Math.min(...members.map(({ section }) => section.heading.level));
  return members
    .filter(({ section }) => section.heading.level === level)
    .map(({ section, named }) => milestoneOfSection(context, section, named));
}

function milestoneOfSection(context: PlanContext, section: Section, named: Identified): Milestone {
  const { outline, sections } = context;
  const body = sections.within(section);
  const fields = readFields(outline, body);
  const first = (role: Field['role']) => fields.find((field) => field.role === role)?.value ?? null;
  const goal = first('goal');
  const tables = body.flatMap((block) => (block.kind === 'table' ? [new TableView(outline, block)] : []));
  const runs = tables.flatMap((view) => {
    const column = runColumn(view);
    return column < 0
      ? []
      : view.table.rows.map((row) => view.text(row, column)).filter((id) => !isNothing(id) && !isTotal(id));
  });
  const texts = body.flatMap((block) => (block.kind === 'text' ? block.lines : []));
  const last = body.at(-1);
  const to =
    last === undefined
      ? section.heading.line.to
      : last.kind === 'table'
        ? (last.rows.at(-1) ?? last.header).to
        : last.kind === 'heading'
          ? last.line.to
          : (last.lines.at(-1)?.to ?? section.heading.line.to);
  const counts = texts.map(({ text }) => readJobCount(text)).filter((count) => count !== null);
  return {
    id: named.id,
    name: named.rest,
    kind: milestoneKind(named.id, named.rest, goal?.text ?? ''),
    goal,
    gate: asCriterion(first('gate') ?? first('success')),
    gpuHours: costOfFields(section.title, fields),
    runs: [
      ...new Set([
        ...runs.flatMap((id) => {
          const ids = expandIds(id);
          return ids.length > 0 ? ids : [id];
        }),
        ...runIds(first('runs')?.text ?? ''),
      ]),
    ],
    commands: [
      ...commandsIn(outline, section.heading.line.to, to),
      ...body.flatMap((block) => (block.kind === 'code' ? commandsInCode(outline, block.lines) : [])),
    ],
    jobCount: counts.length > 0 ? Math.max(...counts) : null,
    span: outline.lines.span(section.heading.line.from, section.heading.line.to),
  };
}

function costOfFields(title: string, fields: readonly Field[]): GpuHours | null {
  for (const { role, value } of fields) {
    if (value === null || (role !== 'gpuHours' && role !== 'cost')) continue;
    const hours = parseGpuHours(value.text, role === 'gpuHours' ? 'gpuHours' : 'none');
    if (hours) return hours;
  }
  return parseGpuHours(title);
}

/** `- **M0: Sanity** …`, `1. M1 — …` or a bold line, in a section on the run order. */
function fromLines({ outline, sections }: PlanContext, part: Part): Milestone[] {
  const found: Milestone[] = [];
  for (let index = part.start; index < part.end; index++) {
    const block = outline.blocks[index]!;
    if (block.kind !== 'text' || (block.item && (!block.item.first || block.item.depth > 1))) continue;
    if (![...ancestry(sections.at(index))].some(({ role }) => role === 'runOrder')) continue;
    for (const line of block.item ? block.lines.slice(0, 1) : block.lines) {
      if (!block.item && !/^\s*(?:\*\*|__)/.test(line.text)) continue;
      const named = readMilestoneId(line.text.replace(/[*_`]{1,3}/g, ''));
      if (!named) continue;
      const goal =
        named.rest === '' ? null : { text: named.rest, span: outline.lines.span(line.from, line.to) };
      found.push({
        id: named.id,
        name: named.rest.slice(0, 200),
        kind: milestoneKind(named.id, named.rest, ''),
        goal,
        gate: null,
        gpuHours: parseGpuHours(line.text),
        runs: runIds(line.text),
        commands: commandsIn(outline, line.from, line.to),
        jobCount: readJobCount(line.text),
        span: outline.lines.span(line.from, line.to),
      });
    }
  }
  return found;
}
