import type { Evidence } from './evidence';
import { names, namedSystems } from './evidence';
import type { RunGroup } from './runGroup';

export type Resolved =
  | { readonly kind: 'found'; readonly group: RunGroup }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

const meansBaseline = /\bbaselines?\b|基线|基準|对照/i;

/**
 * The groups that a comparison is about: systems that the criterion's own words name, else those that its block
 * compares, else those that declare the reference as their baseline, else those of the main milestones' systems
 * that are nobody's baseline. The reference itself is never a candidate.
 */
export function candidatesOf(text: string, reference: string, evidence: Evidence): readonly RunGroup[] {
  const { groups, systems, baselines } = evidence;
  const isReference = (group: RunGroup): boolean =>
    same(group.system, reference) || group.runs.some(({ id }) => id === reference);
  const others = groups.filter((group) => !isReference(group));
  const of = (wanted: readonly string[]): readonly RunGroup[] =>
    others.filter(({ system }) => wanted.includes(system) && !standsFor(reference, system, evidence));
  const steps: readonly (() => readonly RunGroup[])[] = [
    () => of(namedSystems(text, groups)),
    () => of(systems === null ? [] : namedSystems(systems, groups)),
    () => others.filter((group) => same(baselineOf(group, evidence) ?? '', reference)),
    () => others.filter((group) => baselineOf(group, evidence) !== null && !isBaseline(group, evidence)),
    () =>
      others.filter(
        (group) => !isBaseline(group, evidence) && !Object.values(baselines).includes(group.system),
      ),
  ];
  for (const step of steps) {
    const found = step();
    if (found.length > 0) return found;
  }
  return [];
}

/** The group that a reference means for a candidate: a run, a system, or "the baseline" in words. */
export function resolveReference(reference: string, candidate: RunGroup, evidence: Evidence): Resolved {
  const { references } = evidence;
  const ofRun = references.filter(({ runs }) => runs.some(({ id }) => id === reference));
  if (ofRun.length > 0) return pick(ofRun, candidate);
  const exact = references.filter(({ system }) => same(system, reference));
  if (exact.length > 0) return pick(exact, candidate);
  if (meansBaseline.test(reference)) {
    const declared = baselineOf(candidate, evidence);
    if (declared !== null && !meansBaseline.test(declared))
      return resolveReference(declared, candidate, evidence);
  }
  const others = references.filter(({ system }) => system !== candidate.system);
  const named = others.filter(({ system }) => names(reference, system) || names(system, reference));
  if (named.length > 0) return pick(named, candidate);
  if (meansBaseline.test(reference))
    return pick(
      others.filter(({ system }) => evidence.baselineSystems.includes(system)),
      candidate,
    );
  return { kind: 'missing' };
}

/** Of several configurations of the reference, the one that the candidate shares. */
function pick(groups: readonly RunGroup[], candidate: RunGroup): Resolved {
  const others = groups.filter(
    (group) => group.system !== candidate.system || group.config !== candidate.config,
  );
  const [first] = others;
  if (first === undefined) return { kind: 'missing' };
  if (others.length === 1) return { kind: 'found', group: first };
  const alike = others.filter(({ config }) => config === candidate.config);
  if (alike.length === 1 && alike[0] !== undefined) return { kind: 'found', group: alike[0] };
  return { kind: 'ambiguous', candidates: others.map(({ label }) => label) };
}

/** What the group's runs or the manifest declare as its baseline: a run id or a system. */
export function baselineOf(group: RunGroup, evidence: Pick<Evidence, 'baselines'>): string | null {
  const ofRuns = group.runs.find(({ baseline }) => baseline !== null)?.baseline;
  return ofRuns ?? evidence.baselines[group.system] ?? null;
}

/** How many systems were tried against this reference: the correction that the shown one needs. */
export function variantsAgainst(reference: RunGroup, evidence: Evidence, atLeast: number): number {
  const declared = evidence.references.filter((group) => {
    const baseline = baselineOf(group, evidence);
    return (
      baseline !== null &&
      (same(baseline, reference.system) || reference.runs.some(({ id }) => id === baseline))
    );
  });
  return Math.max(1, atLeast, declared.length);
}

function isBaseline(group: RunGroup, evidence: Evidence): boolean {
  return evidence.baselineSystems.includes(group.system);
}

/** A reference in words ("the strongest baseline") stands for baseline systems, which are then no candidates. */
function standsFor(reference: string, system: string, evidence: Evidence): boolean {
  return meansBaseline.test(reference) && evidence.baselineSystems.includes(system);
}

function same(a: string, b: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[\s_`"'-]+/g, '-');
  return plain(a) === plain(b);
}
