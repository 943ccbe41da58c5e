import type { Failure } from '../../core/run/failure';
import type { SlurmEntry } from './parse';

/**
 * What Slurm says ended a job, as a failure; null: it ended by itself, and its exit code says how. `said`: lines that
 * Slurm wrote into the job's own output, the only witness where it has forgotten the job.
 */
export function verdictOf(entry: SlurmEntry | null, said: readonly string[]): Failure | null {
  const evidence = said.slice(-4);
  const job = entry === null ? 'its Slurm job' : `its Slurm job ${entry.id}`;
  const on = entry === null || entry.node === '' ? '' : ` on ${entry.node}`;
  switch (stateFrom(entry, said)) {
    case 'OUT_OF_MEMORY':
      return {
        class: 'oom',
        message: `it used more memory than ${job} may${on}`,
        evidence,
        advice: 'Ask for more ("slurm: { memory: 32G }" in the run manifest) or use less; then retry the run',
      };
    case 'TIMEOUT':
    case 'DEADLINE':
      return {
        class: 'timeout',
        message: `it reached the walltime of ${job} and was ended by Slurm`,
        evidence,
        advice: 'Raise time_limit in the run manifest, or make the run shorter; then retry it',
      };
    case 'NODE_FAIL':
      return {
        class: 'lost',
        message: `the node of ${job} failed${on}`,
        evidence,
        advice: 'Retry the run; "sinfo -R" says what is the matter with the node',
      };
    case 'BOOT_FAIL':
      return {
        class: 'lost',
        message: `the node of ${job} could not be started${on}`,
        evidence,
        advice: 'Retry the run; "sinfo -R" says what is the matter with the node',
      };
    case 'PREEMPTED':
      return {
        class: 'preempted',
        message: `${job} was preempted: one of higher priority got its node${on}`,
        evidence,
        advice: 'Retry the run, or choose a partition or QOS whose jobs are not preempted',
      };
    case 'REQUEUED':
      return {
        class: 'preempted',
        message: `${job} was put back into the queue`,
        evidence,
        advice: 'Retry the run',
      };
    case 'CANCELLED':
    case 'REVOKED':
      return {
        class: 'killed',
        message: `${job} was cancelled in Slurm${entry?.cancelledBy === undefined ? '' : ` by ${entry.cancelledBy}`}, not by Bridge`,
        evidence,
        advice: 'Ask who cancelled it and why, then retry the run',
      };
    default:
      return null;
  }
}

/** An end that left no record, and that Slurm does not explain either. */
export function unexplained(entry: SlurmEntry | null, began: boolean, said: readonly string[]): Failure {
  const evidence = said.slice(-6);
  if (began)
    return {
      class: 'lost',
      message: 'it is gone from Slurm and nothing says how it ended',
      evidence,
      advice: 'See what ended it, then retry the run',
    };
  const node = entry === null || entry.node === '' ? 'its node' : entry.node;
  return {
    class: 'lost',
    message: `Slurm could not begin it on ${node}${entry?.reason ? ` (${entry.reason})` : ''}`,
    evidence,
    advice:
      'Its folder must lie on a file system that the nodes share, and bash must be there; then retry the run',
  };
}

function stateFrom(entry: SlurmEntry | null, said: readonly string[]): string {
  if (entry !== null && !isWaiting(entry.state)) return entry.state;
  const text = said.join('\n');
  if (/DUE TO TIME LIMIT/.test(text)) return 'TIMEOUT';
  if (/DUE TO PREEMPTION/.test(text)) return 'PREEMPTED';
  if (/DUE TO NODE FAILURE/.test(text)) return 'NODE_FAIL';
  if (/DUE TO JOB REQUEUE/.test(text)) return 'REQUEUED';
  if (/oom.?kill|out of memory/i.test(text)) return 'OUT_OF_MEMORY';
  if (entry !== null) return 'REQUEUED';
  return /CANCELLED AT/.test(text) ? 'CANCELLED' : '';
}

/** Of a job that waits again, or runs again, how it was ended before stands only in its output. */
function isWaiting(state: string): boolean {
  return ['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'CONFIGURING', 'RUNNING', 'COMPLETING'].includes(state);
}

/** Lines that Slurm's own daemons wrote into a job's output while it made this attempt. */
export function slurmLines(output: string, attempt: number): readonly string[] {
  const begin = output.lastIndexOf(`bridge: attempt ${attempt} `);
  const later = output.indexOf(`bridge: attempt ${attempt + 1} `, begin + 1);
  return output
    .slice(Math.max(0, begin), later < 0 ? undefined : later)
    .split('\n')
    .filter((line) => /^(slurmstepd|slurmd|srun|sbatch)\b/.test(line) || /^\*\*\* (JOB|STEP) /.test(line));
}
