import type { Finding } from '../model';
import { defaultThresholds, type Thresholds } from '../thresholds';

const minuteMs = 60_000;
/** A run that was silent this long before, and went on, may be so again. */
const timesLongest = 3;

/**
 * `silent`: a run that is alive and says nothing. Definition: neither its log nor its metrics have grown for
 * `silentMinutes` (30), nor for three times the longest silence that it came back from before; a run that evaluates or
 * saves for long says so once and is not flagged again. A hung collective, a dead data loader and a deadlock look
 * like this, and nothing else tells them from work (Dean & Barroso, "The Tail at Scale", CACM 2013, on stragglers).
 * Window: since its last word. Source: sizes of log and metric streams, by a clock that does not jump.
 */
export class Silence {
  #size: number | null = null;
  #lastMs = 0;
  #longestMs = 0;

  /** `size` grows with whatever the run writes. */
  look(nowMs: number, size: number): void {
    if (this.#size !== null && size === this.#size) return;
    if (this.#size !== null) this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs);
    this.#size = size;
    this.#lastMs = nowMs;
  }

  finding(nowMs: number, { silentMinutes }: Thresholds = defaultThresholds): Finding | null {
    if (this.#size === null) return null;
    const silentMs = nowMs - this.#lastMs;
    if (silentMs < Math.max(silentMinutes * minuteMs, timesLongest * this.#longestMs)) return null;
    const said = this.#size === 0 ? 'has said nothing since it started' : 'says nothing';
    const sentence = `the run is alive and ${said}, for ${Math.round(silentMs / minuteMs)} min now; it may hang: look at its log, and cancel and retry it if it does`;
    return { detector: 'silent', series: 'log', step: 0, sentence, severity: 'unsure' };
  }
}
