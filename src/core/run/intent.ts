import * as v from 'valibot';

/**
 * What a person (or a program on their behalf) asks of the driver. Intents are files in the inbox; each is applied
 * once, by whoever holds the journal, and leaves its trace there.
 */
const by = v.optional(v.string(), 'person');
const nonEmpty = v.pipe(v.string(), v.trim(), v.nonEmpty());
const runs = v.pipe(v.array(v.string()), v.minLength(1));

export const intentSchema = v.variant('type', [
  v.object({
    type: v.literal('deploy'),
    plan: v.nullable(v.string()),
    overrides: v.record(v.string(), v.unknown()),
    target: v.string(),
    /** The wish of a program: nothing runs, sanity included, before a person has approved what it would start. */
    asks: v.optional(v.boolean()),
    by,
  }),
  v.object({
    type: v.literal('checkpoint.approve'),
    hash: v.string(),
    milestones: v.nullable(v.array(v.string())),
    by,
  }),
  v.object({ type: v.literal('checkpoint.reject'), hash: v.string(), reason: v.string(), by }),
  v.object({ type: v.literal('run.cancel'), runs, by }),
  /** `elsewhere`: also runs whose machine does not answer, which are given up there. */
  v.object({ type: v.literal('run.retry'), runs, elsewhere: v.optional(v.boolean()), by }),
  v.object({ type: v.literal('run.pause'), runs, by }),
  v.object({ type: v.literal('run.resume'), runs, by }),
  v.object({ type: v.literal('run.reprioritise'), runs, priority: v.number(), by }),
  v.object({ type: v.literal('stop'), by }),
  /** Gives these rented machines back, whatever runs there; missing: every one. */
  v.object({ type: v.literal('rentals.release'), rentals: v.optional(v.array(v.string())), by }),
  v.object({
    type: v.literal('permission.answer'),
    permission: v.string(),
    answer: v.picklist(['once', 'run', 'deny']),
    by,
  }),
  /** `files` null: all of it; `hunks`: of these files only those, by index from 0. */
  v.object({
    type: v.literal('change.take'),
    change: v.string(),
    files: v.nullable(v.array(v.string())),
    hunks: v.optional(v.nullable(v.record(v.string(), v.array(v.number()))), null),
    by,
  }),
  /** A program proposes texts of files, under an id of its own choice; a person takes them or does not. */
  v.object({
    type: v.literal('change.propose'),
    change: v.string(),
    title: v.string(),
    files: v.pipe(
      v.array(v.object({ path: v.string(), before: v.nullable(v.string()), after: v.nullable(v.string()) })),
      v.minLength(1),
    ),
    by,
  }),
  v.object({ type: v.literal('change.reject'), change: v.string(), reason: v.string(), by }),
  v.object({ type: v.literal('work.cancel'), work: v.string(), by }),
  v.object({ type: v.literal('finding.waive'), finding: v.string(), reason: nonEmpty, by }),
  v.object({ type: v.literal('finding.reply'), finding: v.string(), text: nonEmpty, by }),
  v.object({ type: v.literal('finding.dispute'), finding: v.string(), reason: nonEmpty, by }),
  v.object({ type: v.literal('finding.resolve'), finding: v.string(), note: v.optional(v.string(), ''), by }),
  v.object({ type: v.literal('finding.reopen'), finding: v.string(), by }),
  /** Has the code read again, whatever was said before. */
  v.object({ type: v.literal('review.request'), by }),
  /** What a program wanted and only a person may do: it is written down, with what the person would have to do. */
  v.object({ type: v.literal('person.ask'), about: v.string(), sentence: v.string(), by }),
]);

export type DriverIntent = v.InferOutput<typeof intentSchema>;

/** Turns unknown JSON into an intent, or says what is wrong with it. */
export function parseIntent(
  value: unknown,
): { ok: true; intent: DriverIntent } | { ok: false; message: string } {
  const result = v.safeParse(intentSchema, value);
  if (result.success) return { ok: true, intent: result.output };
  return { ok: false, message: result.issues.map((issue) => issue.message).join('; ') };
}
