import type { Clock, WorkspaceFiles } from '../../core/ports';
import type { UtcOffset } from '../../core/results/report/localTime';
import { queueManifest, queueState } from '../../core/results/report/queueState';
import { renderQueueSummary } from '../../core/results/report/renderQueueSummary';
import type { StudyRecord } from '../studyRecord';

export interface QueueFolderParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly offset: UtcOffset;
}

/** The snapshot is written anew at most this often, and less often the more runs are in it. */
const leastIntervalMs = 2000;
const intervalMsPerRun = 1;

/**
 * `experiment_queue/<UTC time>/` of a queue: manifest.json, queue_state.json and, at the end, summary.md, for other
 * tools and people. All of it is derived from the journal.
 */
export class QueueFolder {
  private last = Number.NEGATIVE_INFINITY;
  private begun: string | null = null;

  constructor(private readonly parts: QueueFolderParts) {}

  /** Lets the snapshot follow, if it has not been written a moment ago. */
  async follow(): Promise<void> {
    const { record, clock } = this.parts;
    const interval = Math.max(leastIntervalMs, intervalMsPerRun * record.state.jobs.size);
    if (clock.monotonic() - this.last >= interval) await this.write();
  }

  /** The snapshot as things stand, and the summary of a queue that has ended. */
  async write(): Promise<void> {
    const { record, files, clock, offset } = this.parts;
    const { state } = record;
    if (state.study?.kind !== 'queue' || state.declaredAt === null) return;
    this.last = clock.monotonic();
    const folder = `experiment_queue/${new Date(state.declaredAt).toISOString().replace(/:|\.\d+/g, '')}`;
    const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
    if (this.begun !== folder && !(await files.exists(`${folder}/manifest.json`)))
      await files.write(`${folder}/manifest.json`, json(queueManifest(state)));
    this.begun = folder;
    const snapshot = queueState(state);
    await files.write(`${folder}/queue_state.json`, json(snapshot));
    if (state.ended === null) return;
    const summary = {
      project: state.study.title,
      startedAt: state.declaredAt,
      endedAt: state.ended.at,
      jobs: snapshot.jobs,
    };
    await files.write(
      `${folder}/summary.md`,
      renderQueueSummary(summary, state.study.options.language, offset),
    );
  }
}
