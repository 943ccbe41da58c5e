import type { WorkspaceFiles } from '../../core/ports';
import type { LockedEvaluator } from '../../core/run/agentsEvent';
import type { StudyDeclaration } from '../../core/run/declaration';
import { describeChanges } from '../stages/checkpoint';

/** A script that is named for evaluating. */
const evaluates = /(^|\/)(eval|evaluate|evaluation|score|scoring|test_metrics)(_\w+)?\.(py|sh|jl|R)$/i;

/**
 * What evaluates: script, split, seeds and primary metric as the manifest names them, else the one script that is named
 * for it, which approving the checkpoint confirms. Null: nothing says what evaluates.
 */
export async function findEvaluator(
  study: StudyDeclaration,
  code: Readonly<Record<string, string>>,
  files: WorkspaceFiles,
  hash: (text: string) => string,
): Promise<LockedEvaluator | null> {
  const named = study.evaluation ?? null;
  const found = Object.keys(code).filter((path) => evaluates.test(path));
  const script = named?.script ?? (found.length === 1 ? found[0]! : null);
  if (script === null) return null;
  const locked: Record<string, string> = {};
  // A split may be a name, or a file that lists its rows.
  for (const path of [script, named?.split ?? null]) {
    const digest = path === null ? null : await files.hash(path).catch(() => null);
    if (path !== null && digest !== null) locked[path] = digest;
  }
  const seeds = named?.seeds ?? [];
  const facts = {
    ...{ files: locked, script, split: named?.split ?? null },
    seeds:
      seeds.length > 0
        ? seeds
        : [...new Set(study.jobs.flatMap(({ seed }) => (seed === null ? [] : [seed])))].sort((a, b) => a - b),
    ...{ primaryMetric: study.primaryMetric?.name ?? null, type: named?.type ?? null },
    source: named?.script == null ? ('found' as const) : ('manifest' as const),
  };
  return { hash: hash(JSON.stringify(facts)), ...facts };
}

/** What differs between two evaluators, one clause a thing. */
export function evaluatorChanges(before: LockedEvaluator, now: LockedEvaluator | null): string[] {
  if (now === null) return [`${before.script ?? 'the evaluation'} is named no more`];
  const facts = (one: unknown, other: unknown, what: string) =>
    JSON.stringify(one) === JSON.stringify(other)
      ? []
      : [`${what} was ${JSON.stringify(one)} and is ${JSON.stringify(other)}`];
  return [
    ...describeChanges(before.files, now.files),
    ...facts(before.script, now.script, 'the evaluation script'),
    ...facts(before.split, now.split, 'the split'),
    ...facts(before.seeds, now.seeds, 'the list of seeds'),
    ...facts(before.primaryMetric, now.primaryMetric, 'the primary metric'),
    ...facts(before.type, now.type, 'the kind of evaluation'),
  ];
}
