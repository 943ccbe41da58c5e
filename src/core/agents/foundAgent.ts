import * as v from 'valibot';

const foundSchema = v.object({
  value: v.string(),
  name: v.string(),
  client: v.nullable(v.string()),
  model: v.nullable(v.string()),
  family: v.string(),
  problem: v.nullable(v.string()),
});

/** Somebody who was found and shaken hands with, or why that failed. */
export interface FoundAgent {
  /** What `bridge.author` or `bridge.reviewers` calls it. */
  readonly value: string;
  readonly name: string;
  /** By its own name and version; null: `problem` says why not. */
  readonly client: string | null;
  /** null: it chooses by itself. */
  readonly model: string | null;
  readonly family: string;
  readonly problem: string | null;
}

export interface FoundAgents {
  readonly authors: readonly FoundAgent[];
  readonly reviewers: readonly FoundAgent[];
}

/** What `bridge agents --json` prints. */
export function parseFoundAgents(text: string): FoundAgents {
  return v.parse(
    v.object({ authors: v.array(foundSchema), reviewers: v.array(foundSchema) }),
    JSON.parse(text),
  );
}
