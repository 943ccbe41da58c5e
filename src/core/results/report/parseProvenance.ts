import * as v from 'valibot';
import type { EnvironmentFacts } from '../origin';
import type { AttemptRecord } from './provenance';

const text = v.nullable(v.string());
const numberSchema = v.object({
  run: v.string(),
  attempt: v.nullable(v.number()),
  only: v.nullable(v.literal('evaluation')),
  command: v.string(),
  commit: text,
  dirty: v.nullable(v.boolean()),
  diffSha256: text,
  untracked: v.record(v.string(), v.string()),
  environment: text,
  host: text,
  gpus: v.array(v.string()),
  startedAt: text,
  endedAt: text,
});
const environmentSchema = v.object({
  host: v.string(),
  os: v.string(),
  python: v.nullable(v.object({ executable: v.string(), version: v.string() })),
  packages: v.record(v.string(), v.string()),
  gpus: v.array(v.object({ index: v.number(), name: v.string(), driver: v.string() })),
  note: text,
});
const schema = v.object({
  numbers: v.array(numberSchema),
  environments: v.record(v.string(), environmentSchema),
});

/** What provenance.json says of how runs were made; null where it is not such a file. */
export function parseProvenance(json: string): {
  readonly attempts: ReadonlyMap<string, AttemptRecord>;
  readonly environments: Readonly<Record<string, EnvironmentFacts>>;
} | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return null;
  const { numbers, environments } = parsed.output;
  const attempts = new Map<string, AttemptRecord>();
  for (const { run, attempt, ...rest } of numbers) {
    if (attempt === null) continue;
    const { only, command, host, gpus, commit, dirty, diffSha256, untracked, environment } = rest;
    const time = (iso: string | null) => (iso === null ? null : Date.parse(iso));
    attempts.set(run, {
      ...{ attempt, only, command, host: host ?? '', gpus },
      ...{ startedAt: time(rest.startedAt), endedAt: time(rest.endedAt) },
      origin:
        environment === null
          ? null
          : { gatheredAt: '', code: { commit, dirty, diffSha256, untracked }, environment },
    });
  }
  return { attempts, environments };
}
