import type { Finding } from '../model';
import { defaultThresholds, type Thresholds } from '../thresholds';

/**
 * It must have been dead for this many points and this share of them, so that a schedule that ends at zero is
 * fine.
 */
const fewestPoints = 10;
const leastShare = 0.1;

/**
 * `dead-learning-rate`: a learning rate that is practically zero while training goes on. Definition: below a
 * millionth of its highest value (float32 resolves 1.2e-7, so such updates mostly vanish) for at least ten
 * points and a tenth of the run. A constant rate, warm-up and a decay to zero at the end are all fine.
 * Window: the whole series, in constant memory.
 */
export class DeadLearningRate {
  readonly #series: string;
  #highest = 0;
  #seen = 0;
  #dead = 0;
  #since = 0;

  constructor(
    series: string,
    private readonly thresholds: Thresholds = defaultThresholds,
  ) {
    this.#series = series;
  }

  add(step: number, value: number): void {
    this.#seen++;
    this.#highest = Math.max(this.#highest, value);
    if (value > this.thresholds.deadRateShare * this.#highest) this.#dead = 0;
    else if (this.#dead++ === 0) this.#since = step;
  }

  forgetFrom(step: number): void {
    if (this.#since >= step) this.#dead = 0;
  }

  finding(): Finding | null {
    if (this.#dead < Math.max(fewestPoints, leastShare * this.#seen)) return null;
    const series = this.#series;
    const sentence = `${series} is practically zero since step ${this.#since} while training goes on; the schedule is shorter than the run, or its units (steps, epochs) are mixed up`;
    return { detector: 'dead-learning-rate', series, step: this.#since, sentence, severity: 'unsure' };
  }
}
