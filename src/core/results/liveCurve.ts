import { downsample, type CurvePoint } from './downsample';

/** A stretch of neighbouring points, kept by its extremes so that no spike is lost. */
interface Stretch {
  lastStep: number;
  count: number;
  minStep: number;
  min: number;
  maxStep: number;
  max: number;
}

/** A curve as it is drawn. */
export interface DrawnCurve {
  /** Steps ascend, values are finite. */
  readonly points: readonly CurvePoint[];
  /** Steps from which the run wrote anew, as it does when it resumes from a checkpoint; at most `marksAtMost`. */
  readonly restarts: readonly number[];
  /** Steps at which the value was NaN or infinite: the line has a gap there; at most `marksAtMost`. */
  readonly gaps: readonly number[];
}

const capacity = 1024;
const newestKept = 64;
const marksAtMost = 64;

/**
 * One series of a run in bounded memory, however long it gets: stretches of points with their minimum and maximum
 * (neighbours are merged in pairs when there are too many), and the newest values as they were.
 */
export class LiveCurve {
  #stretches: Stretch[] = [];
  #stride = 1;
  /** A ring: the i-th finite value stands at i modulo its length. */
  #newest: number[] = [];
  #count = 0;
  #restarts: number[] = [];
  #gaps: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  add(step: number, value: number): void {
    if (step < this.#last) this.#restartAt(step);
    this.#last = step;
    if (!Number.isFinite(value)) {
      if (this.#gaps.length < marksAtMost) this.#gaps.push(step);
      return;
    }
    this.#newest[this.#count % newestKept] = value;
    this.#count++;
    const tail = this.#stretches.at(-1);
    if (tail && tail.count < this.#stride) extend(tail, step, value);
    else
      this.#stretches.push({
        lastStep: step,
        count: 1,
        minStep: step,
        min: value,
        maxStep: step,
        max: value,
      });
    if (this.#stretches.length > capacity) this.#halve();
  }

  /** The newest finite values, oldest first, at most 64. */
  newest(count: number): readonly number[] {
    const from = Math.max(0, this.#count - Math.min(Math.max(count, 0), newestKept));
    return Array.from({ length: this.#count - from }, (_, i) => this.#newest[(from + i) % newestKept]!);
  }

  /** At most `count` points that look like all of them. */
  draw(count: number): DrawnCurve {
    const points: CurvePoint[] = [];
    for (const { count: merged, minStep, min, maxStep, max } of this.#stretches) {
      const low = { step: minStep, value: min };
      const high = { step: maxStep, value: max };
      if (merged === 1 || minStep === maxStep) points.push(low);
      else points.push(...(minStep < maxStep ? [low, high] : [high, low]));
    }
    return { points: downsample(points, count), restarts: this.#restarts, gaps: this.#gaps };
  }

  /** What was written after the step that a resumed run starts from again is forgotten. */
  #restartAt(step: number): void {
    while (this.#stretches.length > 0 && this.#stretches.at(-1)!.lastStep >= step) this.#stretches.pop();
    this.#gaps = this.#gaps.filter((gap) => gap < step);
    if (this.#restarts.length < marksAtMost) this.#restarts.push(step);
  }

  #halve(): void {
    const merged: Stretch[] = [];
    for (let i = 0; i < this.#stretches.length; i += 2) {
      const next = this.#stretches[i + 1];
      merged.push(next ? merge(this.#stretches[i]!, next) : this.#stretches[i]!);
    }
    this.#stretches = merged;
    this.#stride *= 2;
  }
}

function extend(stretch: Stretch, step: number, value: number): void {
  stretch.lastStep = step;
  stretch.count++;
  if (value < stretch.min) {
    stretch.min = value;
    stretch.minStep = step;
  }
  if (value > stretch.max) {
    stretch.max = value;
    stretch.maxStep = step;
  }
}

function merge(a: Stretch, b: Stretch): Stretch {
  const low = b.min < a.min ? b : a;
  const high = b.max > a.max ? b : a;
  return {
    ...{ lastStep: b.lastStep, count: a.count + b.count },
    ...{ minStep: low.minStep, min: low.min, maxStep: high.maxStep, max: high.max },
  };
}
