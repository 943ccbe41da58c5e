import type { RunResult, StudyResult } from './model';
import type { EnvironmentFacts } from './origin';
import type { AttemptRecord } from './report/provenance';

/** The study with how its runs were made, so that comparisons of unlike things are seen. */
export function withOrigins(
  study: StudyResult,
  attempts: ReadonlyMap<string, AttemptRecord>,
  environments: Readonly<Record<string, EnvironmentFacts>>,
): StudyResult {
  const made = (run: RunResult): RunResult => {
    const attempt = attempts.get(run.id);
    if (!attempt) return run;
    const code = attempt.origin?.code;
    const facts = attempt.origin ? environments[attempt.origin.environment] : undefined;
    const used = facts?.gpus.filter(({ index }) => attempt.gpus.includes(String(index))) ?? [];
    const others = code ? Object.entries(code.untracked).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
    return {
      ...run,
      madeWith: {
        commit: code?.commit ?? null,
        code: code?.commit == null ? null : JSON.stringify([code.diffSha256, others]),
        host: facts?.host ?? null,
        gpu: used.length === 0 ? null : used.map(({ name, driver }) => `${name} (${driver})`).join(', '),
        python: facts?.python?.version ?? null,
        packages: facts?.python ? JSON.stringify(facts.packages) : null,
      },
    };
  };
  const milestones = study.milestones.map((milestone) => ({ ...milestone, runs: milestone.runs.map(made) }));
  return { ...study, milestones };
}
