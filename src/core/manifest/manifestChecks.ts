import type { Node } from 'yaml';
import { findCycle } from './dependencies';
import type { Job } from './model';
import type { YamlReader } from './yamlReader';

/** Reports ids that stand twice, naming both lines. */
export function checkIds(
  read: YamlReader,
  jobs: readonly Job[],
  phases: readonly { name: string; node: Node }[],
  nodes: ReadonlyMap<Job, Node>,
): void {
  const seen = new Map<string, Job>();
  const sharing = new Set<Node | undefined>();
  for (const job of jobs) {
    const other = seen.get(job.id);
    if (other && nodes.get(other) === nodes.get(job)) {
      // Said once a template, not once a run.
      if (!sharing.has(nodes.get(job)))
        read.report(
          'manifest.duplicate-id',
          `Several runs of this grid get the id "${job.id}" (line ${job.span?.start.line ?? '?'}). Name every key of the grid that has several values in the id, as in "\${seed}".`,
          nodes.get(job),
        );
      sharing.add(nodes.get(job));
    } else if (other)
      read.report(
        'manifest.duplicate-id',
        `Run id "${job.id}" is already used at line ${other.span?.start.line ?? '?'}. Every run needs an id of its own.`,
        nodes.get(job),
      );
    else seen.set(job.id, job);
  }
  const names = new Map<string, Node>();
  for (const phase of phases) {
    const other = names.get(phase.name);
    if (other)
      read.report(
        'manifest.duplicate-id',
        `Phase "${phase.name}" is already named at line ${read.spanOf(other)?.start.line ?? '?'}.`,
        phase.node,
      );
    else names.set(phase.name, phase.node);
  }
}

/** Reports names in `depends_on` that nothing bears, and cycles. */
export function checkDependencies(
  read: YamlReader,
  jobs: readonly Job[],
  phases: readonly { name: string; dependsOn: readonly string[]; node: Node }[],
  nodes: ReadonlyMap<Job, Node>,
): void {
  const known = new Set([...jobs.map((job) => job.id), ...phases.map((phase) => phase.name)]);
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  // A phase and a run in it may bear one name, which then stands for the phase.
  const ofRun = (id: string) => (byName.has(id) ? `${id}\0run` : id);
  const edges = new Map<string, string[]>();
  const owners = new Map<string, Node | undefined>();
  for (const phase of phases) {
    // A phase waits for its own jobs, so that a cycle through a job of it is found as well.
    edges.set(phase.name, [...phase.dependsOn]);
    owners.set(phase.name, phase.node);
    for (const name of phase.dependsOn) if (!known.has(name)) reportUnknown(read, name, phase.node, phases);
  }
  for (const job of jobs) {
    owners.set(ofRun(job.id), nodes.get(job));
    const phase = byName.get(job.phase ?? '');
    const own = job.dependsOn.filter((name) => !phase?.dependsOn.includes(name));
    for (const name of own) if (!known.has(name)) reportUnknown(read, name, nodes.get(job), phases);
    edges.set(ofRun(job.id), [...job.dependsOn]);
    if (job.phase !== null) edges.get(job.phase)?.push(ofRun(job.id));
  }
  const cycle = findCycle(edges);
  if (cycle)
    read.report(
      'manifest.cycle',
      `These wait for each other and could never start: ${cycle.map((name) => name.replace('\0run', '')).join(' → ')}. Remove one "depends_on".`,
      owners.get(cycle[0]!),
    );
}

function reportUnknown(
  read: YamlReader,
  name: string,
  node: Node | undefined,
  phases: readonly { name: string }[],
): void {
  const choices = phases.length > 0 ? ` Phases here: ${phases.map((phase) => phase.name).join(', ')}.` : '';
  read.report(
    'manifest.unknown-dependency',
    `"depends_on" names "${name}", which is neither a phase nor a run of this manifest.${choices}`,
    node,
  );
}
