import { manifestCursor, type ManifestCursor } from '../manifest/cursor';
import { resolveSchema, schemaAt } from '../manifest/schema';
import type { SchemaNode } from '../manifest/schemaNode';
import { manifestPlaces } from './manifestEntries';
import type { StudyDocument, StudyDocuments } from './model';
import { runRecords } from './runRecords';

export interface CompletionProposal {
  readonly kind: 'key' | 'run' | 'milestone' | 'phase' | 'metric' | 'system' | 'word';
  readonly label: string;
  /** What stands there afterwards; `$0` is where typing goes on, where there is one. */
  readonly insert: string;
  readonly detail: string;
}

export interface Completions {
  /** The piece of text that a proposal replaces. */
  readonly from: number;
  readonly to: number;
  readonly proposals: readonly CompletionProposal[];
  /** Scripts of the workspace fit here; which there are, only the editor knows. */
  readonly wantsScripts: boolean;
}

/** What can be typed at a place of the manifest: its keys, and the names that plan, tracker and manifest hold. */
export function completeManifest(
  documents: StudyDocuments,
  { text }: StudyDocument,
  offset: number,
): Completions | null {
  const cursor = manifestCursor(text, offset);
  if (cursor === null) return null;
  const proposals = cursor.key === null ? keys(documents, cursor) : values(documents, cursor, text);
  // In a command only the word before the place is completed.
  const command = cursor.key === 'cmd' || cursor.key === 'default_cmd' || cursor.key === 'script';
  const word = command ? /[\w./-]*$/.exec(cursor.prefix)![0] : cursor.prefix;
  return { from: offset - word.length, to: offset, proposals, wantsScripts: command };
}

function keys(documents: StudyDocuments, cursor: ManifestCursor): CompletionProposal[] {
  const schema = schemaAt(cursor.path);
  const present = new Set(cursor.siblings);
  const own = Object.entries(schema?.properties ?? {}).filter(([key]) => !present.has(key));
  const proposals = own.map(([key, node]): CompletionProposal => {
    const { description = '' } = resolveSchema(node);
    return {
      kind: 'key',
      label: key,
      insert: `${key}: ${startOf(key, node, cursor.flow)}`,
      detail: description,
    };
  });
  const last = cursor.path.at(-1);
  const names = (kind: CompletionProposal['kind'], all: readonly string[]) =>
    all
      .filter((name) => !present.has(name))
      .map((name): CompletionProposal => ({ kind, label: name, insert: `${quoted(name)}: `, detail: '' }));
  if (last === 'metrics') proposals.push(...names('metric', metricNames(documents)));
  if (last === 'baselines') proposals.push(...names('system', systems(documents)));
  return proposals;
}

/** What follows a key: the beginning of a list or block, or nothing. */
function startOf(key: string, node: SchemaNode, flow: boolean): string {
  const schema = resolveSchema(node);
  if (key === 'grid') return flow ? '{ seed: [$0] }' : '{ seed: [${1:1, 2, 3}] }$0';
  if (schema.type === 'array' && schema.items && resolveSchema(schema.items).type !== 'object') return '[$0]';
  if (schema.type === 'object') return '{ $0 }';
  return '$0';
}

function values(documents: StudyDocuments, cursor: ManifestCursor, text: string): CompletionProposal[] {
  const quote = (name: string) => (cursor.quote === '' ? quoted(name) : name);
  const of = (kind: CompletionProposal['kind'], all: readonly string[], detail = ''): CompletionProposal[] =>
    [...new Set(all)].map((label) => ({ kind, label, insert: quote(label), detail }));
  const inRun = cursor.path.includes('jobs') || cursor.path.at(-1) === 'template';
  switch (cursor.key) {
    case 'id':
      return inRun ? runsWithoutEntry(documents, quote) : [];
    case 'milestone':
      return milestones(documents, quote);
    case 'depends_on':
      return [
        ...of(
          'phase',
          manifestPlaces(text).phases.map(({ name }) => name.value),
        ),
        ...(inRun ? of('run', entryIds(documents)) : []),
      ];
    case 'baseline':
      return [...of('system', systems(documents)), ...of('run', entryIds(documents))];
    case 'system':
      return of('system', systems(documents));
    case 'name':
      return cursor.path.at(-1) === 'primary_metric' ? of('metric', metricNames(documents)) : [];
    default: {
      if (cursor.path.at(-1) === 'baselines') return of('system', systems(documents));
      const schema = schemaAt([...cursor.path, cursor.key!]);
      return of('word', schema?.enum ?? []);
    }
  }
}

