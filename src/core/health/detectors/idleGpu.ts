import type { Finding } from '../model';
import { defaultThresholds, type Thresholds } from '../thresholds';

const minuteMs = 60_000;
const fewestReadings = 10;

/**
 * `idle-gpu`: a run holds GPUs and computes on none of them. Definition: the utilisation of each of its GPUs (share of
 * the last second in which a kernel ran, as the driver counts it: nvidia-smi(1), utilization.gpu) stays below
 * `idleGpuPercent` (5 %) in every reading of `idleGpuMinutes` (20), ten readings at least; one busy reading begins
 * anew, and so does a reading that is missing. A loader that starves the GPU, a model that stayed on the processor
 * and a hung collective are seen so. Window: since the last busy reading.
 */
export class IdleGpus {
  #since: number | null = null;
  #readings = 0;

  /** Highest utilisation among the GPUs of the run, in per cent; null: it could not be read. */
  look(nowMs: number, percent: number | null, { idleGpuPercent }: Thresholds = defaultThresholds): void {
    if (percent === null || percent >= idleGpuPercent) {
      this.#since = null;
      this.#readings = 0;
      return;
    }
    this.#since ??= nowMs;
    this.#readings++;
  }

  finding(nowMs: number, { idleGpuMinutes }: Thresholds = defaultThresholds): Finding | null {
    if (this.#since === null || this.#readings < fewestReadings) return null;
    const idleMs = nowMs - this.#since;
    if (idleMs < idleGpuMinutes * minuteMs) return null;
    const sentence = `its GPUs have computed nothing for ${Math.round(idleMs / minuteMs)} min; see whether the model is on the GPU and whether loading data keeps it waiting`;
    return { detector: 'idle-gpu', series: 'GPU', step: 0, sentence, severity: 'unsure' };
  }
}
