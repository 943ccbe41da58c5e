import { expandIds } from '../plan/identifiers';
import { parseMarkdown } from '../text/markdown';
import { manifestPlaces, type EntryText } from './manifestEntries';
import { documentsOf, type Mention, type StudyDocument, type StudyDocuments, type Subject } from './model';
import { runRecords } from './runRecords';

const known = new WeakMap<StudyDocument, { readonly of: StudyDocuments; readonly all: readonly Mention[] }>();

/** Every place of a document that names a run, milestone or block of the study, in order. */
export function mentionsIn(documents: StudyDocuments, document: StudyDocument): readonly Mention[] {
  const before = known.get(document);
  if (before?.of === documents) return before.all;
  const all =
    document.kind === 'manifest' ? inManifest(documents, document) : inMarkdown(documents, document);
  known.set(document, { of: documents, all });
  return all;
}

/** Every place of the study that names a subject: what says what it is comes first. */
export function mentionsOf(documents: StudyDocuments, { kind, id }: Subject): readonly Mention[] {
  const all = documentsOf(documents).flatMap((document) =>
    mentionsIn(documents, document).filter((each) => each.kind === kind && each.id === id),
  );
  const weight = ({ role }: Mention) => (role === 'row' || role === 'key' ? 0 : role === 'entry' ? 1 : 2);
  return all.sort((one, other) => weight(one) - weight(other));
}

/** The mention at an offset; the innermost, where a range holds one of its ends. */
export function mentionAt(
  documents: StudyDocuments,
  document: StudyDocument,
  offset: number,
): Mention | null {
  let best: Mention | null = null;
  for (const each of mentionsIn(documents, document)) {
    if (each.from > offset) break;
    if (offset > each.to) continue;
    const narrower = best === null || each.to - each.from < best.to - best.from;
    if (narrower || (each.role === 'range' && isEndAt(document.text, each, offset))) best = each;
  }
  return best;
}

/** Whether an offset lies on the end of a range that is this run: on `R003` of `R001-R003`. */
function isEndAt(text: string, { from, to, id }: Mention, offset: number): boolean {
  return [...text.slice(from, to).matchAll(/[A-Za-z]*[-_]?\d+[a-z]?/g)].some(
    (part) =>
      from + part.index <= offset &&
      offset <= from + part.index + part[0].length &&
      id.endsWith(part[0].replace(/^-/, '')),
  );
}

/** Ids that are not one word (`Wave 2`, `第一阶段`) are looked for as they are; the others word by word. */
const idWord = /[\p{L}\p{N}][\p{L}\p{N}_.+=@-]*/gu;
const wholeWord = /^[\p{L}\p{N}][\p{L}\p{N}_.+=@-]*$/u;
const range =
  /(?<![\w-])[A-Za-z]{1,6}[-_]?\d{1,5}[a-z]?\s*(?:-|–|—|−|~|to|至|到|\.\.)\s*(?:[A-Za-z]{1,6}[-_]?)?\d{1,5}[a-z]?(?![\w%])/g;

/** Subjects by the word that names them. A milestone or block that is called like a run is itself in prose. */
function subjects(documents: StudyDocuments): Map<string, Subject> {
  const found = new Map<string, Subject>();
  for (const id of runRecords(documents).keys()) found.set(id, { kind: 'run', id });
  for (const { id } of documents.plan?.read.blocks ?? []) found.set(id, { kind: 'block', id });
  for (const { id } of documents.plan?.read.milestones ?? []) found.set(id, { kind: 'milestone', id });
  return found;
}

