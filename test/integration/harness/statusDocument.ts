/** The document of `status --json` as far as the tests look at it. */
export interface StatusDocument {
  readonly phases: readonly { name: string; status: string }[];
  readonly jobs: readonly Record<string, unknown>[];
  readonly budget: { gpuHours: Record<string, unknown>; usd: Record<string, unknown> };
  readonly driving: boolean;
  readonly checkpoint?: { hash: string; milestones: { id: string; runs: number }[] };
}

/** One JSON document and nothing else, or it throws. */
export const parseDocument = (text: string): StatusDocument => JSON.parse(text) as StatusDocument;

/** Run -> status. */
export function statusesOf(document: StatusDocument): Record<string, unknown> {
  return Object.fromEntries(document.jobs.map(({ id, status }): [string, unknown] => [String(id), status]));
}
