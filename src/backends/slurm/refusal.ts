import type { PlaceRequest } from '../../core/ports';
import type { Failure, FailureClass } from '../../core/run/failure';
import type { SlurmClient } from './client';
import { type ClusterFacts, type NodeGroup, type Partition, slurmAbsent } from './cluster';
import { directives, gpusAsked, walltime } from './directives';

/** Requests that this cluster can never run, and why. Alike requests are judged once. */
export async function refusalsOf(
  requests: readonly PlaceRequest[],
  facts: ClusterFacts,
  client: SlurmClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Failure>> {
  const refused = new Map<string, Failure>();
  const judged = new Map<string, Failure | null>();
  for (const request of requests) {
    const options = directives(request);
    const alike = options.join('\n');
    let failure = judged.get(alike);
    if (failure === undefined) {
      failure = whyNever(request, facts);
      // What only the cluster knows: accounts, associations, limits.
      if (failure === null && !facts.absent) {
        const said = await client.wouldRefuse(options, signal);
        failure = said !== null && isForGood(said) ? submissionFailure(said, null) : null;
      }
      judged.set(alike, failure);
    }
    if (failure) refused.set(request.run, failure);
  }
  return refused;
}

/** Why no node of the cluster can ever run this; null: one can, as far as is known here. */
export function whyNever(request: PlaceRequest, { partitions, nodes, absent }: ClusterFacts): Failure | null {
  if (absent)
    return refusal('unknown', slurmAbsent.replace(/\. .*$/, ''), slurmAbsent.replace(/^.*?\. /, ''));
  const { slurm = {} } = request;
  const chosen = partitionsOf(slurm.partition, partitions);
  if (chosen.length === 0)
    return slurm.partition === undefined
      ? refusal(
          'unknown',
          'the cluster has no default partition and the run names none',
          `Write "slurm: { partition: … }" into the run manifest, or set bridge.slurm.partition: ${names(partitions)}`,
        )
      : refusal(
          'unknown',
          `the cluster has no partition "${slurm.partition}"`,
          `Choose one that it has: ${names(partitions)}`,
        );
  const why = chosen.map((partition) => whyNotIn(partition, request, nodes));
  return why.some((each) => each === null) ? null : why[0]!;
}

function whyNotIn(partition: Partition, request: PlaceRequest, all: readonly NodeGroup[]): Failure | null {
  const { slurm = {} } = request;
  const { name } = partition;
  const timeMs = request.timeLimitMs ?? slurm.timeMs ?? 0;
  if (partition.maxTimeMs !== null && timeMs > partition.maxTimeMs)
    return refusal(
      'timeout',
      `it asks for ${walltime(timeMs)} and partition ${name} allows ${walltime(partition.maxTimeMs)}`,
      'Lower time_limit in the run manifest, or choose another partition; then retry the run',
    );
  for (const [what, asked, allowed] of [
    ['account', slurm.account, partition.accounts],
    ['QOS', slurm.qos, partition.qos],
  ] as const)
    if (asked !== undefined && allowed !== null && !allowed.includes(asked))
      return refusal(
        'permission',
        `partition ${name} takes no jobs of ${what} "${asked}"`,
        `It takes ${allowed.join(', ')}: choose one of these, or another partition`,
      );
  const nodes = all.filter((node) => node.partition === name);
  if (nodes.length === 0) return null;
  const { count, type } = gpusAsked(request);
  const cpus = slurm.cpus ?? 1;
  const memory = slurm.memoryMiB ?? 0;
  const has = {
    gpus: Math.max(...nodes.map((node) => gpusOf(node, type))),
    cpus: Math.max(...nodes.map((node) => node.cpus)),
    memory: Math.min(
      Math.max(...nodes.map((node) => node.memoryMiB)),
      partition.maxMemoryPerNodeMiB ?? Number.POSITIVE_INFINITY,
    ),
  };
  if (count > has.gpus)
    return refusal(
      'cuda',
      `it asks for ${count} ${type === null ? '' : `${type} `}${count === 1 ? 'GPU' : 'GPUs'} and a node of partition ${name} has ${has.gpus === 0 ? 'none' : `only ${has.gpus}`}`,
      'Lower "gpus" in the run manifest, or choose a partition whose nodes have more; then retry the run',
    );
  if (cpus > has.cpus)
    return refusal(
      'unknown',
      `it asks for ${cpus} CPUs and a node of partition ${name} has only ${has.cpus}`,
      'Lower "slurm: { cpus: … }" in the run manifest, or choose another partition; then retry the run',
    );
  if (memory > has.memory)
    return refusal(
      'oom',
      `it asks for ${memory} MiB of memory and a node of partition ${name} has only ${has.memory}`,
      'Lower "slurm: { memory: … }" in the run manifest, or choose another partition; then retry the run',
    );
  const features = plainFeatures(slurm.constraint);
  const fits = nodes.some(
    (node) =>
      gpusOf(node, type) >= count &&
      node.cpus >= cpus &&
      node.memoryMiB >= memory &&
      features.every((feature) => node.features.includes(feature)),
  );
  if (fits) return null;
  const there = [...new Set(nodes.flatMap((node) => node.features))];
  return refusal(
    'unknown',
    `no node of partition ${name} has all that it asks for at once${features.length > 0 ? ` (constraint ${slurm.constraint}; there are ${there.join(', ') || 'no features'})` : ''}`,
    'Change "slurm:" in the run manifest, or choose another partition; then retry the run',
  );
}

/** What `sbatch` said when it refused. */
export function submissionFailure(said: string, script: string | null): Failure {
  const kind: FailureClass = /account|qos|permission|not permitted/i.test(said) ? 'permission' : 'unknown';
  const where = script === null ? '' : `; ${script} is what was submitted`;
  return refusal(
    kind,
    `Slurm refuses it: ${said.replace(/\.$/, '')}`,
    `Correct "slurm:" in the run manifest or the bridge.slurm settings, then retry the run${where}`,
  );
}

/** Refusals that do not depend on which nodes are up now. */
function isForGood(said: string): boolean {
  return /invalid (partition|account|qos|feature|generic|user|gres|time)|not permitted|requested time limit is invalid|access\/permission/i.test(
    said,
  );
}

function refusal(kind: FailureClass, message: string, advice: string): Failure {
  return { class: kind, message, evidence: [], advice: advice.replace(/\.$/, '') };
}

function partitionsOf(asked: string | undefined, all: readonly Partition[]): readonly Partition[] {
  const wanted = asked?.split(',');
  return all.filter(({ name, isDefault }) => (wanted === undefined ? isDefault : wanted.includes(name)));
}

function names(partitions: readonly Partition[]): string {
  return partitions.map(({ name }) => name).join(', ');
}

function gpusOf({ gpus }: NodeGroup, type: string | null): number {
  return type === null ? Object.values(gpus).reduce((sum, each) => sum + each, 0) : (gpus[type] ?? 0);
}

/** `a&b` and `a,b`; of anything with "or" or counts in it nothing is said. */
function plainFeatures(constraint: string | undefined): readonly string[] {
  return constraint !== undefined && /^[\w.&,-]+$/.test(constraint) ? constraint.split(/[&,]/) : [];
}
