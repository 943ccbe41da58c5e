import { mainResult } from '../mainResult';
import type { StudyResult } from '../model';
import type { JudgedCriterion } from '../mainResult';

/** How a run came about, as the journal recorded it. */
export interface RunOrigin {
  readonly attempt: number;
  /** As it was started, fully expanded. */
  readonly command: string;
  /** Commit of the code snapshot; null where the workspace is no git repository. */
  readonly commit: string | null;
  /** The snapshot held changes that were not committed. */
  readonly dirty: boolean | null;
  /** Interpreter, packages, driver: whatever the wrapper wrote down. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One number of a report and everything that leads back to how it was made. */
export interface NumberProvenance {
  /** `RUN#METRIC`. */
  readonly key: string;
  readonly value: number;
  readonly file: string;
  readonly pointer: string;
  readonly line: number | null;
  /** Of the file when it was read; null where it was not hashed. */
  readonly sha256: string | null;
  readonly run: string;
  readonly seed: number | null;
  /** Null for a run done elsewhere. */
  readonly attempt: number | null;
  readonly command: string;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly environment: Readonly<Record<string, string>>;
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
  readonly mainResult: string;
  readonly criteria: readonly Pick<JudgedCriterion, 'block' | 'text' | 'main' | 'judgement'>[];
}

/**
 * @param origins by run id
 * @param sha256 by file, relative to the workspace
 */
export function buildProvenance(
  study: StudyResult,
  origins: ReadonlyMap<string, RunOrigin>,
  sha256: ReadonlyMap<string, string>,
): Provenance {
  const numbers = study.milestones.flatMap(({ runs }) =>
    runs.flatMap((run) => {
      const origin = origins.get(run.id);
      return run.metrics.map(({ name, value, file, pointer, line }): NumberProvenance => ({
        key: `${run.id}#${name}`,
        value,
        file,
        pointer,
        line,
        sha256: sha256.get(file) ?? null,
        run: run.id,
        seed: run.seed,
        attempt: origin?.attempt ?? null,
        command: origin?.command ?? run.command,
        commit: origin?.commit ?? null,
        dirty: origin?.dirty ?? null,
        environment: origin?.environment ?? {},
        startedAt: isoTime(run.startedAt),
        endedAt: isoTime(run.endedAt),
      }));
    }),
  );
  const { verdict, criteria } = mainResult(study);
  return {
    report: study.resultsPath,
    generatedAt: new Date(study.generatedAt).toISOString(),
    numbers,
    mainResult: verdict,
    criteria: criteria.map(({ block, text, main, judgement }) => ({ block, text, main, judgement })),
  };
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
