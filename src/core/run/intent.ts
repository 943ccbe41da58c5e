import * as v from 'valibot';

/**
 * What a person (or a program on their behalf) asks of the driver. Intents are files in the inbox; each is applied
 * once, by whoever holds the journal, and leaves its trace there.
 */
const by = v.optional(v.string(), 'person');
const runs = v.pipe(v.array(v.string()), v.minLength(1));

export const intentSchema = v.variant('type', [
  v.object({
    type: v.literal('deploy'),
    plan: v.nullable(v.string()),
    overrides: v.record(v.string(), v.unknown()),
    target: v.string(),
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
  v.object({ type: v.literal('run.retry'), runs, by }),
  v.object({ type: v.literal('run.pause'), runs, by }),
  v.object({ type: v.literal('run.resume'), runs, by }),
  v.object({ type: v.literal('run.reprioritise'), runs, priority: v.number(), by }),
  v.object({ type: v.literal('stop'), by }),
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
