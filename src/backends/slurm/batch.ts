import { createHash } from 'node:crypto';
import { gpuMark } from '../../core/manifest/template';
import type { PlacedJob } from '../../core/ports';
import { bashScript } from '../attempt/jobFolder';
import { directives } from './directives';

/** Jobs that are submitted in one call: one job, or one job array. */
export interface Batch {
  /** Head of the sha256 of its keys: the same jobs are the same batch, whoever submits them. */
  readonly id: string;
  /** What Slurm calls it, with the id at its end: a job's number is given out again, its name is not. */
  readonly name: string;
  /** In the order of the array's tasks. */
  readonly jobs: readonly PlacedJob[];
}

/** Splits jobs into arrays: what asks for the same, of one phase, at most this many tasks each. */
export function batchesOf(jobs: readonly PlacedJob[], maxArraySize: number): readonly Batch[] {
  const groups = new Map<string, PlacedJob[]>();
  for (const job of jobs) {
    const alike = JSON.stringify([job.group ?? '', directives(job), job.maxParallel ?? null]);
    const group = groups.get(alike);
    if (group) group.push(job);
    else groups.set(alike, [job]);
  }
  // Task numbers go up to one less than MaxArraySize.
  const most = Math.max(1, maxArraySize - 1);
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, at) =>
      batchOf(group.slice(at * most, (at + 1) * most)),
    ),
  );
}

function batchOf(jobs: readonly PlacedJob[]): Batch {
  const keys = jobs.map(({ key }) => key);
  const id = createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 12);
  const [first] = jobs;
  const called = jobs.length === 1 ? first!.run : (first!.group ?? first!.run);
  return { id, name: `${called.replace(/[^\w.+=@-]+/g, '-').slice(0, 60)}~${id}`, jobs };
}

/** The batch that a job's name belongs to; null: it is none of ours. */
export function batchIdOf(name: string): string | null {
  return /~([0-9a-f]{12})$/.exec(name)?.[1] ?? null;
}

export function batchFolder(bridgeFolder: string, id: string): string {
  return `${bridgeFolder}/slurm/${id}`;
}

/** A line a task: the key of the first attempt that it makes, and where it runs. */
export function tasksFile({ jobs }: Batch): string {
  return jobs.map(({ key, cwd }) => `${key}\t${cwd}\n`).join('');
}

/**
 * What `sbatch` is given: readable, and kept beside the runs. Of a task it finds out which attempt it is, and starts the
 * wrapper of all runs in that attempt's folder. A job that Slurm starts anew by itself is the attempt after: it gets a
 * folder and a claim of its own, and a listing of what the attempt before left.
 */
