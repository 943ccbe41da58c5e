import { mainResult, type JudgedCriterion } from '../mainResult';
import type { StudyResult } from '../model';
import type { EnvironmentFacts, RunOrigin } from '../origin';

/** Where the provenance of a report's numbers stands, relative to the workspace. */
export const provenancePath = 'results/provenance.json';

/** The attempt that a run's numbers are from, as the journal recorded it. */
export interface AttemptRecord {
  readonly attempt: number;
  /** `evaluation`: only the evaluation ran again, on what an earlier attempt had trained. */
  readonly only: 'evaluation' | null;
  readonly command: string;
  readonly host: string;
  readonly gpus: readonly string[];
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Null where it was not gathered: an older Bridge, or a target that did not answer. */
  readonly origin: RunOrigin | null;
}

/** One number of a report and everything that leads back to how it was made. */
export interface NumberProvenance {
  /** `RUN#METRIC`. */
  readonly key: string;
  readonly value: number;
  readonly file: string;
  readonly pointer: string;
  readonly line: number | null;
  /** Of the file when the number was read; null where it was not hashed. */
  readonly sha256: string | null;
  readonly run: string;
  readonly system: string | null;
  readonly seed: number | null;
  /** Null for a run done elsewhere. */
  readonly attempt: number | null;
  readonly only: 'evaluation' | null;
  /** As it was started, fully expanded. */
  readonly command: string;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly diffSha256: string | null;
  /** Code files outside git, path -> sha256. */
  readonly untracked: Readonly<Record<string, string>>;
  /** Key into `environments`. */
  readonly environment: string | null;
  readonly host: string | null;
  readonly gpus: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** The content of provenance.json: every measured number, and every criterion with the numbers it was judged on. */
export interface Provenance {
  readonly report: string;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly numbers: readonly NumberProvenance[];
  readonly environments: Readonly<Record<string, EnvironmentFacts>>;
  readonly mainResult: string;
  readonly criteria: readonly Pick<JudgedCriterion, 'block' | 'text' | 'main' | 'judgement'>[];
}

/**
 * @param attempts the attempt that each run's numbers are from, by run id
 * @param environments by the key that origins name
 */
export function buildProvenance(
  study: StudyResult,
  attempts: ReadonlyMap<string, AttemptRecord>,
  environments: Readonly<Record<string, EnvironmentFacts>>,
): Provenance {
  const numbers = study.milestones.flatMap(({ runs }) =>
    runs.flatMap((run) => {
      const attempt = attempts.get(run.id);
      const origin = attempt?.origin ?? null;
      return run.metrics.map(({ name, value, file, pointer, line, sha256 }): NumberProvenance => ({
        ...{ key: `${run.id}#${name}`, value, file, pointer, line, sha256: sha256 ?? null },
        ...{ run: run.id, system: run.system, seed: run.seed },
        ...{ attempt: attempt?.attempt ?? null, only: attempt?.only ?? null },
        command: attempt?.command ?? run.command,
        commit: origin?.code.commit ?? null,
        dirty: origin?.code.dirty ?? null,
        diffSha256: origin?.code.diffSha256 ?? null,
        untracked: origin?.code.untracked ?? {},
        environment: origin?.environment ?? null,
        ...{ host: attempt?.host ?? null, gpus: attempt?.gpus ?? [] },
        startedAt: isoTime(attempt?.startedAt ?? run.startedAt),
        endedAt: isoTime(attempt?.endedAt ?? run.endedAt),
      }));
    }),
  );
  const { verdict, criteria } = mainResult(study);
  return {
    report: study.resultsPath,
    generatedAt: new Date(study.generatedAt).toISOString(),
    numbers,
    environments,
    mainResult: verdict,
    criteria: criteria.map(({ block, text, main, judgement }) => ({ block, text, main, judgement })),
  };
}

/** The file's text: one value a line, so that each has a line to point at. */
export function renderProvenance(provenance: Provenance): string {
  return `${JSON.stringify(provenance, null, 2)}\n`;
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
