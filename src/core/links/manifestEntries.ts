import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';

/** A scalar of the manifest: its value, and where its source stands, quotes included. */
export interface EntryText {
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** What makes runs in a manifest: an entry of a `jobs:` list, or the template of a grid. */
export interface ManifestEntry {
  readonly from: number;
  readonly to: number;
  readonly template: boolean;
  readonly phase: string | null;
  readonly id: EntryText | null;
  readonly milestone: EntryText | null;
  readonly baseline: EntryText | null;
  readonly dependsOn: readonly EntryText[];
}

export interface ManifestPhase {
  readonly name: EntryText;
  readonly from: number;
  readonly to: number;
  readonly milestone: EntryText | null;
  readonly dependsOn: readonly EntryText[];
}

/** Where things stand in a manifest that `parseManifest` read: it keeps what they mean. */
export interface ManifestPlaces {
  readonly entries: readonly ManifestEntry[];
  readonly phases: readonly ManifestPhase[];
  /** System -> system, and any other text that may name a run. */
  readonly baselines: readonly EntryText[];
}

const known = new Map<string, ManifestPlaces>();

/** Finds entries and phases with their places. The text may be broken: what can be seen is found. */
export function manifestPlaces(text: string): ManifestPlaces {
  let places = known.get(text);
  if (!places) {
    // Asked for again and again about one text, until it changes.
    known.clear();
    known.set(text, (places = findPlaces(text)));
  }
  return places;
}

function findPlaces(text: string): ManifestPlaces {
  const root = parseDocument(text, { uniqueKeys: false, strict: false, logLevel: 'silent' }).contents;
  if (!isMap(root)) return { entries: [], phases: [], baselines: [] };
  const entries: ManifestEntry[] = [];
  const phases: ManifestPhase[] = [];
  const template = get(root, 'template');
  if (isMap(template)) entries.push(entryOf(template, null, true));
  for (const job of items(get(root, 'jobs'))) if (isMap(job)) entries.push(entryOf(job, null, false));
  for (const phase of items(get(root, 'phases'))) {
    if (!isMap(phase)) continue;
    const name = textOf(get(phase, 'name'));
    if (name) {
      const [from, to] = rangeOf(phase);
      const milestone = textOf(get(phase, 'milestone'));
      phases.push({ name, from, to, milestone, dependsOn: textsOf(get(phase, 'depends_on')) });
    }
    for (const job of items(get(phase, 'jobs')))
      if (isMap(job)) entries.push(entryOf(job, name?.value ?? null, false));
    const own = get(phase, 'template');
    if (isMap(own)) entries.push(entryOf(own, name?.value ?? null, true));
  }
  const baselines = get(root, 'baselines');
  return {
    entries: entries.sort((one, other) => one.from - other.from),
    phases,
    baselines: isMap(baselines)
      ? baselines.items.flatMap(({ value }) => textOf(value as Node | null) ?? [])
      : [],
  };
}

function entryOf(map: YAMLMap, phase: string | null, template: boolean): ManifestEntry {
  const [from, to] = rangeOf(map);
  return {
    ...{ from, to, template, phase },
    id: textOf(get(map, 'id')),
    milestone: textOf(get(map, 'milestone')),
    baseline: textOf(get(map, 'baseline')),
    dependsOn: textsOf(get(map, 'depends_on')),
  };
}

function get(map: YAMLMap, key: string): Node | null {
  return (map.get(key, true) as unknown as Node | undefined) ?? null;
}

function items(node: Node | null): readonly Node[] {
  return isSeq(node) ? (node.items as Node[]) : [];
}

function textOf(node: Node | null): EntryText | null {
  if (!isScalar(node) || node.value === null || !node.range) return null;
  const [from, to] = node.range;
  return { value: node.source ?? JSON.stringify(node.value), from, to };
}

function textsOf(node: Node | null): readonly EntryText[] {
  return (isSeq(node) ? items(node) : [node]).flatMap((each) => textOf(each) ?? []);
}

function rangeOf(node: Node): [number, number] {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}