export function batchScript(batch: Batch, bridgeFolder: string, wrapper: string): string {
  const { jobs, id, name } = batch;
  const [first] = jobs;
  const folder = batchFolder(bridgeFolder, id);
  const isArray = jobs.length > 1;
  const limit = first!.slurm?.arrayLimit ?? first!.maxParallel ?? null;
  const options = [
    `--job-name=${name}`,
    `--comment=${isArray ? `bridge: ${jobs.length} runs` : `bridge: ${first!.key}`}`,
    ...directives(first!),
    ...(isArray ? [`--array=0-${jobs.length - 1}${limit === null ? '' : `%${limit}`}`] : []),
    `--output=${folder.replaceAll('%', '%%')}/${isArray ? '%a' : '0'}.out`,
    '--open-mode=append',
    '--chdir=/',
  ];
  const runs = jobs.length <= 6 ? jobs.map(({ run }) => run) : [first!.run, '…', jobs.at(-1)!.run];
  return `#!/bin/bash
# ${isArray ? `${jobs.length} runs as one job array` : 'One run'}: ${runs.join(', ')}
# Written and submitted by Bridge. Line N of the file "tasks" beside it is task N-1.
${options.map((option) => `#SBATCH ${quoted(option)}\n`).join('')}
bridge=${bashWord(bridgeFolder)}
batch=${bashWord(folder)}
IFS=$'\\t' read -r key cwd < <(sed -n "$((\${SLURM_ARRAY_TASK_ID:-0} + 1))p" "$batch/tasks")
if [ -z "$key" ]; then
  echo "\${SLURMD_NODENAME:-$(hostname)} does not see $batch: it must lie on a file system that the nodes share" >&2
  exit 66
fi
IFS=: read -r workspace run hash first <<< "$key"

# Each start by Slurm is an attempt of its own.
attempt=$((first + \${SLURM_RESTART_COUNT:-0}))
folder=$bridge/jobs/$run/$attempt-$hash
if [ "$attempt" -gt "$first" ] && [ ! -e "$folder" ]; then
  before=$bridge/jobs/$run/$first-$hash
  made=$folder.$$.tmp
  mkdir "$made" && cp "$before"/{job.json,run.sh,command,roots} "$made" &&
    (cd "$cwd" && while IFS= read -r root; do
      find "$root" -type f -printf '%p\\t%i\\t%s\\t%T@\\n' 2>/dev/null
    done < "$before/roots" > "$made/before")
  mv -T "$made" "$folder" || rm -rf "$made"
fi

echo "bridge: attempt $attempt of $run, job \${SLURM_JOB_ID:-} on \${SLURMD_NODENAME:-$(hostname)}"
unset \${!VSCODE_@} \${!ELECTRON_@}
export BRIDGE_RUN=$run BRIDGE_ATTEMPT=$attempt BRIDGE_JOB_FOLDER=$folder
export BRIDGE_JOB_KEY=$workspace:$run:$hash:$attempt
# The wrapper claims the attempt, so that it begins once, and records how it ends. Slurm tells this script alone that
# it is to end, so it tells the run, which is a process group of its own.
set -m
/bin/sh ${bashWord(wrapper)} "$folder" "$cwd" "$run:$attempt-$hash" &
trap "kill -TERM -- -$! 2>/dev/null" TERM INT HUP
while wait "$!"; kill -0 "$!" 2>/dev/null; do :; done
code=
[ ! -r "$folder/exit" ] || read -r code rest < "$folder/exit"
exit "\${code:-0}"
`;
}

/** What Slurm decides when it starts a run: its own number, the node, the GPUs. Only whoever holds the claim says so. */
const notePlace =
  'printf \'%s\\t%s\\t%s\\n\' "${SLURM_JOB_ID:-}" "${SLURMD_NODENAME:-$(hostname)}" "${CUDA_VISIBLE_DEVICES:-}" > "$BRIDGE_JOB_FOLDER/place"';

/** The files of an attempt's folder beside `job.json`. */
export function runFiles(job: PlacedJob): Readonly<Record<string, string>> {
  // ${GPU} is known only on the node.
  const filled = job.command.includes(gpuMark)
    ? `BRIDGE_COMMAND=$(<"$BRIDGE_JOB_FOLDER/command")\neval "\${BRIDGE_COMMAND//${gpuMark}/\${CUDA_VISIBLE_DEVICES:-}}"`
    : job.command;
  const variables = {
    ...job.variables,
    ...((job.gpuCount ?? 0) > 0 ? { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } : {}),
  };
  return {
    'run.sh': `${notePlace}\n${bashScript(job, filled, variables)}`,
    command: job.command,
    roots: `${rootsOf(job.expectedOutputs).join('\n')}\n`,
  };
}

/** Where outputs can be, without their globs: `figures/a_*.json` -> `figures`. */
function rootsOf(patterns: readonly string[]): readonly string[] {
  return [
    ...new Set(
      patterns.map((pattern) => {
        const parts = pattern.split('/');
        const glob = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
        return (glob < 0 ? parts : parts.slice(0, glob)).join('/') || '.';
      }),
    ),
  ];
}

/** An option of `#SBATCH`, which splits at blanks outside of double quotes. */
function quoted(option: string): string {
  return /^[\w./:=@%+,~-]*$/.test(option) ? option : `"${option.replace(/["\\]/g, '\\$&')}"`;
}

function bashWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
