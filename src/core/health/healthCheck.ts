import type { MetricPoint } from '../results/metricStream';
import { CompactCurve } from './compactCurve';
import { DeadLearningRate } from './detectors/deadLearningRate';
import { detectDivergence } from './detectors/divergence';
import { detectFlat } from './detectors/flat';
import { detectGradientNorm } from './detectors/gradientNorm';
import { NonFinite } from './detectors/nonFinite';
import { detectOverfitting } from './detectors/overfitting';
import { Spikes } from './detectors/spike';
import { detectWorseThanBaseline } from './detectors/worseThanBaseline';
import { detectPlateau, detectStalled } from './detectors/stagnation';
import type { Curve, DetectorName, Finding, HealthReport } from './model';
import { defaultThresholds, type Thresholds } from './thresholds';
import { kindOf, measureOf, roleOf, type SeriesKind } from './seriesName';

/**
 * Values that one step may have side by side, each followed as a curve of its own: ranks, data sets, or runs
 * merged into one file. What exceeds this joins the last one.
 */
const mostLanes = 64;
/** Series followed; a file with more (a histogram a layer) has the rest unwatched. */
const mostSeries = 4096;

/** One curve of a series with the detectors that see every point. */
class Lane {
  readonly curve = new CompactCurve();
  readonly #nonFinite: NonFinite;
  readonly #spikes: Spikes | null;
  readonly #learningRate: DeadLearningRate | null;

  constructor(series: string, kind: SeriesKind, thresholds: Thresholds) {
    this.#nonFinite = new NonFinite(series);
    this.#spikes = kind === 'loss' ? new Spikes(series, thresholds) : null;
    this.#learningRate = kind === 'learning-rate' ? new DeadLearningRate(series, thresholds) : null;
  }

  add(step: number, value: number, keepShape: boolean): void {
    this.#nonFinite.add(step, value);
    if (!Number.isFinite(value)) return;
    if (keepShape) this.curve.add(step, value);
    this.#spikes?.add(step, value);
    this.#learningRate?.add(step, value);
  }

  forgetFrom(step: number): void {
    for (const part of [this.curve, this.#nonFinite, this.#spikes, this.#learningRate])
      part?.forgetFrom(step);
  }

  findings(): Finding[] {
    return [this.#nonFinite, this.#spikes, this.#learningRate].flatMap(
      (detector) => detector?.finding() ?? [],
    );
  }
}

/** A series: its lanes and where its steps are. */
class Series {
  readonly kind: SeriesKind;
  readonly lanes: Lane[] = [];
  #step = -Infinity;
  #lane = 0;

  constructor(
    readonly name: string,
    private readonly thresholds: Thresholds,
  ) {
    this.kind = kindOf(name);
  }

  /**
   * The n-th value of one step belongs to lane n. A step that goes back is a resumed run, which writes anew
   * what it had written after its checkpoint: that is forgotten, as TensorBoard's `purge_step` does.
   */
  add(step: number, value: number): void {
    if (this.kind === 'counter') return;
    if (step < this.#step) for (const lane of this.lanes) lane.forgetFrom(step);
    this.#lane = step === this.#step ? Math.min(this.#lane + 1, mostLanes - 1) : 0;
    this.#step = step;
    const lane = (this.lanes[this.#lane] ??= new Lane(this.name, this.kind, this.thresholds));
    lane.add(step, value, this.kind === 'loss' || this.kind === 'score' || this.kind === 'gradient');
  }

  curveOf(lane: Lane): Curve | null {
    if (this.kind !== 'loss' && this.kind !== 'score' && this.kind !== 'gradient') return null;
    return {
      series: this.name,
      kind: this.kind,
      role: roleOf(this.name),
      parts: lane.curve.parts,
      head: lane.curve.head,
    };
  }
}

/**
 * Training health of one run, followed point by point: memory depends on the number of series, not of points,
 * and `report` may be asked at any time and tells how things stand now.
 */
export class HealthCheck {
  readonly #series = new Map<string, Series>();
  readonly #thresholds: Thresholds;

  constructor(thresholds: Partial<Thresholds> = {}) {
    this.#thresholds = { ...defaultThresholds, ...thresholds };
  }

  add(point: MetricPoint): void {
    let series = this.#series.get(point.series);
    if (!series) {
      if (this.#series.size >= mostSeries) return;
      series = new Series(point.series, this.#thresholds);
      this.#series.set(point.series, series);
    }
    series.add(point.step, point.value);
  }

  /** `unsure` without findings: there is nothing to judge yet. */
  report(): HealthReport {
    const findings = [...this.#series.values()].flatMap((series) => this.#findingsOf(series));
    if (findings.some((finding) => finding.severity === 'stop')) return { verdict: 'stop', findings };
    return { verdict: findings.length > 0 || this.#series.size === 0 ? 'unsure' : 'healthy', findings };
  }

  /** Losses and scores as they stand, the first value of each step: what another run is compared with. */
  get curves(): readonly Curve[] {
    return [...this.#series.values()].flatMap((series) => {
      const lane = series.lanes[0];
      const curve = lane && series.curveOf(lane);
      return curve && curve.kind !== 'gradient' && curve.parts.length > 0 ? [curve] : [];
    });
  }

  /** Series in which this run lags behind every one of these, its baseline's runs, at the same step. */
  against(baselines: readonly HealthCheck[]): readonly Finding[] {
    return this.curves.flatMap((curve) => {
      const theirs = baselines.map(({ curves }) => curves.find(({ series }) => series === curve.series));
      const found = theirs.filter((each) => each !== undefined);
      return detectWorseThanBaseline(curve, found, this.#thresholds) ?? [];
    });
  }

  #findingsOf(series: Series): Finding[] {
    const found = series.lanes.flatMap((lane, index) => {
      const curve = series.curveOf(lane);
      return [...lane.findings(), ...(curve ? this.#shapesOf(curve, index) : [])];
    });
    return onePerDetector(found);
  }

  #shapesOf(curve: Curve, lane: number): Finding[] {
    if (curve.kind === 'gradient')
      return [detectGradientNorm(curve, this.#thresholds)].filter((finding) => finding !== null);
    const training = this.#trainingOf(curve, lane);
    const divergence = detectDivergence(curve, training, this.#thresholds);
    if (divergence) return [divergence];
    const flat = detectFlat(curve, this.#thresholds);
    if (flat) return [flat];
    const shapes = [
      detectStalled(curve),
      detectPlateau(curve),
      detectOverfitting(curve, training, this.#thresholds),
    ];
    return shapes.filter((finding) => finding !== null);
  }

  /** The training series of the same measure, in the same lane. */
  #trainingOf(curve: Curve, lane: number): Curve | null {
    if (curve.role !== 'validation') return null;
    const measure = measureOf(curve.series);
    for (const other of this.#series.values()) {
      if (other.kind !== curve.kind || roleOf(other.name) !== 'train' || measureOf(other.name) !== measure)
        continue;
      const beside = other.lanes[lane] ?? other.lanes[0];
      return beside ? other.curveOf(beside) : null;
    }
    return null;
  }
}

/** Of several lanes the worst finding a detector, then the earliest. */
function onePerDetector(findings: readonly Finding[]): Finding[] {
  const worst = new Map<DetectorName, Finding>();
  for (const finding of findings) {
    const known = worst.get(finding.detector);
    const worse =
      known &&
      (known.severity === finding.severity ? finding.step < known.step : finding.severity === 'stop');
    if (!known || worse) worst.set(finding.detector, finding);
  }
  return [...worst.values()];
}
