import * as v from 'valibot';

const optional = v.optional(v.nullable(v.string()), null);
const schema = v.object({
  numbers: v.array(
    v.object({
      key: v.string(),
      value: v.number(),
      file: v.string(),
      pointer: v.string(),
      line: v.optional(v.nullable(v.number()), null),
      sha256: optional,
      run: v.string(),
      attempt: v.optional(v.nullable(v.number()), null),
      command: v.string(),
      commit: optional,
      dirty: v.optional(v.nullable(v.boolean()), null),
      host: optional,
    }),
  ),
});

/** A measured number of the report, and what leads back to how it was made. */
export type ProvenanceNumber = v.InferOutput<typeof schema>['numbers'][number];

/** The numbers of a provenance.json; empty where it is none. */
export function provenanceNumbers(json: string): readonly ProvenanceNumber[] {
  try {
    const parsed = v.safeParse(schema, JSON.parse(json));
    return parsed.success ? parsed.output.numbers : [];
  } catch {
    return [];
  }
}

/** A link of a report around a number: its text, and the title that names file, pointer and line. */
export interface ReportedPlace {
  readonly text: string;
  readonly file: string;
  readonly pointer: string;
  readonly line: number | null;
  readonly from: number;
  readonly to: number;
}

const numberLink = /\[([^\]\n]{1,60})\]\(([^()\s]*)(?:\s+"([^"\n]*)")?\)/g;
const title = /^(.+?)#(.*?)(?:, line (\d+))?$/;

/** The linked number around an offset of a line of the report; null where there is none. */
export function reportedAt(line: string, column: number): ReportedPlace | null {
  for (const match of line.matchAll(numberLink)) {
    const to = match.index + match[0].length;
    if (column < match.index || column > to) continue;
    const [, file, pointer = '', at] = title.exec((match[3] ?? '').replace(/\\(.)/g, '$1')) ?? [];
    if (file === undefined) return null;
    const text = match[1]!.replace(/\\(.)/g, '$1');
    return { text, file, pointer, line: at === undefined ? null : Number(at), from: match.index, to };
  }
  return null;
}
