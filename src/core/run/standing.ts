import type { Job } from '../manifest/model';
import type { StudyState } from './state';

/** How dependencies stand, computed once a decision. */
export class Standing {
  private readonly phases = new Map<string, { open: number; broken: string | null }>();

  constructor(private readonly state: StudyState) {
    for (const { job, phase, obsolete } of state.jobs.values()) {
      if (job.phase === null || obsolete) continue;
      const entry = this.phases.get(job.phase) ?? { open: 0, broken: null };
      if (phase.kind !== 'completed') entry.open++;
      if (entry.broken === null && isBroken(phase.kind)) entry.broken = job.id;
      this.phases.set(job.phase, entry);
    }
  }

  /** Why a job can never start; null: it may yet. */
  broken(job: Job): string | null {
    for (const name of job.dependsOn) {
      const phase = this.phases.get(name);
      if (phase?.broken != null)
        return `phase "${name}", which it needs, has a run that ${this.howEnded(phase.broken)}: ${phase.broken}`;
      const other = this.state.jobs.get(name);
      if (!phase && other && isBroken(other.phase.kind))
        return `${name}, which it needs, ${this.howEnded(name)}`;
    }
    return null;
  }

  satisfied(job: Job): boolean {
    return job.dependsOn.every((name) => {
      const phase = this.phases.get(name);
      if (phase) return phase.open === 0;
      return this.state.jobs.get(name)?.phase.kind === 'completed';
    });
  }

  /** Where the runs that a job depends on ran last: their outputs are there. */
  hostsOfInputs(job: Job): ReadonlySet<string> {
    const hosts = new Set<string>();
    if (job.dependsOn.length === 0) return hosts;
    for (const other of this.state.jobs.values()) {
      const needed = job.dependsOn.includes(other.job.id) || job.dependsOn.includes(other.job.phase ?? '');
      const last = other.attempts[other.attempts.length - 1];
      if (needed && last) hosts.add(last.host);
    }
    return hosts;
  }

  private howEnded(id: string): string {
    const kind = this.state.jobs.get(id)?.phase.kind;
    return kind === 'failed' ? 'failed' : kind === 'cancelled' ? 'was cancelled' : 'was skipped';
  }
}

function isBroken(kind: string): boolean {
  return kind === 'failed' || kind === 'skipped' || kind === 'cancelled';
}
