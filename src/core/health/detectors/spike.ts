import type { Finding } from '../model';
import { median } from '../robust';

/** Points that a value is compared with. */
const window = 64;
/** Points before anything is judged: the first steep descent is no noise. */
const warmUp = 32;
/** A spike stands out this many times further than anything else in the window, … */
const timesLargest = 3;
/** … this many robust deviations, … */
const deviations = 12;
/** … and this share of the level. */
const shareOfLevel = 0.5;
/** More than this share of points and it is the noise's own shape. */
const atMostShare = 0.02;

/**
 * `spike`: single values far above the noise around them, after which the loss comes back. Definition: an
 * upward outlier by the Hampel identifier (Hampel, JASA 69, 1974: median and MAD of a sliding window), which
 * also must exceed three times the largest excess in the window, since losses of single batches have heavy
 * tails. Window: the last 64 points. Loss spikes in healthy and sick language-model runs: Chowdhery et al.,
 * "PaLM" (2022), §5.1; Takase et al., "Spike No More" (2023).
 */
export class Spikes {
  readonly #series: string;
  readonly #recent: number[] = [];
  #seen = 0;
  #count = 0;
  #highest: { step: number; value: number; level: number } | null = null;

  constructor(series: string) {
    this.#series = series;
  }

  /** Takes a finite value. */
  add(step: number, value: number): void {
    this.#seen++;
    const recent = this.#recent;
    if (recent.length >= warmUp) {
      const level = median(recent);
      const excess = value - level;
      // The cheap test first: nearly every point ends here.
      if (excess > shareOfLevel * Math.abs(level) && this.#standsOut(excess, level)) {
        this.#count++;
        if (this.#highest === null || excess > this.#highest.value - this.#highest.level)
          this.#highest = { step, value, level };
        // Not remembered: one spike must not hide the next.
        return;
      }
    }
    recent.push(value);
    if (recent.length > window) recent.shift();
  }

  #standsOut(excess: number, level: number): boolean {
    const largest = Math.max(...this.#recent) - level;
    const mad = 1.4826 * median(this.#recent.map((v) => Math.abs(v - level)));
    return excess > timesLargest * largest && excess > deviations * mad;
  }

  forgetFrom(step: number): void {
    if (this.#highest && this.#highest.step >= step) this.#highest = null;
  }

  finding(): Finding | null {
    if (this.#highest === null || this.#count > Math.max(3, atMostShare * this.#seen)) return null;
    const { step, value, level } = this.#highest;
    const others = this.#count > 1 ? ` (the highest of ${this.#count})` : '';
    const sentence = `${this.#series} jumped from about ${short(level)} to ${short(value)} at step ${step}${others}; see whether it comes back, and look at that batch, gradient clipping and the learning rate`;
    return { detector: 'spike', series: this.#series, step, sentence, severity: 'unsure' };
  }
}

function short(x: number): string {
  return String(Number(x.toPrecision(4)));
}
