import { readOutline, type Outline } from '../text/outline';
import { plainText } from '../text/plainText';
import { factOf } from './facts';
import { readFields } from './labels';
import type { TextFact } from './model';
import { Sections, type Section } from './sections';
import { thesisWords } from './vocabulary';
import { normaliseWords } from './words';

export interface Proposal {
  readonly title: string;
  /** What the method is: the thesis where the proposal states one, else its section on the method. */
  readonly method: TextFact | null;
}

/** Reads the title and the method of a proposal (`FINAL_PROPOSAL.md`). Never throws. */
export function parseProposal(text: string): Proposal {
  const outline = readOutline(text);
  const sections = new Sections(outline);
  const title =
    sections.all.find(({ heading }) => heading.level === 1)?.title ?? sections.all[0]?.title ?? '';
  for (const words of [thesisWords.thesis, thesisWords.method]) {
    const section = sections.all.find((candidate) => names(candidate.title, words));
    const method = (section ? ownText(outline, sections, section) : null) ?? labelled(outline, words);
    if (method) return { title: plainText(title), method };
  }
  return { title: plainText(title), method: null };
}

function names(heading: string, words: readonly string[]): boolean {
  const normal = normaliseWords(heading.replace(/^[\d.、\s]+/, ''));
  return words.some((word) => normal === word || (normal.endsWith(word) && normal.length < word.length + 24));
}

function labelled(outline: Outline, words: readonly string[]): TextFact | null {
  return (
    readFields(outline, outline.blocks).find(({ label, value }) => value !== null && names(label, words))
      ?.value ?? null
  );
}

/** The text of a section down to its first heading; where that comes at once, the text under it. */
function ownText(outline: Outline, sections: Sections, section: Section): TextFact | null {
  const body = sections.within(section);
  const start = body.findIndex((block) => block.kind !== 'heading');
  if (start < 0) return null;
  const next = body.findIndex((block, index) => index > start && block.kind === 'heading');
  const own = body.slice(start, next < 0 ? undefined : next);
  const edges = own.map((block) =>
    block.kind === 'table'
      ? { from: block.header.from, to: (block.rows.at(-1) ?? block.header).to }
      : block.kind === 'heading'
        ? block.line
        : { from: block.lines[0]?.from ?? 0, to: block.lines.at(-1)?.to ?? 0 },
  );
  return factOf(outline, edges[0]!.from, edges.at(-1)!.to);
}
