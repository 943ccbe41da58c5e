import type { Finding } from '../model';
import { median } from '../robust';
import { defaultThresholds, type Thresholds } from '../thresholds';
import { round } from './shape';

/** Points that a value is compared with. */
const window = 256;
/** Points before anything is judged: the first steep descent is no noise. */
const warmUp = 32;
/** A spike stands out this many times further than anything else in the window, … */
const timesLargest = 3;
/** … this share of the level, … */
const shareOfLevel = 0.5;
/** … and this share of where the loss began: what happens far below is of no consequence. */
const shareOfStart = 0.05;
/** More episodes than this share of the points and it is the noise's own shape. */
const atMostShare = 0.01;
/** After this many points up there the level has shifted, which is no spike any more. */
const longestEpisode = 32;

interface Peak {
  readonly step: number;
  readonly value: number;
  readonly level: number;
}

/**
 * `spike`: single values far above the noise around them, after which the loss comes back. Definition: an
 * upward outlier by the Hampel identifier (Hampel, JASA 69, 1974: median and MAD of a sliding window, twelve
 * deviations), which
 * also must exceed three times the largest excess in the window, since losses of single batches have heavy
 * tails. Window: the last 256 points. Loss spikes in healthy and sick language-model runs: Chowdhery et al.,
 * "PaLM" (2022), §5.1; Takase et al., "Spike No More" (2023).
 */
export class Spikes {
  readonly #series: string;
  readonly #recent: number[] = [];
  #largest = -Infinity;
  /** Highest of the first values. */
  #start = -Infinity;
  #seen = 0;
  #episodes = 0;
  /** Outliers since the last ordinary point. */
  #outside = 0;
  #highest: Peak | null = null;

  constructor(
    series: string,
    private readonly thresholds: Thresholds = defaultThresholds,
  ) {
    this.#series = series;
  }

  /** Takes a finite value. */
  add(step: number, value: number): void {
    if (this.#seen++ < 8) this.#start = Math.max(this.#start, value);
    // The cheap test first: a spike is higher than all of the window, and nearly every point ends here.
    const peak = this.#recent.length >= warmUp && value > this.#largest ? this.#peakAt(step, value) : null;
    if (peak === null) {
      this.#outside = 0;
      this.#remember(value);
      return;
    }
    // Not remembered: one spike must not hide the next.
    if (this.#outside++ === 0) this.#episodes++;
    if (this.#highest === null || excessOf(peak) > excessOf(this.#highest)) this.#highest = peak;
    if (this.#outside < longestEpisode) return;
    this.#recent.length = 0;
    this.#largest = -Infinity;
    this.#outside = 0;
  }

  #peakAt(step: number, value: number): Peak | null {
    const level = median(this.#recent);
    const excess = value - level;
    const mad = 1.4826 * median(this.#recent.map((v) => Math.abs(v - level)));
    const bar = Math.max(
      shareOfLevel * Math.abs(level),
      shareOfStart * Math.abs(this.#start),
      timesLargest * (this.#largest - level),
      this.thresholds.spikeDeviations * mad,
    );
    return excess > bar ? { step, value, level } : null;
  }

  #remember(value: number): void {
    this.#recent.push(value);
    this.#largest = Math.max(this.#largest, value);
    if (this.#recent.length <= window) return;
    // Only the going of the largest one makes a new search necessary.
    if (this.#recent.shift() === this.#largest) this.#largest = Math.max(...this.#recent);
  }

  forgetFrom(step: number): void {
    if (this.#highest && this.#highest.step >= step) this.#highest = null;
  }

  finding(): Finding | null {
    if (this.#highest === null || this.#episodes > Math.max(3, atMostShare * this.#seen)) return null;
    const { step, value, level } = this.#highest;
    const others = this.#episodes > 1 ? ` (the highest of ${this.#episodes} spikes)` : '';
    const since = this.#outside > 0 ? 'it has not come back yet' : 'it came back';
    const sentence = `${this.#series} jumped from about ${round(level)} to ${round(value)} at step ${step}${others}; ${since}; look at that batch, gradient clipping and the learning rate`;
    return { detector: 'spike', series: this.#series, step, sentence, severity: 'unsure' };
  }
}

function excessOf({ value, level }: Peak): number {
  return value - level;
}
