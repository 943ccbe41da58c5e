import type * as vscode from 'vscode';
import type { CurvesQuery, CurvesView } from '../../protocol/curves';
import { curveRuns, curvesView } from '../../views/curves';
import { shownState } from '../../views/input';
import type { Study } from '../study';

/** Curves are sent at most this often: reading and drawing them costs more than a page of text. */
const pauseMs = 1000;
/** Points a run that are read for a mean: as many as are kept of one, so that the mean is of what was written. */
const pointsForMean = 2048;

/** Answers what curves a panel looks at: at once, and again when they have grown. */
export class CurvesFeed implements vscode.Disposable {
  private query: CurvesQuery | null = null;
  private timer: NodeJS.Timeout | null = null;
  private working = false;
  /** Something changed while an answer was being made. */
  private stale = false;
  private sentAt = 0;
  private last = '';
  private readonly listening;

  constructor(
    private readonly study: Study,
    private readonly send: (curves: CurvesView) => void,
  ) {
    this.listening = study.onDidChange(() => this.soon());
  }

  /** Null: nothing is looked at any more. */
  look(query: CurvesQuery | null): void {
    this.query = query;
    this.last = '';
    this.sentAt = 0;
    this.soon();
  }

  dispose(): void {
    this.query = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.listening.dispose();
  }

  private soon(): void {
    if (this.query === null) return;
    if (this.working) {
      this.stale = true;
      return;
    }
    if (this.timer !== null) clearTimeout(this.timer);
    const wait = Math.max(0, this.sentAt + pauseMs - performance.now());
    this.timer = setTimeout(() => void this.answer(), wait);
  }

  private async answer(): Promise<void> {
    this.timer = null;
    const { client } = this.study;
    const { query } = this;
    if (query === null || client === null) return;
    this.working = true;
    this.stale = false;
    try {
      const state = shownState(this.study.viewInput());
      const { runs, omitted } = curveRuns(state, query);
      const read = await client.curves(runs, query.by === 'run' ? query.points : pointsForMean);
      if (query !== this.query) return;
      const view = curvesView(state, query, read, omitted);
      this.sentAt = performance.now();
      const mark = fingerprint(view);
      if (mark === this.last) return;
      this.last = mark;
      this.send(view);
    } catch (error) {
      this.study.log.error(error as Error);
    } finally {
      this.working = false;
      if (this.stale || query !== this.query) this.soon();
    }
  }
}

/** Equal for two answers that look alike; reading two million numbers to find that out would cost as much as sending them. */
function fingerprint({ series, ...rest }: CurvesView): string {
  const ends = series.map(({ key, runs, steps, values, running }) => [
    ...[key, runs.length, running, steps.length, steps.at(-1)],
    ...[values.at(-1), values.at(values.length >> 1)].map(String),
  ]);
  return JSON.stringify([rest, ends]);
}