/** Runs of tracker and plan that nothing starts yet, with what is known of them. */
function runsWithoutEntry(documents: StudyDocuments, quote: (name: string) => string): CompletionProposal[] {
  return [...runRecords(documents).values()]
    .filter(({ entry }) => entry === null)
    .map(({ id, rows, plannedIn }) => {
      const row = rows[0]?.row;
      const detail = [row?.milestone ?? plannedIn, row?.system ?? row?.purpose].filter(Boolean).join(' · ');
      return { kind: 'run', label: id, insert: quote(id), detail };
    });
}

function milestones(
  { plan, tracker }: StudyDocuments,
  quote: (name: string) => string,
): CompletionProposal[] {
  const known = new Map((plan?.read.milestones ?? []).map(({ id, name }) => [id, name === id ? '' : name]));
  for (const { milestone } of tracker?.read.rows ?? [])
    if (milestone !== null && !known.has(milestone)) known.set(milestone, '');
  return [...known].map(([id, detail]) => ({ kind: 'milestone', label: id, insert: quote(id), detail }));
}

/** Metrics as the manifest, the tracker's Metrics column and the plan's criteria call them. */
export function metricNames({ plan, tracker, manifest }: StudyDocuments): readonly string[] {
  const names = new Set<string>();
  for (const { metrics } of manifest?.read.jobs ?? []) for (const { name } of metrics) names.add(name);
  const primary = manifest?.read.primaryMetric?.name;
  if (primary != null) names.add(primary);
  for (const { metrics } of [...(tracker?.read.rows ?? []), ...(plan?.read.runs ?? [])])
    for (const name of (metrics ?? '').split(/[,，、;；]/)) if (isName(name)) names.add(name.trim());
  for (const { successCriterion } of plan?.read.blocks ?? []) {
    const { criterion = null, all = [] } = successCriterion ?? {};
    for (const each of [criterion, ...all.map((one) => one.criterion)]) {
      const name = each?.metric ?? '';
      if (isName(name)) names.add(name);
    }
  }
  return [...names];
}

function systems({ manifest, tracker }: StudyDocuments): readonly string[] {
  const names = new Set<string>();
  for (const { system } of manifest?.read.jobs ?? []) if (system !== null) names.add(system);
  for (const { system } of tracker?.read.rows ?? []) {
    const name = (system ?? '').split(/[,，]/)[0]!;
    if (isName(name)) names.add(name.trim());
  }
  return [...names];
}

const entryIds = ({ manifest }: StudyDocuments): readonly string[] =>
  (manifest?.read.jobs ?? []).slice(0, 2000).map(({ id }) => id);

/** A name and not a sentence. */
const isName = (text: string): boolean => /^\s*\S{1,40}(?:\s\S{1,20}){0,2}\s*$/.test(text);

/** As YAML reads it as a text: quoted where it would be something else. */
function quoted(name: string): string {
  const plain = /^[A-Za-z\u3400-\u9fff_][\w\u3400-\u9fff./@+-]*(?: [\w\u3400-\u9fff./@+-]+)*$/.test(name);
  return plain && !/^(?:true|false|null|yes|no|on|off|~)$/i.test(name) ? name : JSON.stringify(name);
}
