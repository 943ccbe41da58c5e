import * as v from 'valibot';
import { diagnose as judge } from '../../core/diagnose/diagnose';
import { readTail } from '../../cli/diagnose';
import { fence, short } from '../data';
import { nullableNumber, runSchema } from '../schemas';
import { runOf } from '../runOf';
import { defineTool } from '../tool';

/** Why a run failed, by its record and its log. */
export const diagnose = defineTool({
  name: 'bridge_diagnose',
  title: 'Diagnose a run',
  description:
    'Why a run failed: the class, the exception, the deciding lines of its log with their line number, and what to do next; or why it has not started. Changes nothing.',
  readOnly: true,
  input: v.strictObject({ run: runSchema }),
  output: v.object({
    run: v.string(),
    status: v.string(),
    class: v.nullable(v.string()),
    exception: v.nullable(v.string()),
    message: v.string(),
    log: v.pipe(v.nullable(v.string()), v.description('path of the log')),
    line: nullableNumber,
    evidence: v.nullable(v.string()),
    advice: v.nullable(v.string()),
    startedBy: v.pipe(v.nullable(v.string()), v.description('file:line of the manifest')),
    attempts: v.number(),
  }),
  async run({ run: id }, context) {
    const { state, job, status, why } = runOf(context, id);
    const log = context.client.logPath(id);
    const last = job.attempts.at(-1);
    const { phase } = job;
    const line = job.job.span?.start.line;
    const place =
      state.study === null ? null : `${state.study.manifestPath}${line === undefined ? '' : `:${line}`}`;
    const failed = phase.kind === 'failed' ? phase.failure : null;
    const tail = failed && log !== null ? await readTail(log, id).catch(() => null) : null;
    const read = tail && judge({ ...tail, exitCode: last?.exit?.code ?? null });
    // The record's class is what decided; the log says where it stands.
    const told = read !== null && failed !== null && read.class === failed.class ? read : null;
    const evidence = (told ?? failed)?.evidence ?? [];
    const message = failed?.message ?? why ?? `it is ${status}`;
    return {
      sentence: failed
        ? `${id} failed (${failed.class}): ${short(message)}. ${short(failed.advice)}`
        : `${id} is ${status}${why === null ? '' : `: ${short(why)}`}.`,
      data: {
        ...{ run: id, status, class: failed?.class ?? null, exception: told?.exception ?? null },
        ...{ message: short(message), log, line: told?.line ?? null, startedBy: place },
        evidence:
          evidence.length === 0
            ? null
            : fence(evidence.map((each) => short(each, 500)).join('\n'), 'lines of the log', id),
        ...{ advice: failed && short(failed.advice), attempts: job.attempts.length },
      },
    };
  },
});
