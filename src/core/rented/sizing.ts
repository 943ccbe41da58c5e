import type { ModelFacts, Optimizer, Precision } from './modelFacts';
import type { MachineNeed } from './model';

/** Hours of a plan are a guess: so much is added. */
const hoursMargin = 1.3;
/** Memory besides what is counted: buffers, fragmentation, the CUDA context. */
const memoryMargin = 1.2;
const leastMemoryGiB = 8;
const defaultDiskGiB = 50;
const gib = 1024 ** 3;
/** Memory of GPUs that can be had, in GiB, and how many of them a machine may have. */
const memorySizes = [8, 12, 16, 24, 32, 40, 48, 80, 96, 141, 180];
const gpuCounts = [1, 2, 4, 8];

const weightBytes: Readonly<Record<Precision, number>> = {
  fp32: 4,
  '16-bit': 2,
  '8-bit': 1,
  '4-bit': 0.5,
};
/**
 * States of the optimizer for each trained parameter, in bytes: Adam keeps two numbers of 4 bytes, and with them, in
 * mixed precision, a copy of the weights (Rajbhandari et al. 2020, "ZeRO", section 3.1: 12 bytes beside 2 for the
 * weight and 2 for its gradient).
 */
const stateBytes: Readonly<Record<Optimizer, number>> = { adam: 12, 'adam-8bit': 6, momentum: 8, sgd: 4 };
/** Share of the weights that adapters add and train (LoRA of rank 16 on all projections: about one in a hundred). */
const adapterShare = 0.01;

/** What is asked of the market, with the sentences that say how each number came about. */
export interface Sizing {
  readonly need: MachineNeed;
  readonly reasons: readonly string[];
}

export interface SizedStudy {
  /** GPU-hours that the runs take in all, as plan or manifest say; null: nothing says. */
  readonly gpuHours: number | null;
  /** The most GPUs that one run asks for. */
  readonly gpusOfARun: number;
  /** Size of data and code that go there and of what comes back, where known, in GiB. */
  readonly dataGiB: number | null;
  readonly resumable: boolean;
}

/** How large a machine the runs need, from what plan, manifest and code say. Every number can be edited by the person. */
export function sizeMachine(study: SizedStudy, facts: ModelFacts): Sizing {
  const reasons: string[] = [];
  const total = memoryGiB(facts, reasons);
  const { gpus, gpuMemoryGiB } = spread(total, Math.max(1, study.gpusOfARun), reasons);
  const hours = (study.gpuHours ?? gpus) / gpus;
  reasons.push(
    study.gpuHours === null
      ? 'Neither plan nor manifest says how long the runs take: 1 hour is assumed.'
      : `${round(study.gpuHours)} GPU-hours of the plan on ${gpus} GPU${gpus === 1 ? '' : 's'}, and 30 % more.`,
  );
  const diskGiB = Math.max(defaultDiskGiB, Math.ceil((study.dataGiB ?? 0) * 2 + 30));
  reasons.push(
    study.dataGiB === null || diskGiB === defaultDiskGiB
      ? `${diskGiB} GiB of disk, which is the default.`
      : `${diskGiB} GiB of disk: twice the ${round(study.dataGiB)} GiB of data, and 30 GiB for image and packages.`,
  );
  return {
    need: { gpus, gpuMemoryGiB, diskGiB, hours: hours * hoursMargin, resumable: study.resumable },
    reasons,
  };
}

function memoryGiB(facts: ModelFacts, reasons: string[]): number {
  const { parameters } = facts;
  if (parameters === null) {
    reasons.push(
      `Nothing says how many parameters the model has: ${leastMemoryGiB} GiB, which small models fit in.`,
    );
    return leastMemoryGiB;
  }
  const precision = facts.precision?.value ?? 'fp32';
  const training = facts.training?.value ?? 'full';
  const optimizer = facts.optimizer?.value ?? 'adam';
  const weights = weightBytes[precision];
  // A gradient is as wide as what it trains; quantised weights are never trained themselves.
  const gradient = precision === 'fp32' ? 4 : 2;
  const states = precision === 'fp32' ? Math.max(0, stateBytes[optimizer] - 4) : stateBytes[optimizer];
  const trained = training === 'full' ? 1 : training === 'adapters' ? adapterShare : 0;
  const bytes = weights + trained * (gradient + states);
  const needed = (parameters.value * bytes * memoryMargin) / gib;
  const said = (what: string, fact: { where: string } | null) =>
    `${what} (${fact ? fact.where : 'assumed, nothing says'})`;
  reasons.push(
    [
      `${describeCount(parameters.value)} parameters (${parameters.where})`,
      said(precision, facts.precision),
      said(training === 'full' ? 'all of them trained' : training, facts.training),
      ...(trained > 0 ? [said(optimizer, facts.optimizer)] : []),
      `${round(bytes)} bytes a parameter and 20 % for activations: ${round(needed)} GiB`,
    ].join(', ') + '.',
  );
  return Math.max(leastMemoryGiB, needed);
}

function spread(
  total: number,
  gpusOfARun: number,
  reasons: string[],
): { gpus: number; gpuMemoryGiB: number } {
  for (const gpus of gpuCounts) {
    if (gpus < gpusOfARun) continue;
    const gpuMemoryGiB = memorySizes.find((size) => size * gpus >= total);
    if (gpuMemoryGiB === undefined || (gpuMemoryGiB > 80 && gpus < 8)) continue;
    reasons.push(
      gpus > gpusOfARun
        ? `No common GPU holds ${round(total)} GiB: ${gpus} of ${gpuMemoryGiB} GiB do, if the code spreads the model over them.`
        : `${gpus} GPU${gpus === 1 ? '' : 's'} of ${gpuMemoryGiB} GiB.`,
    );
    return { gpus, gpuMemoryGiB };
  }
  const gpus = gpuCounts.at(-1)!;
  const gpuMemoryGiB = memorySizes.at(-1)!;
  reasons.push(
    `${round(total)} GiB are more than any single machine has; the largest kind is asked for, and it will not fit as it is.`,
  );
  return { gpus, gpuMemoryGiB };
}

function describeCount(count: number): string {
  return count >= 1e9 ? `${round(count / 1e9)} billion` : `${round(count / 1e6)} million`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
