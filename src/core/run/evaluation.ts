import type { Job } from '../manifest/model';
import { shellWord } from '../manifest/template';

/** The part of the manifest's `evaluation` that says how to evaluate a run again. */
export interface EvaluationSpec {
  readonly script: string | null;
  readonly split: string | null;
}

/**
 * The run's evaluation alone, as a job: `SCRIPT --run ID`, with `--split SPLIT` where the manifest names one, started by
 * the interpreter that the run's own command names. It must write the files that the run's metrics are read from; what
 * training left, such as checkpoints, is used and not expected anew. Null: the manifest names no script.
 */
export function evaluationJob(job: Job, spec: EvaluationSpec | null): Job | null {
  if (spec?.script == null) return null;
  const { script, split } = spec;
  const written = /(?:^|[\s;&|(])((?:[\w./~-]*\/)?python[\d.]*)(?=\s)/.exec(job.command)?.[1];
  const start = /\.py$/i.test(script)
    ? `${written ?? 'python3'} `
    : /\.(sh|bash)$/i.test(script)
      ? 'bash '
      : './';
  const options = split === null ? '' : ` --split ${shellWord(split)}`;
  const command = `${start}${shellWord(script)} --run ${shellWord(job.id)}${options}`;
  return { ...job, command, expectedOutputs: [], timeLimitMs: null };
}
