import type { StudyDocument, StudyDocuments } from './model';

/** Lines that can be folded under the first of them; lines count from 1. */
export interface Fold {
  readonly start: number;
  readonly end: number;
}

/**
 * What can be folded: in a run table the rows of one milestone (headings are Markdown's own matter), in the manifest
 * whatever is indented under its first line, since an editor that is told folds no longer looks at indentation itself.
 */
export function foldsOf(documents: StudyDocuments, { kind, text }: StudyDocument): readonly Fold[] {
  if (kind === 'manifest') return byIndentation(text);
  const rows = (kind === 'tracker' ? documents.tracker?.read.rows : documents.plan?.read.runs) ?? [];
  const folds: { start: number; end: number; milestone: string | null }[] = [];
  for (const { milestone, span } of rows) {
    const last = folds.at(-1);
    const line = span.start.line;
    if (last && last.milestone === milestone && line === last.end + 1) last.end = line;
    else folds.push({ start: line, end: line, milestone });
  }
  return folds.filter(({ start, end }) => end > start).map(({ start, end }) => ({ start, end }));
}

function byIndentation(text: string): readonly Fold[] {
  const folds: Fold[] = [];
  const open: { readonly indent: number; readonly line: number }[] = [];
  let last = 0;
  const closeTo = (indent: number) => {
    while (open.length > 0 && open.at(-1)!.indent >= indent) {
      const { line } = open.pop()!;
      if (last > line) folds.push({ start: line, end: last });
    }
  };
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) return;
    const indent = line.length - content.length;
    closeTo(indent);
    open.push({ indent, line: index + 1 });
    last = index + 1;
  });
  closeTo(0);
  return folds.sort((one, other) => one.start - other.start);
}
