import type { Job, Manifest } from '../../manifest/model';
import type { Plan, Tracker, TrackerRow } from '../../plan/model';
import type { Finding } from '../finding';

/** Where the documents lie, for the findings that point into them. */
export interface DocumentPaths {
  readonly plan: string;
  readonly tracker: string;
  readonly manifest: string;
}

/** Is every must-run run started by the manifest, and nothing that no plan asked for? */
export function checkRuns(
  plan: Plan | null,
  tracker: Tracker | null,
  manifest: Manifest,
  paths: DocumentPaths,
): Finding[] {
  const rows = new Map<string, { row: TrackerRow; file: string }>();
  for (const row of plan?.runs ?? []) rows.set(row.id.toLowerCase(), { row, file: paths.plan });
  for (const row of tracker?.rows ?? []) rows.set(row.id.toLowerCase(), { row, file: paths.tracker });
  const named = new Set([
    ...rows.keys(),
    ...(plan?.milestones ?? []).flatMap(({ runs }) => runs.map((run) => run.toLowerCase())),
  ]);
  return [
    ...missing([...rows.values()], manifest),
    ...invented(named, plan, manifest, paths),
    ...sameCommand(manifest, paths),
  ];
}

function starts(job: Job, id: string): boolean {
  const [own, wanted] = [job.id.toLowerCase(), id.toLowerCase()];
  if (own === wanted || job.phase?.toLowerCase() === wanted) return true;
  return own.startsWith(wanted) && /^[^a-z0-9]/.test(own.slice(wanted.length));
}

function missing(rows: readonly { row: TrackerRow; file: string }[], manifest: Manifest): Finding[] {
  return rows.flatMap(({ row, file }): Finding[] => {
    if (row.priority !== 'must-run' || row.status === 'done' || row.status === 'cancelled') return [];
    if (manifest.jobs.some((job) => starts(job, row.id))) return [];
    // Jobs of a grid in the same milestone may be this run under names of their own.
    if (manifest.jobs.some((job) => job.phase !== null && job.milestone === row.milestone)) return [];
    return [
      {
        severity: 'CRITICAL',
        file,
        line: row.span.start.line,
        endLine: row.span.end.line,
        title: `${row.id} is must-run, but nothing starts it`,
        why: `No job of the manifest is called ${row.id}${row.milestone ? `, and none is part of a grid in ${row.milestone}` : ''}.`,
        fix: `Add a job with id ${row.id} and its command to the manifest.`,
        check: 'method',
      },
    ];
  });
}

function invented(
  named: ReadonlySet<string>,
  plan: Plan | null,
  manifest: Manifest,
  paths: DocumentPaths,
): Finding[] {
  if (named.size === 0) return [];
  const milestones = new Set(plan?.milestones.map(({ id }) => id.toLowerCase()) ?? []);
  return manifest.jobs.flatMap((job): Finding[] => {
    // A grid's jobs have names of their own; the milestone is what the plan knows of them.
    const known =
      [...named].some((id) => starts(job, id)) ||
      (job.phase !== null && (job.milestone === null || milestones.has(job.milestone.toLowerCase())));
    if (known) return [];
    const line = job.span?.start.line ?? 1;
    return [
      {
        severity: 'MAJOR',
        file: paths.manifest,
        line,
        endLine: line,
        title: `${job.id} is in the manifest, but neither in the plan nor in the tracker`,
        why: `The plan and its tracker name ${named.size} runs, and ${job.id} is none of them.`,
        fix: `Remove ${job.id}, or add it to the tracker if the plan was changed on purpose.`,
        check: 'method',
      },
    ];
  });
}

/** Runs that differ in their seed by declaration only: the command is the same, letter by letter. */
function sameCommand(manifest: Manifest, paths: DocumentPaths): Finding[] {
  const seen = new Map<string, Job>();
  const found: Finding[] = [];
  for (const job of manifest.jobs) {
    const key = `${job.cwd}\n${job.setup}\n${job.command}`;
    const other = seen.get(key);
    if (!other) seen.set(key, job);
    else if (
      job.seed !== null &&
      other.seed !== null &&
      job.seed !== other.seed &&
      !/\$\{?SEED|seed_from/i.test(job.command)
    ) {
      const line = job.span?.start.line ?? 1;
      found.push({
        severity: 'CRITICAL',
        file: paths.manifest,
        line,
        endLine: line,
        title: `${other.id} and ${job.id} differ in their seed, but their commands are the same`,
        why: `Seeds ${other.seed} and ${job.seed} are declared, and both run “${job.command.slice(0, 80)}”.`,
        fix: 'Pass the seed in the command (--seed ${seed}).',
        check: 'hyperparameters',
      });
    }
  }
  return found.slice(0, 20);
}
