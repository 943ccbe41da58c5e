import { opinionPrompt, opinionSchema } from '../../core/agents/judgements';
import type { ComputeBackend, WorkspaceFiles } from '../../core/ports';
import type { JobState } from '../../core/run/state';
import type { AgentPorts } from '../agents/ports';
import { askJudge } from '../review/askJudge';
import type { ReviewParts } from '../review/reviewStudy';
import type { StudyRecord } from '../studyRecord';

/** Of the end of a failed log that is kept. */
const logBytes = 64 * 1024;
/** Lines of it that the author is shown. */
const promptLines = 150;

export interface EvidenceParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly backend: ComputeBackend;
  readonly ports: AgentPorts;
  reviewers(): ReviewParts | null;
  pump<T>(work: Promise<T>): Promise<T>;
}

/** The end of the failed attempt's log, kept beside the report, without secrets. */
export async function keepLog(
  { backend, files, ports }: EvidenceParts,
  job: JobState,
  number: number,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly text: string }> {
  const key = job.attempts.at(-1)!.key;
  const { text } = await backend.readLog(key, -logBytes, logBytes, signal);
  const clean = ports.redact(text);
  const name = job.job.id.replaceAll(/[^\w.-]/g, '_');
  const path = `refine-logs/sanity-repairs/${name}-${number}.log`;
  await files.write(path, clean);
  return { path, text: clean.split('\n').slice(-promptLines).join('\n') };
}

/** What the reviewer's model says of the cause, from code and log alone; null: nobody could be asked, which is recorded. */
export async function secondOpinion(
  parts: EvidenceParts,
  job: JobState,
  number: number,
  { log, code }: { readonly log: string; readonly code: readonly string[] },
  signal: AbortSignal,
): Promise<string | null> {
  const { record } = parts;
  const run = job.job.id;
  const judged = await parts.pump(
    askJudge(
      parts.reviewers(),
      {
        ...{ purpose: `second-opinion-${number}`, schema: opinionSchema, named: [log, ...code] },
        prompt: opinionPrompt({ run, command: job.job.command, log, named: code }),
      },
      signal,
    ),
  );
  if (judged.kind === 'nobody') {
    record.happened({ type: 'opinion.missing', run, number, why: judged.why });
    return null;
  }
  const { cause, where, advice, file, line } = judged.value;
  record.happened({
    ...{ type: 'opinion.given', run, number },
    ...{ cause, where, advice, file, line, judge: judged.judge },
  });
  const place = file === null ? '' : ` (${file}${line === null ? '' : `:${line}`})`;
  return `${cause}\nIt lies in: ${where}${place}\n${advice}`;
}
