import type { MetricValue, RunResult } from './model';

/** Runs that differ in nothing but their seed: what a mean may be taken over. */
export interface RunGroup {
  readonly system: string;
  /** System, and its configuration where the system has several: `student (N=384)`. */
  readonly label: string;
  /** Parameters without the seed, as a key that is equal for equal configurations. */
  readonly config: string;
  readonly runs: readonly RunResult[];
}

/** A run without a declared system is a system of its own. */
export function systemOf(run: RunResult): string {
  return run.system ?? run.id;
}

/** Groups runs by system and configuration, in the order in which they first appear. */
export function groupRuns(runs: readonly RunResult[]): readonly RunGroup[] {
  const groups = new Map<string, { system: string; config: string; runs: RunResult[] }>();
  for (const run of runs) {
    const system = systemOf(run);
    const config = configOf(run);
    const key = JSON.stringify([system, config]);
    const group = groups.get(key) ?? { system, config, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  return all.map((group) => {
    const siblings = all.filter(({ system }) => system === group.system);
    return {
      ...group,
      label: siblings.length < 2 ? group.system : `${group.system} (${difference(group, siblings)})`,
    };
  });
}

/** The values of a metric that the group's finished runs have. */
export function valuesOf(group: RunGroup, metric: string): readonly MetricValue[] {
  return group.runs.flatMap((run) => metricOf(run, metric) ?? []);
}

/** The value of a metric of a finished run. */
export function metricOf(run: RunResult, metric: string): MetricValue | undefined {
  return run.status === 'DONE' ? run.metrics.find(({ name }) => name === metric) : undefined;
}

/** Parameters that make a configuration: not the seed, and nothing that merely names the run or its system. */
export function configParameters(run: RunResult): readonly (readonly [string, string])[] {
  return Object.entries(run.parameters)
    .map(([name, value]) => [name, String(value)] as const)
    .filter(([name, value]) => !/seed/i.test(name) && !value.includes(run.id) && value !== run.system)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function configOf(run: RunResult): string {
  return configParameters(run)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** What sets a configuration apart from its siblings. */
function difference(
  group: { readonly config: string },
  siblings: readonly { readonly config: string }[],
): string {
  const parts = group.config === '' ? [] : group.config.split(', ');
  const own = parts.filter((part) => !siblings.every(({ config }) => config.split(', ').includes(part)));
  return own.length === 0 ? 'defaults' : own.join(', ');
}
