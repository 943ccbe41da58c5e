import { LineMap } from '../text/lineMap';
import type { Span } from '../text/span';
import { manifestPlaces } from './manifestEntries';
import type { StudyDocument, StudyDocuments } from './model';

/** A line of a document that is about something that has a status. Lines count from 1. */
export type Anchor =
  | { readonly kind: 'plan'; readonly line: number }
  | { readonly kind: 'milestone' | 'block'; readonly id: string; readonly line: number }
  | { readonly kind: 'runs'; readonly runs: readonly string[]; readonly line: number };

/** Where a document speaks of its milestones, blocks and runs: the first line of each. */
export function anchorsOf(documents: StudyDocuments, { kind, file, text }: StudyDocument): readonly Anchor[] {
  if (kind === 'manifest') return ofManifest(documents, text);
  const rows = (kind === 'tracker' ? documents.tracker?.read.rows : documents.plan?.read.runs) ?? [];
  const anchors: Anchor[] = rows.map(({ id, span }) => ({ kind: 'runs', runs: [id], line: lineOf(span) }));
  if (kind === 'plan' && documents.plan?.file === file) {
    const { milestones, blocks } = documents.plan.read;
    anchors.push({ kind: 'plan', line: 1 });
    for (const { id, span } of milestones) anchors.push({ kind: 'milestone', id, line: lineOf(span) });
    for (const { id, span } of blocks) anchors.push({ kind: 'block', id, line: lineOf(span) });
  }
  return anchors.sort((one, other) => one.line - other.line);
}

function ofManifest({ manifest }: StudyDocuments, text: string): readonly Anchor[] {
  const byPlace = new Map<number, string[]>();
  for (const { id, span } of manifest?.read.jobs ?? []) {
    if (span === null) continue;
    const list = byPlace.get(span.start.offset);
    if (list) list.push(id);
    else byPlace.set(span.start.offset, [id]);
  }
  const lines = new LineMap(text);
  return manifestPlaces(text).entries.flatMap(({ from }): Anchor[] => {
    const runs = byPlace.get(from);
    return runs ? [{ kind: 'runs', runs, line: lines.position(from).line }] : [];
  });
}

const lineOf = (span: Span): number => span.start.line;
