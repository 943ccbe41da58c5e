import { manifestPlaces, type ManifestEntry } from './manifestEntries';
import type { StudyDocument, StudyDocuments } from './model';

/** A thing that a document declares, for its outline. Offsets are of its text. */
export interface DocumentSymbol {
  readonly kind: 'milestone' | 'block' | 'claim' | 'run' | 'phase' | 'template';
  readonly name: string;
  readonly detail: string;
  readonly from: number;
  readonly to: number;
  readonly children: readonly DocumentSymbol[];
}

/** What a document declares: milestones with their rows, blocks and claims, or phases with their entries. */
export function symbolsOf(
  documents: StudyDocuments,
  { kind, text }: StudyDocument,
): readonly DocumentSymbol[] {
  if (kind === 'manifest') return ofManifest(text);
  const rows = (kind === 'tracker' ? documents.tracker?.read.rows : documents.plan?.read.runs) ?? [];
  const runs = rows.map(({ id, span, system, purpose, milestone, statusCell }) => ({
    milestone,
    symbol: leaf('run', id, [system ?? purpose, statusCell?.text].filter(Boolean).join(' · '), span),
  }));
  if (kind === 'tracker') {
    const groups = new Map<string, DocumentSymbol[]>();
    for (const { milestone, symbol } of runs) {
      const group = groups.get(milestone ?? '');
      if (group) group.push(symbol);
      else groups.set(milestone ?? '', [symbol]);
    }
    return [...groups].flatMap(([name, children]) =>
      name === ''
        ? children
        : [{ kind: 'milestone' as const, name, detail: '', ...hull(children), children }],
    );
  }
  const { claims = [], blocks = [], milestones = [] } = documents.plan?.read ?? {};
  return [
    ...claims.map(({ id, text: said, span }) => leaf('claim', id, said, span)),
    ...blocks.map(({ id, title, span }) => leaf('block', id, title, span)),
    ...milestones.map(({ id, name, span }) => leaf('milestone', id, name === id ? '' : name, span)),
    ...runs.map(({ symbol }) => symbol),
  ].sort((one, other) => one.from - other.from);
}

function leaf(
  kind: DocumentSymbol['kind'],
  name: string,
  detail: string,
  span: { start: { offset: number }; end: { offset: number } },
): DocumentSymbol {
  return {
    kind,
    name,
    detail: detail.slice(0, 120),
    from: span.start.offset,
    to: span.end.offset,
    children: [],
  };
}

function hull(parts: readonly DocumentSymbol[]): { from: number; to: number } {
  return { from: Math.min(...parts.map(({ from }) => from)), to: Math.max(...parts.map(({ to }) => to)) };
}

function ofManifest(text: string): readonly DocumentSymbol[] {
  const { entries, phases } = manifestPlaces(text);
  const symbol = ({ id, from, to, template, milestone }: ManifestEntry): DocumentSymbol => ({
    kind: template ? 'template' : 'run',
    name: id?.value ?? '?',
    detail: milestone?.value ?? '',
    ...{ from, to, children: [] },
  });
  const free = entries.filter(({ phase }) => phase === null).map(symbol);
  const grouped = phases.map(({ name, from, to, milestone }): DocumentSymbol => ({
    kind: 'phase',
    name: name.value,
    detail: milestone?.value ?? '',
    ...{ from, to },
    children: entries.filter((entry) => entry.from >= from && entry.to <= to).map(symbol),
  }));
  return [...free, ...grouped].sort((one, other) => one.from - other.from);
}
