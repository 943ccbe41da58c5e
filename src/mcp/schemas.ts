import * as v from 'valibot';
import type { Problem } from '../core/text/span';
import type { Checkpoint } from '../core/run/checkpointModel';
import { gpuMark } from '../core/manifest/template';
import { short } from './data';

const text = v.string();
const nullableText = v.nullable(v.string());
const number = v.number();
export const nullableNumber = v.nullable(v.number());

export const runSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(200),
  v.description('id of a run, as the tracker and the manifest call it'),
);

export const keySchema = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^[\w.:-]{1,100}$/, 'has 1 to 100 letters, digits, . : _ or -'),
    v.description('idempotency key: the same call made again with the same key is carried out once'),
  ),
);

export const problemSchema = v.object({
  severity: text,
  message: text,
  file: nullableText,
  line: nullableNumber,
});

export function problemOf(problem: Problem): v.InferOutput<typeof problemSchema> {
  return {
    ...{ severity: problem.severity, message: short(problem.message), file: problem.file },
    line: problem.span?.start.line ?? null,
  };
}

/** Commands that one answer lists; the person is shown all of them. */
const commandsAtMost = 20;

export const checkpointSchema = v.object({
  hash: text,
  target: text,
  sanity: v.object({ status: text, sentence: text }),
  milestones: v.array(
    v.object({ id: text, name: text, runs: number, gpuHours: nullableNumber, hours: nullableNumber }),
  ),
  commands: v.array(v.object({ run: text, command: text })),
  commandsLeftOut: number,
  totalGpuHours: nullableNumber,
  review: text,
  notes: v.array(text),
  changes: v.array(text),
  waitsFor: text,
});

export function checkpointOf(checkpoint: Checkpoint): v.InferOutput<typeof checkpointSchema> {
  const pending = checkpoint.sanity.status === 'pending' ? checkpoint.sanity.commands : [];
  const commands = new Map([
    ...pending.map(({ run, command }) => [run, command] as const),
    ...checkpoint.milestones.flatMap(({ commands: all }) =>
      all.map(({ run, command }) => [run, command] as const),
    ),
  ]);
  const shown = [...commands].slice(0, commandsAtMost);
  return {
    ...{ hash: checkpoint.hash, target: checkpoint.target },
    sanity: { status: checkpoint.sanity.status, sentence: short(checkpoint.sanity.sentence) },
    milestones: checkpoint.milestones.slice(0, 50).map((milestone) => ({
      ...{ id: short(milestone.id), name: short(milestone.name), runs: milestone.runs },
      ...{ gpuHours: milestone.estimatedGpuHours, hours: milestone.estimatedHours },
    })),
    commands: shown.map(([run, command]) => ({
      run: short(run),
      command: short(command.replaceAll(gpuMark, '${GPU}')),
    })),
    commandsLeftOut: commands.size - shown.length,
    totalGpuHours: checkpoint.totalGpuHours,
    review: short(checkpoint.review),
    notes: checkpoint.notes.slice(0, 20).map((note) => short(note)),
    changes: checkpoint.changes.slice(0, 20).map((change) => short(change)),
    waitsFor: 'the person’s approval: in VS Code, with "bridge approve", or in the question of your client',
  };
}
