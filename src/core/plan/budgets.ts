import type { OutlineLine } from '../text/outline';
import { plainText } from '../text/plainText';
import { TableView, isNothing } from './facts';
import { parseGpuHours } from './gpuHours';
import { readMilestoneCell } from './identifiers';
import { readLabels } from './labels';
import { costOfRow, type PlanContext } from './milestones';
import type { GpuHours, Milestone } from './model';
import type { Part } from './sections';
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
          !/^[+&/、,]/.test(rest(view.text(row, 0), named.id))
        ) {
          note(named.id, costOfRow(context, view, row, named.id));
        }
      }
    } else if (block.kind === 'text' && context.sections.roleAt(index) === 'budget') {
      for (const line of block.lines) {
        const named = readMilestoneCell(plainText(line.text.slice(0, 300)), '');
        if (named && milestones.some(({ id }) => id === named.id))
          note(named.id, parseGpuHours(plainText(line.text)));
      }
    }
  }
  return milestones.map((milestone) =>
    milestone.gpuHours === null ? { ...milestone, gpuHours: costs.get(milestone.id) ?? null } : milestone,
  );
}

function rest(cell: string, id: string): string {
  return cell.slice(cell.indexOf(id.replace(/^\D+ /, '')) + id.replace(/^\D+ /, '').length).trim();
}

/** The total that the plan states: a labelled line, a sentence in bold, or the Total row of a table. */
export function readTotal(context: PlanContext, part: Part): GpuHours | null {
  let fromTable: GpuHours | null = null;
  for (let index = part.start; index < part.end; index++) {
    const block = context.outline.blocks[index]!;
    if (block.kind === 'text') {
      const section = context.sections.at(index);
      const general =
        section === null || section.heading.level === 1 || context.sections.roleAt(index) === 'budget';
      for (const line of block.lines) {
        const total = totalOfLine(line, general);
        if (total) return total;
      }
    } else if (block.kind === 'table')
      fromTable ??= totalOfTable(context, new TableView(context.outline, block));
  }
  return fromTable;
}

/** `general`: the line stands where a plain `GPU-hours:` or `Budget:` is that of the whole plan. */
function totalOfLine(line: OutlineLine, general: boolean): GpuHours | null {
  if (line.text.length > 2000) return null;
  for (const { label, from, to } of readLabels(line)) {
    const words = normaliseWords(label);
    const total = /\b(?:total|overall|sum)\b|总|合计|共计/.test(words);
    const budget = /\b(?:budget|compute|cost)\b|预算|算力|成本/.test(words);
    const gpu = /\bgpu|卡时/i.test(label);
    const value = plainText(line.text.slice(from - line.from, to - line.from));
    if (/\bcpu\b|\bwall\b/.test(words)) continue;
    const ofAll =
      (words.startsWith('budget') && words.length < 20) ||
      /^(?:est |estimated )?gpu ?(?:h|hrs?|hours?|小时|时|budget|预算)$/.test(words);
    if (!total && !(general && ofAll)) continue;
    const hours = parseGpuHours(value, gpu ? 'gpuHours' : 'none');
    if (hours && (total || budget || gpu)) return hours;
  }
  const plain = plainText(line.text);
  if (/^(?:total|overall|合计|总计|总共)\b|^(?:合计|总计|总共)/i.test(plain))
    return parseGpuHours(plain.replace(/^[^\d~≈<≤]*/, ''));
  return null;
}

function totalOfTable(context: PlanContext, view: TableView): GpuHours | null {
  for (const row of view.table.rows) {
    const first = view.text(row, 0);
    const words = normaliseWords(first);
    if (isTotal(first) && /\bgpu\b/.test(words)) {
      const value = view.text(row, 1);
      const hours = parseGpuHours(value, 'gpuHours');
      if (hours) return hours;
    }
    if (!isTotal(first)) continue;
    const stated =
      costOfRow(context, view, row, first) ??
      row.cells
        .map((_, column) => view.text(row, column))
        .filter((text) => !isNothing(text))
        .map((text) => parseGpuHours(text))
        .find((hours) => hours !== null);
    if (stated) return stated;
  }
  return null;
}
