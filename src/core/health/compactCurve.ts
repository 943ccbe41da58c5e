import type { CurvePart } from './model';

/** Parts that a curve is kept in; 512 of them are enough to see shapes and cost 20 kB. */
export const curveCapacity = 512;
/** Values that are kept from the very start, for what compares with it. */
const headLength = 8;

/**
 * A whole series in bounded memory: points are kept one by one until `curveCapacity`, then neighbours are
 * merged in pairs, again and again. So every part always stands for about the same number of points, and an
 * add costs amortised constant time.
 */
export class CompactCurve {
  #parts: CurvePart[] = [];
  #head: number[] = [];
  /** Points that a part is filled with. */
  #stride = 1;

  get parts(): readonly CurvePart[] {
    return this.#parts;
  }

  get head(): readonly number[] {
    return this.#head;
  }

  /** Takes a finite value; steps must ascend. */
  add(step: number, value: number): void {
    if (this.#head.length < headLength) this.#head.push(value);
    const last = this.#parts.at(-1);
    const single: CurvePart = {
      firstStep: step,
      lastStep: step,
      count: 1,
      mean: value,
      min: value,
      max: value,
    };
    if (last && last.count < this.#stride) this.#parts[this.#parts.length - 1] = merge(last, single);
    else this.#parts.push(single);
    if (this.#parts.length > curveCapacity) this.#halve();
  }

  /**
   * Forgets everything from `step` on, as a resumed run writes it anew. A part that reaches past it goes
   * whole.
   */
  forgetFrom(step: number): void {
    while (this.#parts.length > 0 && this.#parts.at(-1)!.lastStep >= step) this.#parts.pop();
    if (this.#parts.length === 0) this.#head = [];
  }

  #halve(): void {
    const merged: CurvePart[] = [];
    for (let i = 0; i < this.#parts.length; i += 2) {
      const next = this.#parts[i + 1];
      merged.push(next ? merge(this.#parts[i]!, next) : this.#parts[i]!);
    }
    this.#parts = merged;
    this.#stride *= 2;
  }
}

function merge(a: CurvePart, b: CurvePart): CurvePart {
  const count = a.count + b.count;
  return {
    firstStep: a.firstStep,
    lastStep: b.lastStep,
    count,
    mean: a.mean + (b.mean - a.mean) * (b.count / count),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}
