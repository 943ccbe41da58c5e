import type { FindingAnchor } from './findingAnchor';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { JsonSchema } from './ports';

export const severities = ['CRITICAL', 'MAJOR', 'MINOR'] as const;
export const checks = ['method', 'hyperparameters', 'logic', 'metric', 'ground-truth', 'stability'] as const;
export const groundTruthAnswers = ['yes', 'no', 'cannot-tell', 'none-by-design'] as const;
export const evaluationTypes = [
  'real_gt',
  'synthetic_proxy',
  'self_supervised_proxy',
  'simulation_only',
  'human_eval',
] as const;
export const officialScripts = ['used', 'exists-unused', 'none'] as const;

export type Severity = (typeof severities)[number];
export type Check = (typeof checks)[number];

const line = v.pipe(v.number(), v.integer(), v.minValue(1));

const findingSchema = v.strictObject({
  severity: v.pipe(
    v.picklist(severities),
    v.description('CRITICAL: results would be wrong or the run would fail.'),
  ),
  file: v.pipe(v.string(), v.description('Path relative to the workspace.')),
  line: v.pipe(line, v.description('First line, counted from 1.')),
  endLine: v.nullable(line),
  title: v.pipe(v.string(), v.description('One short sentence.')),
  why: v.pipe(v.string(), v.description('What goes wrong, with the evidence in the code.')),
  fix: v.pipe(v.string(), v.description('The exact change.')),
  patch: v.pipe(v.nullable(v.string()), v.description('The change as a unified diff, or null.')),
  check: v.picklist(checks),
});

const groundTruthSchema = v.strictObject({
  answer: v.pipe(
    v.picklist(groundTruthAnswers),
    v.description('Does the evaluation compare with the data set’s own labels?'),
  ),
  evaluationType: v.nullable(v.picklist(evaluationTypes)),
  sameForAllMethods: v.nullable(v.boolean()),
  officialScript: v.nullable(v.picklist(officialScripts)),
  file: v.pipe(v.nullable(v.string()), v.description('Where the evaluation reads what it compares with.')),
  line: v.nullable(line),
});

const documentSchema = v.strictObject({
  findings: v.array(findingSchema),
  groundTruth: groundTruthSchema,
});

/** One thing that a reviewer found, at its place. `patch` is a unified diff where the fix is one. */
export interface Finding {
  /** Stable while file, title and check stand: what a waiver names. */
  readonly id: string;
  readonly severity: Severity;
  /** Relative to the workspace where it lies in it; else as the reviewer wrote it. */
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly patch?: string;
  readonly check: Check;
  /** Whether the place is there. Only `found` is shown in an editor. */
  readonly place: 'found' | 'no-such-line' | 'no-such-file' | 'outside';
  /** What stood there; missing: nothing did, or it was found by a version that kept none. */
  readonly anchor?: FindingAnchor;
}

export interface GroundTruth {
  readonly answer: (typeof groundTruthAnswers)[number];
  readonly evaluationType: (typeof evaluationTypes)[number] | null;
  readonly sameForAllMethods: boolean | null;
  readonly officialScript: (typeof officialScripts)[number] | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** What a reviewer answered, as far as it could be read. */
export interface ReviewDocument {
  readonly findings: readonly Finding[];
  readonly groundTruth: GroundTruth | null;
  /** What could not be read, verbatim; null: everything could be, or nothing of the content may be kept. */
  readonly unread: string | null;
  /** Sentences about the document: what was left out and why. */
  readonly notes: readonly string[];
}

/** A finding as it came, before its place was looked at. */
export type RawFinding = v.InferOutput<typeof findingSchema>;

/** For reading, properties that nobody asked for are passed over. */
export const readFinding = v.object(findingSchema.entries);
export const readGroundTruth = v.object(groundTruthSchema.entries);

/** The schema that a reviewer is held to, in the strict subset that structured output asks for. */
export function reviewJsonSchema(): JsonSchema {
  const { $schema: _, ...schema } = toJsonSchema(documentSchema, { errorMode: 'ignore' });
  return schema;
}
