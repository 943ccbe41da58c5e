import type { WorkspaceFiles } from '../core/ports';
import type { PlotLink, StudyResult } from '../core/results/model';
import { buildProvenance, provenancePath, renderProvenance } from '../core/results/report/provenance';
import { parseProvenance } from '../core/results/report/parseProvenance';
import type { UtcOffset } from '../core/results/report/localTime';
import { logPath } from '../core/results/report/renderLogEntry';
import { renderResults } from '../core/results/report/renderResults';
import { findNumbers, verifyReport } from '../core/results/report/verifyReport';
import { withOrigins } from '../core/results/withOrigins';
import type { RunEvent } from '../core/run/event';
import { StateFold } from '../core/run/reduce';
import type { StudyState } from '../core/run/state';
import { resultsPath, studyResult } from '../core/run/studyResult';
import type { FileDifference } from './verifyFiles';
import { verifyLog, verifyTracker } from './verifyMentions';
import { verifyMeasured } from './verifyFiles';

export interface Verification {
  readonly differences: readonly FileDifference[];
  /** Numbers that were computed anew and compared. */
  readonly checked: number;
  /** When the report that was checked had been written; null: none has been written. */
  readonly reportWrittenAt: number | null;
}

/**
 * Computes the reports anew from the record and compares: result files with what was read from them when their runs
 * ended, and the report, the log and the tracker with what follows from that. So a change of a result file is one
 * difference there, and no second one in the report. Reads only; nothing of the workspace's runs.
 */
export async function verifyStudy(
  events: readonly RunEvent[],
  files: WorkspaceFiles,
  hash: (text: string) => string,
  offset: UtcOffset,
): Promise<Verification> {
  const writtenAt = events.findLastIndex(
    (event) => event.type === 'report.written' && event.path === resultsPath,
  );
  const report = events[writtenAt];
  const now = foldOf(events);
  const newest = studyResult(now, 0);
  if (!newest) return { differences: [], checked: 0, reportWrittenAt: null };
  const measured = await verifyMeasured(now, newest, files);
  if (!report) return { ...measured, reportWrittenAt: null };
  // Runs that ended after the report was written are not in it yet: it is held to what was known then, unless a run
  // that it tells of was measured anew.
  const then = foldOf(events.slice(0, writtenAt));
  const state = isStillMeasured(then, now) ? then : now;
  const bare = studyResult(state, report.at) ?? newest;
  const provenance = await verifyProvenance(events.slice(0, writtenAt), bare, files, hash);
  const plots = await verifyPlots(plotsOf(events.slice(0, writtenAt)), files);
  const written = await verifyWritten({ ...provenance.study, plots: plots.links }, state, files, offset);
  const log = await verifyLog(everMeasured(events), logPath, files);
  const tracker = await verifyTracker(newest, files);
  const parts = [measured, provenance, plots, written, log, tracker];
  return {
    differences: parts.flatMap(({ differences }) => differences),
    checked: parts.reduce((sum, { checked }) => sum + checked, 0),
    reportWrittenAt: report.at,
  };
}

function foldOf(events: readonly RunEvent[]): StudyState {
  const fold = new StateFold();
  fold.apply(events);
  return fold.state;
}

/** Whether every run that was complete then is complete now by the same attempt. */
function isStillMeasured(then: StudyState, now: StudyState): boolean {
  return [...then.jobs].every(([id, { phase }]) => {
    const later = now.jobs.get(id)?.phase;
    return phase.kind !== 'completed' || (later?.kind === 'completed' && later.key === phase.key);
  });
}

/** `file#pointer` -> every value that a run ever had there. */
function everMeasured(events: readonly RunEvent[]): ReadonlyMap<string, readonly number[]> {
  const values = new Map<string, number[]>();
  for (const event of events)
    if (event.type === 'job.completed')
      for (const { file, pointer, value } of event.metrics)
        values.set(`${file}#${pointer}`, [...(values.get(`${file}#${pointer}`) ?? []), value]);
  return values;
}

type WrittenPlot = Extract<RunEvent, { type: 'report.written' }> & { readonly caption: string };

/** The plots that were written with the last report. */
function plotsOf(events: readonly RunEvent[]): readonly WrittenPlot[] {
  const before = events.findLastIndex(
    (event) => event.type === 'report.written' && event.path === resultsPath,
  );
  return events
    .slice(before + 1)
    .filter((event): event is WrittenPlot => event.type === 'report.written' && event.caption !== undefined);
}

async function verifyPlots(
  plots: readonly WrittenPlot[],
  files: WorkspaceFiles,
): Promise<Checked & { readonly links: readonly PlotLink[] }> {
  const differences: FileDifference[] = [];
  for (const { path, sha256 } of plots) {
    const now = await files.hash(path);
    if (now !== sha256)
      differences.push({
        ...{ file: path, line: 1, was: `sha256 ${sha256}` },
        is: now === null ? null : `sha256 ${now}`,
      });
  }
  return { differences, checked: 0, links: plots.map(({ path, caption }) => ({ path, caption })) };
}

interface Checked {
  readonly differences: readonly FileDifference[];
  readonly checked: number;
}

async function verifyWritten(
  study: StudyResult,
  state: StudyState,
  files: WorkspaceFiles,
  offset: UtcOffset,
): Promise<Checked> {
  const text = await files.read(resultsPath);
  const recomputed = renderResults(study, state.study?.options.language ?? 'en', offset);
  if (text === null)
    return {
      differences: [{ file: resultsPath, line: 1, was: null, is: recomputed.split('\n')[0] ?? '' }],
      checked: 0,
    };
  return {
    differences: verifyReport(text, recomputed, resultsPath),
    checked: findNumbers(recomputed).length,
  };
}

/** The provenance file against the record; where it is what Bridge wrote, what it says of origins is believed. */
async function verifyProvenance(
  events: readonly RunEvent[],
  bare: StudyResult,
  files: WorkspaceFiles,
  hash: (text: string) => string,
): Promise<Checked & { readonly study: StudyResult }> {
  const record = events.findLast((event) => event.type === 'report.written' && event.path === provenancePath);
  const nothing = { differences: [], checked: 0, study: bare };
  // A report of a version that wrote no provenance.
  if (record?.type !== 'report.written') return nothing;
  const text = await files.read(provenancePath);
  if (text === null)
    return {
      ...nothing,
      differences: [{ file: provenancePath, line: 1, was: null, is: `sha256 ${record.sha256}` }],
    };
  const parsed = parseProvenance(text);
  const study = parsed ? withOrigins(bare, parsed.attempts, parsed.environments) : bare;
  if (hash(text) === record.sha256) return { ...nothing, study };
  const recomputed = parsed
    ? renderProvenance(buildProvenance(study, parsed.attempts, parsed.environments))
    : null;
  const lines = recomputed === null ? [] : verifyReport(undated(text), undated(recomputed), provenancePath);
  return {
    study,
    checked: 0,
    differences:
      lines.length > 0
        ? lines
        : [
            {
              file: provenancePath,
              line: 1,
              was: `sha256 ${hash(text)}`,
              is: `sha256 ${record.sha256}`,
            },
          ],
  };
}

function undated(provenance: string): string {
  return provenance.replace(/^( {2}"generatedAt": ).*$/m, '$1null,');
}
