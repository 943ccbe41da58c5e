import type { OutlineLine } from '../text/outline';
import { plainText } from '../text/plainText';
import { TableView, isNothing } from './facts';
import { parseGpuHours } from './gpuHours';
import { readBlockId, readMilestoneCell, readMilestoneId } from './identifiers';
import { readLabels } from './labels';
import { costOfRow, type PlanContext } from './milestones';
import type { GpuHours, Milestone } from './model';
import { ancestry, type Part } from './sections';
import { isTotal, normaliseWords } from './words';

/** Fills in what the run order leaves out from tables and lists of costs (`M4 risk training | 2 | 0.5`). */
export function fillFromBudgets(
  context: PlanContext,
  part: Part,
  milestones: readonly Milestone[],
): Milestone[] {
  const costs = new Map<string, GpuHours | null>();
  const note = (id: string, hours: GpuHours | null) => {
    if (hours) costs.set(id, costs.has(id) ? null : hours); // an id with two costs has none that could be told
  };
  for (let index = part.start; index < part.end; index++) {
    const block = context.outline.blocks[index]!;
    if (block.kind === 'table') {
      const view = new TableView(context.outline, block);
      if (!view.has('gpuHours') && !view.has('cost')) continue;
      for (const row of block.rows) {
        const named = readMilestoneCell(view.text(row, 0), view.headers[0] ?? '');
        if (
          named &&
          milestones.some(({ id, gpuHours }) => id === named.id && gpuHours === null) &&
          !combined(view.text(row, 0), named.id)
        ) {
          note(named.id, costOfRow(context, view, row));
        }
      }
    } else if (block.kind === 'text' && context.sections.roleAt(index) === 'budget') {
      for (const line of block.lines) {
        const named = readMilestoneCell(plainText(line.text.slice(0, 300)), '');
        if (
          named &&
          milestones.some(({ id }) => id === named.id) &&
          !combined(plainText(line.text.slice(0, 300)), named.id)
        )
          note(named.id, parseGpuHours(plainText(line.text)));
      }
    }
  }
  return milestones.map((milestone) =>
    milestone.gpuHours === null ? { ...milestone, gpuHours: costs.get(milestone.id) ?? null } : milestone,
  );
}

/** Whether a cost is that of several milestones (`M6 + M7 eval`, `Phase 3/4/5`), and so of none of them. */
function combined(text: string, id: string): boolean {
  const number = id.replace(/^\D+ /, '');
  return /^\s*[+&/、,]|^\s*[-–]\s*(?:[A-Z]{0,3}\d)/.test(text.slice(text.indexOf(number) + number.length));
}

/**
 * The total that the plan states: a line that says total, before the Total row of a table, before a line that names
 * the plan's budget. What a limit, a reserve or a stretch of wall-clock time says is no total.
 */
export function readTotal(context: PlanContext, part: Part): GpuHours | null {
  let row: GpuHours | null = null;
  let budget: GpuHours | null = null;
  for (let index = part.start; index < part.end; index++) {
    const block = context.outline.blocks[index]!;
    if (block.kind === 'table') row ??= totalOfTable(context, new TableView(context.outline, block));
    if (block.kind !== 'text') continue;
    const section = context.sections.at(index);
    const title = section?.title ?? '';
    const around = [...ancestry(section)];
    if (around.some(({ title: above }) => readBlockId(above) !== null || readMilestoneId(above) !== null))
      continue;
    const general =
      section === null || section.heading.level === 1 || context.sections.roleAt(index) === 'budget';
    for (const line of block.lines) {
      if (line.text.length > 2000) continue;
      const total = totalOfLine(line, context.inGpuHours);
      if (total) return total;
      if (general) budget ??= budgetOfLine(line, isTotal(title));
    }
  }
  return row ?? budget;
}

const totalWord = /\b(?:total|overall|sum)\b|总|合计|共计/;
const noTotal =
  /\b(?:cpu|wall|clock|time|ceiling|cap|limit|max|maximum|slack|contingency|reserved?|storage|disk)\b|上限|时间|时长|存储|人工/;

function totalOfLine(line: OutlineLine, inGpuHours: boolean): GpuHours | null {
  for (const { label, from, to } of readLabels(line)) {
    const words = normaliseWords(label);
    if (!totalWord.test(words) || noTotal.test(words)) continue;
    const value = plainText(line.text.slice(from - line.from, to - line.from));
    if (value === '') continue;
    if (readMilestoneId(value) !== null) return null; // “Total: M0-M2 12 GPU-h; M3 …” lists parts
    const bare = /gpu ?(?:h|time)|卡时|gpu ?小时/.test(words)
      ? 'gpuHours'
      : inGpuHours && words.length < 24
        ? 'hours'
        : 'none';
    return parseGpuHours(value, bare);
  }
  const plain = plainText(line.text);
  if (
    !/^(?:total|overall)\b|^(?:合计|总计|总共)/i.test(plain) ||
    noTotal.test(normaliseWords(plain.slice(0, 40)))
  )
    return null;
  return parseGpuHours(plain.replace(/^[^\d~≈<≤]*/, ''));
}

/** `**Budget**: ~490 GPU-hours`, `GPU-hours: 12`, `必需预算：3–5 GPU-hours`, where the line is about the whole plan. */
function budgetOfLine(line: OutlineLine, underTotal: boolean): GpuHours | null {
  for (const { label, from, to } of readLabels(line)) {
    const words = normaliseWords(label);
    if (noTotal.test(words) || readMilestoneId(label) !== null) continue;
    const value = plainText(line.text.slice(from - line.from, to - line.from));
    const ofHours = /^(?:est |estimated |planned )?gpu ?(?:h|hrs?|hours?|小时|时|budget|预算)$/.test(words);
    if (!ofHours && !underTotal && !/\bbudget$|^(?:budget|compute)\b|预算|算力/.test(words)) continue;
    const hours = parseGpuHours(value, ofHours ? 'gpuHours' : 'none');
    if (hours) return hours;
  }
  return null;
}

function totalOfTable(context: PlanContext, view: TableView): GpuHours | null {
  for (const row of view.table.rows) {
    const first = view.text(row, 0);
    if (!isTotal(first) || noTotal.test(normaliseWords(first))) continue;
    const cells = row.cells.map((_, column) => view.text(row, column)).slice(1);
    const stated =
      (/\bgpu\b/.test(normaliseWords(first)) ? parseGpuHours(cells[0] ?? '', 'gpuHours') : null) ??
      costOfRow(context, view, row) ??
      cells
        .filter((cell) => !isNothing(cell))
        .map((cell) => parseGpuHours(cell))
        .find((hours) => hours !== null);
    if (stated) return stated;
  }
  return null;
}
