import type { HandoffCounts } from '../results/report/renderHandoff';
import { scriptsIn } from '../links/paths';
import type { StudyState } from './state';

/** What a study says about its making at the end. `written`: scripts that an author wrote or changed for it. */
export function handoffCounts(state: StudyState, written: ReadonlySet<string> = new Set()): HandoffCounts {
  const gpus = new Set<string>();
  const scripts = new Set<string>();
  let deployed = 0;
  for (const { job, attempts, obsolete } of state.jobs.values()) {
    if (obsolete) continue;
    for (const script of scriptsIn(job.command)) scripts.add(script);
    if (attempts.length > 0) deployed++;
    for (const attempt of attempts) for (const gpu of attempt.gpus) gpus.add(`${attempt.host}:${gpu}`);
  }
  const found = [...scripts].filter((script) => !written.has(script)).length;
  return { written: written.size, found, deployed, gpus: gpus.size };
}
