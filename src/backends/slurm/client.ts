import type { ExecResult, Host } from '../../core/ports';
import { TargetUnreachable } from '../../core/targetUnreachable';
import {
  jobcompFormat,
  parseJobcomp,
  parseSacct,
  parseSqueueJson,
  parseSqueueText,
  sacctFormat,
  type SlurmEntry,
  squeueColumns,
} from './parse';

/** With slurmctld down, clients wait for minutes: none may for longer than this. */
const clientSeconds = 20;
/** All jobs of a busy cluster are more than this in JSON where a version cannot say "only mine". */
const longestJson = 16 << 20;
/** Arguments of one call of scancel. */
const idsAtOnce = 500;

/** Slurm refuses a submission, for good. */
export class SubmissionRefused extends Error {
  override readonly name = 'SubmissionRefused';
}

/** Slurm's own programs, on the machine where they are. */
export class SlurmClient {
  /** Calls of Slurm's programs so far. */
  calls = 0;
  private json = true;
  private history: 'sacct' | 'jobcomp' | 'none' = 'sacct';
  private user: string | null = null;

  constructor(private readonly host: Host) {}

  /** Every job of this person that Slurm still knows. Throws `TargetUnreachable` when it does not answer. */
  async queue(signal: AbortSignal): Promise<readonly SlurmEntry[]> {
    if (this.json) {
      const result = await this.ask(['squeue', '--all', '--me', '--states=all', '--json'], signal);
      const entries = result.code === 0 ? parseSqueueJson(result.stdout) : null;
      if (entries !== null && result.stdout.length < longestJson) return entries;
      if (entries === null && result.code !== null && !isUnknownOption(result)) this.throwIfSilent(result);
      // A version without JSON, or one that cannot tell our jobs from everybody's.
      this.json = false;
      if (entries !== null) return entries;
    }
    this.user ??= (await this.run(['id', '-un'], signal)).stdout.trim();
    const argv = ['squeue', '-h', '-a', '-r', '-t', 'all', '-u', this.user, '-O', squeueColumns];
    const result = await this.ask(argv, signal);
    this.throwIfSilent(result);
    return parseSqueueText(result.stdout);
  }

  /**
   * Jobs of these names that began after a time (`YYYY-MM-DD`), from accounting, or where there is none from the records
   * of finished jobs; null: Slurm keeps neither.
   */
  async finished(
    names: readonly string[],
    since: string,
    signal: AbortSignal,
  ): Promise<readonly SlurmEntry[] | null> {
    const asked = [`--name=${names.join(',')}`, '-S', since, '-n', '-P'];
    if (this.history === 'sacct') {
      const result = await this.ask(['sacct', '-X', '-D', ...asked, `--format=${sacctFormat}`], signal);
      if (result.code === 0) return parseSacct(result.stdout);
      if (result.code !== 127 && !/disabled|not enabled|accounting_storage/i.test(result.stderr)) return null;
      this.history = 'jobcomp';
    }
    if (this.history === 'jobcomp') {
      const result = await this.ask(['sacct', '-c', ...asked, `--format=${jobcompFormat}`], signal);
      if (result.code === 0) return parseJobcomp(result.stdout);
      this.history = 'none';
    }
    return null;
  }

  /** The job's number. Throws `SubmissionRefused`, or `TargetUnreachable` when nobody knows whether it was heard. */
  async submit(script: string, signal: AbortSignal): Promise<string> {
    const result = await this.ask(['sbatch', '--parsable', script], signal);
    const id = /^(\d+)/m.exec(result.stdout)?.[1];
    if (result.code === 0 && id !== undefined) return id;
    this.throwIfSilent(result);
    throw new SubmissionRefused(messageOf(result));
  }

  /** Why Slurm would refuse a job with these options; null: it would not. */
  async wouldRefuse(options: readonly string[], signal: AbortSignal): Promise<string | null> {
    const result = await this.ask(['sbatch', '--test-only', ...options, '--wrap=true'], signal);
    if (result.code === 0) return null;
    this.throwIfSilent(result);
    return messageOf(result);
  }

  async cancel(ids: readonly string[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < ids.length; at += idsAtOnce) {
      const result = await this.ask(['scancel', '--quiet', ...ids.slice(at, at + idsAtOnce)], signal);
      // Of what has ended meanwhile there is nothing to cancel.
      if (!/Invalid job id|already completing/i.test(result.stderr)) this.throwIfSilent(result);
    }
  }

  /** What one of Slurm's programs prints. Throws `TargetUnreachable` when it does not answer; 127: it is not there. */
  async show(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    const result = await this.ask(argv, signal);
    if (result.code !== 127) this.throwIfSilent(result);
    return result;
  }

  private ask(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    this.calls++;
    // What a session inside another Slurm job, or an editor, left in the environment is no part of the request.
    const without = unwanted.flatMap((name) => ['-u', name]);
    return this.run(['env', ...without, 'timeout', '-k', '5', String(clientSeconds), ...argv], signal);
  }

  private run(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    return this.host.exec(argv, { timeoutMs: (clientSeconds + 10) * 1000, signal });
  }

  private throwIfSilent(result: ExecResult): void {
    if (result.code === 0) return;
    const said = messageOf(result);
    if (result.code === null || result.code === 124 || result.code === 137 || silence.test(said))
      throw new TargetUnreachable(
        result.code === 124 || said === '' ? 'Slurm does not answer' : `Slurm does not answer: ${said}`,
      );
    if (busy.test(said)) throw new TargetUnreachable(`Slurm takes no more jobs now: ${said}`);
  }
}

const silence =
  /unable to (contact|establish)|socket timed out|connection (refused|timed out|reset)|controller connection|communication (connection )?failure|zero bytes were transmitted|transport endpoint|unexpected message|unable to resolve|in standby mode|authentication|munge/i;
/** What passes by itself: too many jobs at once. */
const busy =
  /temporarily unable|resource temporarily unavailable|submit limit|max ?submit|job limit|too many jobs|max_?job_?count/i;

const unwanted = [
  ...['NODE_OPTIONS', 'VAST_API_KEY', 'BRIDGE_VAST_URL', 'BRIDGE_LEASE_MS', 'ELECTRON_RUN_AS_NODE'],
  ...['SBATCH_JOB_NAME', 'SBATCH_ARRAY_INX', 'SBATCH_OUTPUT', 'SBATCH_REQUEUE', 'SBATCH_NO_REQUEUE'],
  ...['SLURM_JOB_ID', 'SLURM_JOBID', 'SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_JOB_ID', 'SLURM_RESTART_COUNT'],
];

function isUnknownOption({ stderr }: ExecResult): boolean {
  return /unrecognized option|invalid option|json|serializer|--me\b/i.test(stderr);
}

/** What the program complained of, in one line. */
function messageOf({ stdout, stderr }: ExecResult): string {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.replace(/^(sbatch|squeue|scancel|sinfo|scontrol|sacct): (error: )?/, '').trim())
    .filter((line) => line !== '');
  return [...new Set(lines)].slice(0, 3).join('; ');
}
