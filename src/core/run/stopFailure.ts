import type { StopReason } from './event';
import type { Failure } from './failure';

/**
 * Why a run failed that Bridge itself stopped, for its health or the budget; null for any other end. `flags` are the
 * sentences that were said about it while it ran.
 */
export function failureOfStop(reason: StopReason | null, flags: readonly string[]): Failure | null {
  switch (reason) {
    case 'health':
      return {
        class: flags.some((flag) => /^(nan|divergence):/.test(flag)) ? 'nan' : 'unknown',
        message: `it was stopped by the training check: ${flags.at(-1) ?? 'its curves say that it will give nothing'}`,
        evidence: flags.slice(-12),
        advice:
          'Look at its curves; change what made it so and retry the run, or set bridge.health to "flag" to let such runs go on',
      };
    case 'budget':
      return {
        class: 'killed',
        message: 'it was stopped because the budget of GPU-hours is used up',
        evidence: [],
        advice: 'Set bridge.budget.gpuHours higher, then retry the run',
      };
    case 'money':
      return {
        class: 'killed',
        message: 'it was stopped because the money of the budget is spent',
        evidence: [],
        advice:
          'Set bridge.budget.usd higher, then retry the run; it goes on from its checkpoint where it has one',
      };
    case 'cancelled':
    case 'timeout':
    case null:
      return null;
  }
}
