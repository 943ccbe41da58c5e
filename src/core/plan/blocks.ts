import { plainText } from '../text/plainText';
import { readCriteria } from './criteria';
import type { Outline, OutlineBlock, OutlineLine } from '../text/outline';
import { readBlockId } from './identifiers';
import { listedBlocks } from './blockLists';
import { readFields, type Field } from './labels';
import type { PlanContext } from './milestones';
import type { Block, SuccessCriterion, TextFact } from './model';
import { ancestry, type Part, type Section } from './sections';
import { readPriority } from './words';

/**
 * The experiment blocks of a part: headings that enumerate (`### Block 2: …`, `### B2 — …`). A code alone is a block
 * where the section is about experiments or its labelled lines are those of a block; what stands inside a block is
 * part of it, whatever it is called.
 */
export function readBlocks(context: PlanContext, part: Part): Block[] {
  const { sections } = context;
  const numbered = sections.all.flatMap((section) => {
    if (section.start < part.start || section.start >= part.end) return [];
    const named = readBlockId(section.title);
    if (!named || /^P\d$/.test(named.id)) return []; // P0, P1: a priority, not a block
    const around = [...ancestry(section.parent)];
    const nearest = around.find(({ role }) => role !== null)?.role ?? null;
    if (
      nearest === 'risks' ||
      (!named.named && (nearest === 'claims' || nearest === 'other' || nearest === 'budget'))
    )
      return [];
    const body = ownBlocks(context, section);
    const inBlocks = around.some(({ role }) => role === 'blocks');
    const telling =
      named.named ||
      nearest === 'blocks' ||
      readPriority(section.title) !== null ||
      looksLikeBlock(context.outline, body);
    return [{ section, named, body, telling, inBlocks }];
  });
  const candidates = numbered.filter(
    ({ section, named, telling }) =>
      telling ||
      numbered.some(
        (sibling) =>
          sibling.telling &&
          sibling.section.parent === section.parent &&
          sibling.named.family === named.family,
      ),
  );
  const outer = candidates.filter(
    ({ section }) => !candidates.some((other) => [...ancestry(section.parent)].includes(other.section)),
  );
  const preferred = outer.filter(({ named, inBlocks }) => named.named || inBlocks);
  const chosen = preferred.length > 0 ? preferred : outer;
  if (chosen.length === 0) return listedBlocks(context, part, blockOf);
  const seen = new Set<string>();
  return chosen
    .filter(({ named }) => !seen.has(named.id) && seen.add(named.id))
    .map(({ section, named, body }) =>
      blockOf(
        context,
        { line: section.heading.line, title: section.title, section: section.parent },
        named,
        readFields(context.outline, body),
      ),
    );
}

/** A block's own text: up to the first numbered heading inside it, which opens a sub-block. */
function ownBlocks({ outline, sections }: PlanContext, section: Section): readonly OutlineBlock[] {
  const inner = sections.all.find(
    ({ start, title }) => start > section.start && start < section.end && readBlockId(title) !== null,
  );
  return outline.blocks.slice(section.start + 1, inner?.start ?? section.end);
}

function looksLikeBlock(outline: Outline, body: readonly OutlineBlock[]): boolean {
  const roles = new Set(readFields(outline, body.slice(0, 60)).map(({ role }) => role));
  const telling = (
    ['success', 'priority', 'claim', 'dataset', 'systems', 'metrics', 'failure', 'setup', 'goal'] as const
  ).filter((role) => roles.has(role));
  return telling.length >= 2 || roles.has('success');
}

function blockOf(
  { outline }: PlanContext,
  place: { line: OutlineLine; title: string; section: Section | null },
  named: { id: string; rest: string },
  fields: readonly Field[],
): Block {
  const first = (role: Field['role']): TextFact | null =>
    fields.find((field) => field.role === role)?.value ?? null;
  const stated = fields.find(({ role }) => role === 'priority')?.value ?? null;
  const above = [...ancestry(place.section)]
    .map(({ title }) => readPriority(title))
    .find((priority) => priority !== null);
  return {
    id: named.id,
    title: plainText(named.rest),
    priority: stated ? readPriority(stated.text) : (readPriority(place.title) ?? above ?? null),
    claim: first('claim'),
    dataset: first('dataset'),
    systems: first('systems'),
    metrics: first('metrics'),
    setup: first('setup'),
    successCriterion: criterionOf(
      outline,
      fields.find(({ role }) => role === 'success'),
    ),
    failureInterpretation: first('failure'),
    span: outline.lines.span(place.line.from, place.line.to),
  };
}

/** The criterion's span starts at its label, which is the line that states it even where the text stands below. */
function criterionOf(outline: Outline, field: Field | undefined): SuccessCriterion | null {
  if (!field?.value) return null;
  const span = { start: outline.lines.position(field.line.from), end: field.value.span.end };
  return { text: field.value.text, span, ...readCriteria(field.value.text) };
}
