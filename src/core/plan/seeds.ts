import type { Block, Plan } from './model';

const seedWord = /\bseeds?\b|随机种子|种子/i;

/**
 * Must-run blocks that compare or measure something and say nothing of seeds, in a plan that says nothing of seeds
 * outside its blocks either. A block reaches to the next block or the next heading of its level.
 */
export function blocksWithoutSeeds(text: string, plan: Plan): readonly Block[] {
  const regions = plan.blocks.map((block) => ({ block, ...regionOf(text, block, plan) }));
  let outside = text;
  for (const { from, to } of [...regions].sort((one, other) => other.from - one.from))
    outside = outside.slice(0, from) + outside.slice(to);
  if (seedWord.test(outside)) return [];
  return regions.flatMap(({ block, from, to }) => {
    const measured = block.metrics !== null || block.successCriterion !== null;
    const wanted = measured && block.priority !== 'nice-to-have';
    return wanted && !seedWord.test(text.slice(from, to)) ? [block] : [];
  });
}

/** From a block's heading to the next block or the next heading that does not stand below it. */
export function regionOf(text: string, block: Block, { blocks }: Plan): { from: number; to: number } {
  const from = text.lastIndexOf('\n', block.span.start.offset - 1) + 1;
  const level = /^#+/.exec(text.slice(from, from + 8))?.[0].length ?? 7;
  const next = Math.min(
    text.length,
    ...blocks
      .map(({ span }) => text.lastIndexOf('\n', span.start.offset - 1) + 1)
      .filter((start) => start > from),
  );
  const inside = text.slice(text.indexOf('\n', from) + 1 || text.length, next);
  const heading = new RegExp(String.raw`^#{1,${Math.min(level, 6)}}\s`, 'm').exec(inside);
  return { from, to: heading ? next - inside.length + heading.index : next };
}

/** A line that states seeds, as the block writes its other lines, and where it goes: behind its last labelled line. */
export function seedLine(text: string, block: Block, plan: Plan): { at: number; line: string } {
  const region = regionOf(text, block, plan);
  const lines = [...text.slice(region.from, region.to).matchAll(/^.*$/gm)].map((match) => ({
    text: match[0],
    from: region.from + match.index,
  }));
  const labelled = lines.filter(({ text: line }) =>
    /^\s*(?:[-*+]|\d+[.)])?\s*(?:\*\*|__)?[^:：*|]{2,40}(?:\*\*|__)?\s*[:：]/.test(line),
  );
  // Behind the set-up where there is one: that is what seeds belong to.
  const setup = labelled.find(({ from, text: line }) => {
    const offset = block.setup?.span.start.offset ?? -1;
    return from <= offset && offset <= from + line.length;
  });
  const after = setup ?? labelled.at(-1) ?? lines[0]!;
  const style = /^(\s*(?:[-*+]\s+)?)(\*\*|__)?/.exec(labelled.length > 0 ? after.text : '- **')!;
  const label = /[\u3400-\u9fff]/.test(text.slice(region.from, region.to)) ? '随机种子' : 'Seeds';
  const bold = style[2] ?? '';
  const end = after.from + after.text.length;
  return { at: end, line: `${style[1]!}${bold}${label}${bold}: 1, 2, 3` };
}
