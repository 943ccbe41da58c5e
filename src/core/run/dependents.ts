import type { JobState, StudyState } from './state';

/** Runs that were skipped because of one of these, by whatever number of steps: they wait again when it is tried again. */
export function skippedBecauseOf(state: StudyState, ids: ReadonlySet<string>): readonly string[] {
  const revived = new Set<string>();
  // Names that a dependency may mean: run ids and the phases that hold them.
  const names = new Set<string>();
  const add = (job: JobState | undefined) => {
    if (!job) return;
    names.add(job.job.id);
    if (job.job.phase !== null) names.add(job.job.phase);
  };
  for (const id of ids) add(state.jobs.get(id));
  for (let before = -1; before !== revived.size;) {
    before = revived.size;
    for (const job of state.jobs.values())
      if (job.phase.kind === 'skipped' && !ids.has(job.job.id) && !revived.has(job.job.id))
        if (job.job.dependsOn.some((name) => names.has(name))) {
          revived.add(job.job.id);
          add(job);
        }
  }
  return [...revived];
}
