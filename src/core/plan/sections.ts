import type { Heading, Outline, OutlineBlock } from '../text/outline';
import { plainText } from '../text/plainText';
import type { SectionRole } from './vocabulary';
import { sectionRole } from './words';

export interface Section {
  readonly heading: Heading;
  readonly title: string;
  readonly role: SectionRole | null;
  /** Indices of the outline's blocks: the heading's own, and the first that no longer belongs to the section. */
  readonly start: number;
  readonly end: number;
  readonly parent: Section | null;
}

/** A document's own plan, or one of several that share a file (each under a level-1 heading that names a plan). */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** The tree of headings over an outline: which section a block stands in, and what that section is about. */
export class Sections {
  readonly all: readonly Section[];
  private readonly owner: (Section | null)[];

  constructor(readonly outline: Outline) {
    const all: { -readonly [key in keyof Section]: Section[key] }[] = [];
    const open: (typeof all)[number][] = [];
    this.owner = outline.blocks.map((block, index) => {
      if (block.kind === 'heading') {
        while (open.length > 0 && open.at(-1)!.heading.level >= block.level) open.pop()!.end = index;
        const title = plainText(block.line.text);
        open.push({
          heading: block,
          title,
          role: sectionRole(title),
          start: index,
          end: outline.blocks.length,
          parent: open.at(-1) ?? null,
        });
        all.push(open.at(-1)!);
      }
      return open.at(-1) ?? null;
    });
    this.all = all;
  }

  /** The innermost section of a block; for a heading the section that it opens. */
  at(index: number): Section | null {
    return this.owner[index] ?? null;
  }

  /** The role of the innermost section around a block that has one. */
  roleAt(index: number): SectionRole | null {
    for (let section = this.at(index); section; section = section.parent)
      if (section.role !== null) return section.role;
    return null;
  }

  within(section: Section): readonly OutlineBlock[] {
    return this.outline.blocks.slice(section.start + 1, section.end);
  }

  parts(): Part[] {
    const starts = this.all
      .filter(({ heading, title }) => heading.level === 1 && /\bplan\b|计划|方案/i.test(title))
      .map(({ start }) => start);
    const cuts = starts.slice(1);
    return [0, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? this.outline.blocks.length }));
  }
}

/** The section and all that it stands in, innermost first. */
export function* ancestry(section: Section | null): Generator<Section> {
  for (let at = section; at; at = at.parent) yield at;
}
