import { expandIds } from '../plan/identifiers';
import { blocksWithoutSeeds } from '../plan/seeds';
import type { Problem, Span } from '../text/span';
import type { StudyDocuments } from './model';
import { runRecords } from './runRecords';

/**
 * What plan, tracker and manifest say differently about the same runs, and what a plan leaves open that a run will need:
 * advice for the person who writes them. It never keeps anything from running.
 */
export function crossCheck(documents: StudyDocuments): readonly Problem[] {
  return [...seedless(documents), ...withoutRow(documents), ...likeAnother(documents)];
}

function seedless({ plan }: StudyDocuments): readonly Problem[] {
  if (plan === null) return [];
  return blocksWithoutSeeds(plan.text, plan.read).map(({ id, span }) =>
    problem(
      'plan.no-seeds',
      'info',
      `${id} does not say with which seeds its runs are repeated, so nothing could be said about noise; add a line such as “Seeds: 1, 2, 3”.`,
      span,
      plan.file,
    ),
  );
}

/** Only where there is a tracker: without one the plan's own naming is all there is. */
function withoutRow(documents: StudyDocuments): readonly Problem[] {
  const { plan, tracker } = documents;
  if (plan === null || tracker === null || tracker.read.rows.length === 0) return [];
  return plan.read.milestones.flatMap(({ id, runs, span }) => {
    const missing = runsWithoutRow(documents, runs);
    if (missing.length === 0) return [];
    const shown = missing.slice(0, 5).join(', ');
    const rest = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    const message = `${id} names ${shown}${rest}, which the tracker has no row for; add one so that Bridge can record what came of it.`;
    return [problem('plan.run-without-row', 'info', message, span, plan.file)];
  });
}

/** Of these runs those that no row is about: neither by name, nor by a range (`R015-R033`), nor part by part (`E01a`). */
export function runsWithoutRow(documents: StudyDocuments, runs: readonly string[]): readonly string[] {
  const records = runRecords(documents);
  const missing = runs.filter((run) => records.get(run)?.rows.length === 0);
  if (missing.length === 0) return missing;
  const listed = [...records.values()].filter(({ rows }) => rows.length > 0).map(({ id }) => id);
  const covered = new Set(listed.flatMap((id) => expandIds(id)));
  return missing.filter(
    (run) =>
      !covered.has(run) && !listed.some((id) => id.startsWith(run) && !/\d/.test(id[run.length] ?? '0')),
  );
}

/** `r1` in one document and `R001` in another are meant to be one run. */
function likeAnother(documents: StudyDocuments): readonly Problem[] {
  const { manifest, plan } = documents;
  const records = [...runRecords(documents).values()];
  const listed = new Map(
    records.filter(({ rows }) => rows.length > 0).map(({ id }) => [likeness(id), id] as const),
  );
  return records.flatMap(({ id, rows, entry, plannedIn }): Problem[] => {
    const like = listed.get(likeness(id));
    if (rows.length > 0 || like === undefined || like === id) return [];
    const message = `“${id}” is called “${like}” in the run table; write it the same way, or Bridge takes them for two runs.`;
    if (entry && !entry.entry.template && manifest)
      return [problem('link.id-differs', 'warning', message, entry.job.span, manifest.file)];
    const milestone = plan?.read.milestones.find((each) => each.id === plannedIn);
    return milestone && plan
      ? [problem('link.id-differs', 'warning', message, milestone.span, plan.file)]
      : [];
  });
}

/** What two spellings of one id have in common: case, separators and leading zeros do not count. */
export function likeness(id: string): string {
  return id
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')
    .replace(/(?<!\d)0+(?=\d)/g, '');
}

function problem(
  code: string,
  severity: Problem['severity'],
  message: string,
  span: Span | null,
  file: string,
): Problem {
  return { severity, code, message, span, file };
}
