import type { TableBlock } from '../text/outline';
import { plainText } from '../text/plainText';
import { TableView, isNothing } from './facts';
import { isAntiClaim, readClaimId } from './identifiers';
import type { PlanContext } from './milestones';
import type { Claim } from './model';
import { runColumn } from './runTables';
import type { Part } from './sections';

/** The claims of a part that carry an id: rows of claim tables; where there are none, headings and lines on claims. */
export function readClaims(context: PlanContext, part: Part): Claim[] {
  const { outline, sections } = context;
  const tables: Claim[] = [];
  const lines: Claim[] = [];
  for (let index = part.start; index < part.end; index++) {
    const block = outline.blocks[index]!;
    const role = sections.roleAt(index);
    if (role === 'risks') continue;
    if (block.kind === 'table') tables.push(...claimsOfTable(context, block));
    else if (role === 'claims' && block.kind !== 'code') {
      const own =
        block.kind === 'heading'
          ? [block.line]
          : (block.item?.depth ?? 1) === 1
            ? block.lines.slice(0, block.item ? 1 : undefined)
            : [];
      for (const line of own) {
        const text = plainText(line.text.slice(0, 2000));
        const named = isAntiClaim(text) ? null : readClaimId(text);
        if (named && /^[CH]/.test(named.id))
          lines.push({ id: named.id, text: named.rest, span: outline.lines.span(line.from, line.to) });
      }
    }
  }
  const seen = new Set<string>();
  return (tables.length > 0 ? tables : lines).filter(({ id }) => !seen.has(id) && seen.add(id));
}

function claimsOfTable({ outline, problems }: PlanContext, table: TableBlock): Claim[] {
  const view = new TableView(outline, table);
  const column = view.column('claim');
  if (column < 0 || column > 1 || runColumn(view) >= 0) return [];
  if (column === 1 && view.roles[0] !== 'id' && !/^(?:claim|主张|假设)/i.test(view.headers[0]!)) return [];
  const found: Claim[] = [];
  for (const row of table.rows) {
    const first = view.text(row, 0);
    const text = view.text(row, column);
    if ((isNothing(first) && isNothing(text)) || isAntiClaim(first) || isAntiClaim(text)) continue;
    const named = readClaimId(first) ?? (column === 1 ? readClaimId(text) : null);
    if (named)
      found.push({
        id: named.id,
        text: column === 1 ? text : named.rest || view.text(row, 1),
        span: outline.lines.span(row.from, row.to),
      });
    else if (column === 0)
      problems.add(
        'info',
        'plan.claim-without-id',
        `This claim has no id, so that no block can point to it; begin it with one, as in “C1: …”.`,
        row,
      );
  }
  // `(R1) …` among C1 and C2 is a requirement: claims of a table share a letter, or are C and H.
  const letter = found[0]?.id[0];
  return found.filter(({ id }) => id[0] === letter || /^[CH]/.test(id));
}
