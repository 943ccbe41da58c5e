import { isScript, scriptsIn } from '../links/paths';
import type { HandoffCounts } from '../results/report/renderHandoff';
import type { StudyState } from './state';

/** What a study says about its making at the end: what agents wrote for it, and what was there and was used as it was. */
export function handoffCounts(state: StudyState): HandoffCounts {
  const written = writtenScripts(state);
  const gpus = new Set<string>();
  const scripts = new Set<string>();
  let deployed = 0;
  for (const { job, attempts, obsolete } of state.jobs.values()) {
    if (obsolete) continue;
    const folder = job.cwd === '.' || job.cwd === '' ? '' : `${job.cwd.replace(/^\.\//, '')}/`;
    for (const script of scriptsIn(job.command)) scripts.add(`${folder}${script}`);
    if (attempts.length > 0) deployed++;
    for (const attempt of attempts) for (const gpu of attempt.gpus) gpus.add(`${attempt.host}:${gpu}`);
  }
  const found = [...scripts].filter((script) => !written.has(script)).length;
  return { written: written.size, found, deployed, gpus: gpus.size };
}

/** Scripts of which an agent wrote something that was taken over, and that it did not remove later. */
function writtenScripts({ agents }: StudyState): ReadonlySet<string> {
  const written = new Set<string>();
  for (const { work, files } of agents.changes.values())
    for (const { path, after, standing } of files) {
      if (work === null || !isScript(path) || (standing !== 'taken' && standing !== 'partly')) continue;
      if (after === null) written.delete(path);
      else written.add(path);
    }
  return written;
}
