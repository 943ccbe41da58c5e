import type { Clock, WorkspaceFiles } from '../../core/ports';
import type { Language } from '../../core/results/report/messages';
import { renderLogEntry } from '../../core/results/report/renderLogEntry';
import { appendManifestRow } from '../../core/results/report/manifestRow';
import type { UtcOffset } from '../../core/results/report/localTime';
import { buildProvenance, provenancePath, renderProvenance } from '../../core/results/report/provenance';
import { renderResults } from '../../core/results/report/renderResults';
import { versionedName } from '../../core/results/report/versionedName';
import type { FollowedRun, MetricSource } from '../../core/results/metricSource';
import type { PlotLink, RunResult, StudyResult } from '../../core/results/model';
import { withOrigins } from '../../core/results/withOrigins';
import { resultsPath, studyResult } from '../../core/run/studyResult';
import { keepMeasured } from '../measured';
import { followedRun } from '../../core/run/followedRun';
import { gatherOrigins } from '../gatherOrigins';
import type { OriginRecorder } from '../originRecorder';
import { makePlots } from '../plots';
import type { StudyRecord } from '../studyRecord';

export interface CollectorParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly offset: UtcOffset;
  readonly origins: OriginRecorder;
  readonly metrics: MetricSource;
  hash(text: string): string;
  complain(sentence: string): void;
}

/** Writes the reports. All of it is derived: it can be written again from the journal. */
export class Collector {
  constructor(private readonly parts: CollectorParts) {}

  /**
   * Writes the results at the end of a stage: first under a name with the time in it, which is never deleted, then
   * under the fixed name; a row in MANIFEST.md for each.
   */
  async writeResults(description: string): Promise<void> {
    const { record, files, clock, offset } = this.parts;
    const now = clock.now();
    const bare = studyResult(record.state, now);
    const language = record.state.study?.options.language ?? 'en';
    if (!bare) return;
    const measured = await this.writeProvenance(bare);
    const result = { ...measured, plots: await this.writePlots(measured, language) };
    const text = renderResults(result, language, offset);
    const folder = resultsPath.slice(0, resultsPath.lastIndexOf('/'));
    const name = resultsPath.slice(folder.length + 1);
    const taken = new Set(await files.list(folder));
    const versioned = `${folder}/${versionedName(name, now, (each) => taken.has(each), offset)}`;
    await files.write(versioned, text);
    await files.write(resultsPath, text);
    let manifest = await files.read('MANIFEST.md');
    for (const file of [versioned, resultsPath])
      manifest = appendManifestRow(manifest, { atMs: now, file, description }, offset);
    await files.write('MANIFEST.md', manifest ?? '');
    record.happened({ type: 'report.written', path: resultsPath, sha256: this.parts.hash(text) });
  }

  /** Writes where every number of the report is from. Returns the study with how its runs were made. */
  private async writeProvenance(bare: StudyResult): Promise<StudyResult> {
    const { record, files, origins } = this.parts;
    await origins.settle();
    const { attempts, environments } = await gatherOrigins(record.state, origins);
    const result = withOrigins(bare, attempts, environments);
    const text = renderProvenance(buildProvenance(result, attempts, environments));
    await files.write(provenancePath, text);
    record.happened({ type: 'report.written', path: provenancePath, sha256: this.parts.hash(text) });
    await keepMeasured(result, files);
    return result;
  }

  private async writePlots(result: StudyResult, language: Language): Promise<readonly PlotLink[]> {
    const { record, files, metrics } = this.parts;
    const place = (run: string): FollowedRun | null => {
      const job = record.state.jobs.get(run);
      return job ? followedRun(files.root, job) : null;
    };
    const plots = await makePlots(result, language, metrics, place);
    for (const { path, caption, svg } of plots) {
      await files.write(path, svg);
      record.happened({ type: 'report.written', path, sha256: this.parts.hash(svg), caption });
    }
    return plots.map(({ path, caption }) => ({ path, caption }));
  }

  /** Appends finished runs to EXPERIMENT_LOG.md, each once, when the study is compact. */
  async appendLog(jobs: ReadonlySet<string>): Promise<void> {
    const { record, files, clock } = this.parts;
    const { study } = record.state;
    const result = studyResult(record.state, clock.now());
    if (!study?.options.compact || !result) return;
    const ended = result.milestones
      .flatMap((milestone) => milestone.runs)
      .filter((run) => jobs.has(run.id) && isEnded(run));
    if (ended.length === 0) return;
    const path = 'EXPERIMENT_LOG.md';
    const existing = (await files.read(path)) ?? '# Experiment Log\n';
    // An entry's heading names run and time of its end: after a crash the same entry is recognised and not repeated.
    const fresh = ended
      .map((run) => renderLogEntry(run, result, study.options.language, this.parts.offset))
      .filter((entry) => !existing.includes(entry.split('\n')[0]!));
    if (fresh.length > 0)
      await files.write(
        path,
        `${existing.trimEnd()}\n\n${fresh.map((entry) => entry.trim()).join('\n\n')}\n`,
      );
  }
}

function isEnded(run: RunResult): boolean {
  return run.endedAt !== null && (run.status === 'DONE' || run.status === 'FAILED');
}
