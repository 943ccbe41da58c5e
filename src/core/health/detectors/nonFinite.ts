import type { Finding } from '../model';

/** A stretch of values that are no numbers, with finite ones (or nothing) on either side. */
interface Gap {
  readonly from: number;
  length: number;
}

/** Gaps that end again this often are how the file writes "not measured here" … */
const placeholderGaps = 2;
/** … if the first of them comes after no more values than this. */
const valuesBeforePlaceholders = 2;
/** More than this share of non-finite values since the first one is no lost step now and then. */
const recurrentShare = 0.1;
const recurrentGaps = 3;

/**
 * `nan`: values that are NaN or infinite. Definition: IEEE 754 non-finite; a network whose weights are NaN
 * never comes back, so what counts is whether the series ends so. Window: the whole series, in constant
 * memory.
 * - ends in a gap, or has gaps all the time since the first one: `stop`;
 * - single gaps that recovered: `unsure` (mixed-precision training skips such steps: Micikevicius et al., ICLR
 *   2018, §3.2);
 * - gaps from the start on that end again and again, none longer than twice the longest of those before it: a
 *   table that writes NaN where nothing was measured (pandas does), no finding. Nor has a series one that
 *   begins infinite, as `best_loss` does.
 */
export class NonFinite {
  readonly #series: string;
  #finite = 0;
  /** Finite values before the first gap. */
  #before = 0;
  /** Values that were no numbers, the leading ones left out. */
  #missing = 0;
  #recovered = 0;
  #longestRecovered = 0;
  #firstRecovered: number | null = null;
  #gap: Gap | null = null;
  /** The longest gap was more than twice those before it. */
  #irregular = false;

  constructor(series: string) {
    this.#series = series;
  }

  add(step: number, value: number): void {
    if (!Number.isFinite(value)) {
      this.#gap ??= { from: step, length: 0 };
      this.#gap.length++;
      if (this.#finite > 0) this.#missing++;
      return;
    }
    if (this.#gap && this.#finite > 0) this.#close(this.#gap);
    this.#gap = null;
    this.#finite++;
  }

  #close(gap: Gap): void {
    if (this.#recovered >= placeholderGaps && gap.length > 2 * this.#longestRecovered) this.#irregular = true;
    this.#recovered++;
    this.#longestRecovered = Math.max(this.#longestRecovered, gap.length);
    if (this.#firstRecovered === null) this.#before = this.#finite;
    this.#firstRecovered ??= gap.from;
  }

  /** Forgets a gap that begins at or after `step`, which a resumed run writes anew. */
  forgetFrom(step: number): void {
    if (this.#gap && this.#gap.from >= step) this.#gap = null;
    if (this.#firstRecovered !== null && this.#firstRecovered >= step) {
      this.#recovered = 0;
      this.#longestRecovered = 0;
      this.#firstRecovered = null;
      this.#irregular = false;
      this.#missing = 0;
    }
  }

  finding(): Finding | null {
    const series = this.#series;
    const placeholders =
      this.#recovered >= placeholderGaps && this.#before <= valuesBeforePlaceholders && !this.#irregular;
    if (this.#gap && !(placeholders && this.#gap.length <= 2 * this.#longestRecovered)) {
      const { from, length } = this.#gap;
      const sentence = `${series} is not a number since step ${from} (${length} ${length === 1 ? 'value' : 'values'}) and has not come back; stop the run and look at the step before: learning rate, loss scaling, a logarithm or division of zero`;
      return { detector: 'nan', series, step: from, sentence, severity: 'stop' };
    }
    const step = this.#firstRecovered;
    if (step === null || placeholders) return null;
    const since = this.#missing + this.#finite - this.#before;
    if (this.#recovered >= recurrentGaps && this.#missing > recurrentShare * since) {
      const sentence = `${series} is not a number again and again since step ${step}, ${this.#missing} times in ${since} values; stop the run and look at that step: learning rate, loss scaling, one of several processes or data sets`;
      return { detector: 'nan', series, step, sentence, severity: 'stop' };
    }
    const sentence = `${series} was not a number at step ${step} and came back; results after it are usable, but find out which batch or step caused it`;
    return { detector: 'nan', series, step, sentence, severity: 'unsure' };
  }
}
