import * as v from 'valibot';

const text = v.string();
const maybe = v.nullable(text);

/** What was found out about this machine and this workspace, one thing each; no sentences, so that any language can say it. */
export const doctorFactSchema = v.variant('id', [
  /** Null: asked without an editor, where nothing is restricted. */
  v.object({ id: v.literal('trust'), trusted: v.nullable(v.boolean()) }),
  v.object({ id: v.literal('folder'), path: text, writable: v.boolean() }),
  v.object({ id: v.literal('plan'), plan: maybe, manifest: maybe }),
  /** Null: neither `python3` nor `python` is on the PATH. */
  v.object({ id: v.literal('python'), program: maybe, version: maybe }),
  v.object({
    id: v.literal('gpus'),
    names: v.array(text),
    /** Total memory of all of them. */
    memoryMiB: v.nullable(v.number()),
    /** What the driver says, where it is there and does not work. */
    problem: maybe,
  }),
  v.object({
    id: v.literal('target'),
    /** As the settings name it: `local`, `ssh:NAME`, `slurm`. */
    target: text,
    /** Null: it was not tried. */
    reachable: v.nullable(v.boolean()),
    said: maybe,
  }),
  v.object({ id: v.literal('slurm'), version: maybe, wanted: v.boolean() }),
  /** `found`: the program that the setting names is there; null: it names none that could be looked for. */
  v.object({ id: v.literal('author'), author: text, found: v.nullable(v.boolean()) }),
  v.object({
    id: v.literal('reviewers'),
    reviewers: v.array(v.object({ id: text, ready: v.nullable(v.boolean()), lacks: maybe })),
  }),
  v.object({ id: v.literal('wandb'), installed: v.nullable(v.boolean()), key: v.boolean() }),
  v.object({ id: v.literal('git'), version: maybe }),
  v.object({
    id: v.literal('rented'),
    /** Machines that Bridge rented, for this study or another, and that still cost money. */
    machines: v.array(
      v.object({
        label: text,
        /** US dollars, disk included. */
        usdPerHour: v.number(),
        /** What it cost so far, in US dollars; null: the provider does not say since when. */
        usd: v.nullable(v.number()),
      }),
    ),
    /** A driver is there, which gives back what no run needs. */
    driven: v.boolean(),
    /** Why the provider could not be asked. */
    problem: maybe,
  }),
]);

export type DoctorFact = v.InferOutput<typeof doctorFactSchema>;

/** What `bridge doctor --json` prints; `state`, `sentence` and `fix` of each check follow from its fact. */
export const doctorDocumentSchema = v.object({
  version: text,
  workspace: text,
  checks: v.array(v.looseObject({ fact: doctorFactSchema })),
});

/** The facts of a document; null where it is none. */
export function parseDoctorFacts(value: unknown): readonly DoctorFact[] | null {
  const parsed = v.safeParse(doctorDocumentSchema, value);
  return parsed.success ? parsed.output.checks.map(({ fact }) => fact) : null;
}
