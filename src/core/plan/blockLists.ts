import type { OutlineLine } from '../text/outline';
import { plainText } from '../text/plainText';
import { readCriteria } from './criteria';
import { TableView, isNothing } from './facts';
import { readBlockId } from './identifiers';
import { readFields, type Field } from './labels';
import type { PlanContext } from './milestones';
import type { Block } from './model';
import { runColumn } from './runTables';
import type { Part, Section } from './sections';
import { isTotal, readPriority } from './words';

type BlockOf = (
  context: PlanContext,
  place: { line: OutlineLine; title: string; section: Section | null },
  named: { id: string; rest: string },
  fields: readonly Field[],
) => Block;

/**
 * Blocks of a part that has no numbered headings: lines of a list (`- **E1 (main)**: …`) in a section on experiments,
 * or else the rows of a table with a Block column there.
 */
export function listedBlocks(context: PlanContext, part: Part, blockOf: BlockOf): Block[] {
  const lines = blocksOfLines(context, part, blockOf);
  return lines.length > 0 ? lines : blocksOfTables(context, part);
}

function blocksOfLines(context: PlanContext, part: Part, blockOf: BlockOf): Block[] {
  const { outline, sections } = context;
  const found = new Map<string, Block>();
  for (let index = part.start; index < part.end; index++) {
    const block = outline.blocks[index]!;
    if (block.kind !== 'text' || sections.roleAt(index) !== 'blocks') continue;
    const line = block.lines[0]!;
    const leads = block.item ? block.item.first && block.item.depth === 1 : /^\s*(?:\*\*|__)/.test(line.text);
    const named = leads ? readBlockId(plainText(line.text.slice(0, 400))) : null;
    if (!named || /^P\d$/.test(named.id) || found.has(named.id)) continue;
    let end = index + 1;
    for (
      let next = outline.blocks[end];
      next?.kind === 'text' && (next.item?.depth ?? 0) > (block.item?.depth ?? 0);
      next = outline.blocks[end]
    )
      end++;
    const fields = readFields(outline, outline.blocks.slice(index + 1, end));
    found.set(
      named.id,
      blockOf(context, { line, title: named.rest, section: sections.at(index) }, named, fields),
    );
  }
  return [...found.values()];
}

function blocksOfTables({ outline, sections }: PlanContext, part: Part): Block[] {
  const found = new Map<string, Block>();
  for (let index = part.start; index < part.end; index++) {
    const block = outline.blocks[index]!;
    if (block.kind !== 'table' || sections.roleAt(index) !== 'blocks') continue;
    const view = new TableView(outline, block);
    const telling = (
      ['claim', 'goal', 'purpose', 'system', 'metrics', 'split', 'priority', 'gate'] as const
    ).filter((role) => view.has(role));
    if (view.roles[0] !== 'block' || telling.length < 2 || view.has('status') || runColumn(view) >= 0)
      continue;
    for (const row of block.rows) {
      const cell = view.text(row, 0);
      if (isNothing(cell) || isTotal(cell)) continue;
      const named = readBlockId(/^\d/.test(cell) ? `Block ${cell}` : cell);
      if (!named || found.has(named.id)) continue;
      const gate = /success|accept|成功|验收|通过/i.test(view.headers[view.column('gate')] ?? '')
        ? view.fact(row, 'gate')
        : null;
      found.set(named.id, {
        id: named.id,
        title: named.rest || (view.value(row, 'goal') ?? view.value(row, 'purpose') ?? ''),
        priority: readPriority(view.value(row, 'priority') ?? ''),
        claim: view.fact(row, 'claim'),
        dataset: view.fact(row, 'split'),
        systems: view.fact(row, 'system'),
        metrics: view.fact(row, 'metrics'),
        setup: null,
        successCriterion: gate && { ...gate, ...readCriteria(gate.text) },
        failureInterpretation: null,
        span: outline.lines.span(row.from, row.to),
      });
    }
  }
  return [...found.values()];
}