function inMarkdown(documents: StudyDocuments, document: StudyDocument): readonly Mention[] {
  const { file, text } = document;
  const named = subjects(documents);
  const found = new Map<number, Mention>();
  for (const record of runRecords(documents).values())
    for (const { id } of record.rows)
      if (id?.file === file) found.set(id.from, { ...id, kind: 'run', id: record.id, role: 'row' });
  for (const subject of named.values()) {
    const span =
      document.kind !== 'plan' || subject.kind === 'run' ? null : spanOf(documents, subject)?.start.offset;
    if (span == null) continue;
    const from = text.indexOf(subject.id, span);
    const line = text.indexOf('\n', span);
    if (from >= 0 && (line < 0 || from < line))
      found.set(from, { file, from, to: from + subject.id.length, ...subject, role: 'key' });
  }
  const inCode = codeIn(text);
  const add = (from: number, to: number, subject: Subject, role: Mention['role']) => {
    if (!found.has(from)) found.set(from, { file, from, to, ...subject, role });
  };
  const ranges: Mention[] = [];
  for (const match of text.matchAll(range)) {
    const runs = expandIds(match[0]);
    const to = match.index + match[0].length;
    if (runs.length < 2 || named.has(match[0]) || inCode(match.index, to)) continue;
    for (const id of runs)
      if (named.get(id)?.kind === 'run')
        ranges.push({ file, from: match.index, to, kind: 'run', id, role: 'range' });
  }
  let nextRange = 0;
  for (const match of text.matchAll(idWord)) {
    const word = match[0].replace(/[._+=@-]+$/, '');
    const subject = named.get(word);
    while (nextRange < ranges.length && ranges[nextRange]!.to <= match.index) nextRange++;
    const inRange = nextRange < ranges.length && ranges[nextRange]!.from <= match.index;
    if (!subject || (inRange && subject.kind === 'run')) continue;
    const to = match.index + word.length;
    const path = text[match.index - 1] === '/' || text[to] === '/' || text[match.index - 1] === '\\';
    add(match.index, to, subject, path || inCode(match.index, to) ? 'code' : 'word');
  }
  for (const [word, subject] of named) {
    if (wholeWord.test(word)) continue;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
      if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') || /[\u3400-\u9fff]/.test(word))
        add(at, at + word.length, subject, 'word');
  }
  return [...found.values(), ...ranges].sort((one, other) => one.from - other.from);
}

function spanOf({ plan }: StudyDocuments, { kind, id }: Subject) {
  const list = kind === 'milestone' ? plan?.read.milestones : plan?.read.blocks;
  return list?.find((each) => each.id === id)?.span ?? null;
}

/** Tells whether a piece stands in a block of code, or in a code span along with more than itself. */
function codeIn(text: string): (from: number, to: number) => boolean {
  const blocks: [number, number][] = [];
  parseMarkdown(text).iterate({
    enter(node) {
      if (node.name === 'FencedCode' || node.name === 'CodeBlock') blocks.push([node.from, node.to]);
    },
  });
  let block = 0;
  let lineStart = 0;
  let lineEnd = -1;
  let spans: [number, number][] = [];
  return (from, to) => {
    if (blocks[block - 1] !== undefined && from < blocks[block - 1]![0]) block = 0;
    while (block < blocks.length && blocks[block]![1] <= from) block++;
    if (blocks[block] !== undefined && blocks[block]![0] <= from) return true;
    if (from < lineStart || from > lineEnd) {
      lineStart = text.lastIndexOf('\n', from - 1) + 1;
      const end = text.indexOf('\n', from);
      lineEnd = end < 0 ? text.length : end;
      spans = [...text.slice(lineStart, lineEnd).matchAll(/(`+)([^`]+)\1/g)].map((match) => {
        const start = lineStart + match.index + match[1]!.length;
        return [start, start + match[2]!.length];
      });
    }
    const span = spans.find(([start, end]) => start <= from && to <= end);
    return span !== undefined && text.slice(...span).trim() !== text.slice(from, to);
  };
}

function inManifest(documents: StudyDocuments, { file, text }: StudyDocument): readonly Mention[] {
  const { entries, phases } = manifestPlaces(text);
  const named = subjects(documents);
  const found: Mention[] = [];
  const add = (at: EntryText | null, kind: Subject['kind'], role: Mention['role']) => {
    if (at === null) return;
    const subject = kind === 'run' ? runRecords(documents).get(at.value) : named.get(at.value);
    if (subject === undefined || (kind !== 'run' && named.get(at.value)?.kind !== kind)) return;
    const quoted = /^["']/.test(text.slice(at.from, at.from + 1)) ? 1 : 0;
    found.push({ file, from: at.from + quoted, to: at.to - quoted, kind, id: at.value, role });
  };
  for (const { id, template, milestone, baseline, dependsOn } of entries) {
    if (!template) add(id, 'run', 'entry');
    add(milestone, 'milestone', 'word');
    add(baseline, 'run', 'word');
    for (const each of dependsOn) add(each, 'run', 'word');
  }
  for (const { milestone, dependsOn } of phases) {
    add(milestone, 'milestone', 'word');
    for (const each of dependsOn) add(each, 'run', 'word');
  }
  const taken = new Set(found.map(({ from }) => from));
  for (const match of text.matchAll(idWord)) {
    const word = match[0].replace(/[._+=@-]+$/, '');
    if (named.get(word)?.kind === 'run' && !taken.has(match.index))
      found.push({
        file,
        from: match.index,
        to: match.index + word.length,
        kind: 'run',
        id: word,
        role: 'code',
      });
  }
  return found.sort((one, other) => one.from - other.from);
}
