import { seededRandom, type Random } from '../../../../src/core/results/seededRandom';

/** One logged record, as a training script would write it. */
export type LoggedRow = Readonly<Record<string, number>>;

export interface TrainingSetup {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine' | 'warmup-linear' | 'warm-restarts' | 'zero-after-half' | 'zero';
  readonly optimiser: 'sgd' | 'momentum' | 'adam';
  readonly task: 'classification' | 'regression';
  readonly trainingExamples: number;
  readonly hidden: number;
  readonly batch: number;
  /** Share of labels drawn at random (classification). */
  readonly labelNoise: number;
  /** At this step one batch is scaled by a thousand; null for never. */
  readonly corruptAt: number | null;
  /** The data themselves get this many times larger with each step after the middle, as when normalisation is lost. */
  readonly driftPerStep: number;
  readonly logEvery: number;
  readonly validateEvery: number;
}

export const healthySetup: TrainingSetup = {
  seed: 1,
  steps: 600,
  learningRate: 0.1,
  schedule: 'constant',
  optimiser: 'sgd',
  task: 'classification',
  trainingExamples: 512,
  hidden: 24,
  batch: 32,
  labelNoise: 0.1,
  corruptAt: null,
  driftPerStep: 1,
  logEvery: 1,
  validateEvery: 20,
};

const inputs = 8;
const classes = 4;

interface Example {
  readonly x: readonly number[];
  /** Class index, or target value. */
  readonly y: number;
}

/** Trains a network with one hidden layer of tanh units by backpropagation, for real, and returns what it logs. */
export function train(setup: TrainingSetup): LoggedRow[] {
  const random = seededRandom(setup.seed);
  // Box & Muller's transform.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const outputs = setup.task === 'classification' ? classes : 1;
  const draw = exampleSource(setup, random, normal);
  const training = Array.from({ length: setup.trainingExamples }, draw);
  const validation = Array.from({ length: 200 }, draw);
  const size = setup.hidden * (inputs + 1) + outputs * (setup.hidden + 1);
  const weights = Float64Array.from({ length: size }, (_, i) =>
    i < setup.hidden * (inputs + 1) ? normal() / Math.sqrt(inputs) : normal() / Math.sqrt(setup.hidden),
  );
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const rows: LoggedRow[] = [];
  for (let step = 0; step < setup.steps; step++) {
    const scale =
      (step === setup.corruptAt ? 1000 : 1) * setup.driftPerStep ** Math.max(0, step - setup.steps / 2);
    const batch = Array.from(
      { length: setup.batch },
      () => training[Math.floor(random() * training.length)]!,
    );
    const gradient = new Float64Array(size);
    let loss = 0;
    for (const { x, y } of batch) {
      const scaled =
        scale === 1
          ? { x, y }
          : { x: x.map((v) => v * scale), y: setup.task === 'regression' ? y * scale : y };
      loss += passExample(weights, setup.hidden, outputs, scaled, gradient).loss / batch.length;
    }
    const rate = rateAt(setup, step);
    update(setup.optimiser, weights, gradient, first, second, rate, setup.batch, step);
    const row: Record<string, number> = { step };
    if (step % setup.logEvery === 0) Object.assign(row, { 'train/loss': loss, 'train/lr': rate });
    if (step % setup.validateEvery === 0) {
      const outcomes = validation.map((example) =>
        passExample(weights, setup.hidden, outputs, example, null),
      );
      row['val/loss'] = outcomes.reduce((sum, o) => sum + o.loss, 0) / outcomes.length;
      if (setup.task === 'classification')
        row['val/accuracy'] = outcomes.filter((o) => o.right).length / outcomes.length;
    }
    rows.push(row);
  }
  return rows;
}

function exampleSource(setup: TrainingSetup, random: Random, normal: () => number): () => Example {
  const centres = Array.from({ length: classes }, () => Array.from({ length: inputs }, () => 1.2 * normal()));
  const teacher = Array.from({ length: inputs }, normal);
  return () => {
    if (setup.task === 'regression') {
      const x = Array.from({ length: inputs }, normal);
      const clean = Math.sin(x.reduce((sum, v, i) => sum + v * teacher[i]!, 0));
      return { x, y: clean + 0.2 * normal() };
    }
    const label = Math.floor(random() * classes);
    const x = centres[label]!.map((c) => c + normal());
    return { x, y: random() < setup.labelNoise ? Math.floor(random() * classes) : label };
  };
}

function rateAt({ schedule, learningRate, steps }: TrainingSetup, step: number): number {
  const progress = step / steps;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'zero':
      return 0;
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
    case 'warmup-linear':
      return learningRate * Math.min(step / (0.1 * steps), (1 - progress) / 0.9);
    case 'warm-restarts':
      return (learningRate * (1 + Math.cos(Math.PI * ((progress * 3) % 1)))) / 2;
    case 'zero-after-half':
      return progress < 0.5 ? learningRate : 0;
  }
}

/** Forward pass, and with a gradient to add to also the backward pass. */
function passExample(
  weights: Float64Array,
  hidden: number,
  outputs: number,
  { x, y }: Example,
  gradient: Float64Array | null,
) {
  const width = inputs + 1;
  const at = hidden * width;
  const activity = new Float64Array(hidden);
  for (let h = 0; h < hidden; h++) {
    let sum = weights[h * width + inputs]!;
    for (let i = 0; i < inputs; i++) sum += weights[h * width + i]! * x[i]!;
    activity[h] = Math.tanh(sum);
  }
  const scores = Array.from({ length: outputs }, (_, o) => {
    let sum = weights[at + o * (hidden + 1) + hidden]!;
    for (let h = 0; h < hidden; h++) sum += weights[at + o * (hidden + 1) + h]! * activity[h]!;
    return sum;
  });
  const { loss, right, delta } = outputs === 1 ? squaredError(scores[0]!, y) : crossEntropy(scores, y);
  if (!gradient) return { loss, right };
  const back = new Float64Array(hidden);
  for (let o = 0; o < outputs; o++) {
    const row = at + o * (hidden + 1);
    for (let h = 0; h < hidden; h++) {
      gradient[row + h]! += delta[o]! * activity[h]!;
      back[h]! += delta[o]! * weights[row + h]!;
    }
    gradient[row + hidden]! += delta[o]!;
  }
  for (let h = 0; h < hidden; h++) {
    const inner = back[h]! * (1 - activity[h]! ** 2);
    for (let i = 0; i < inputs; i++) gradient[h * width + i]! += inner * x[i]!;
    gradient[h * width + inputs]! += inner;
  }
  return { loss, right };
}

function squaredError(score: number, target: number) {
  const error = score - target;
  return { loss: error * error, right: false, delta: [2 * error] };
}

function crossEntropy(scores: readonly number[], label: number) {
  const top = Math.max(...scores);
  const total = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
  const chances = scores.map((s) => Math.exp(s - top) / total);
  return {
    loss: Math.log(total) + top - scores[label]!,
    right: scores[label] === top,
    delta: chances.map((p, o) => p - (o === label ? 1 : 0)),
  };
}

function update(
  optimiser: TrainingSetup['optimiser'],
  weights: Float64Array,
  gradient: Float64Array,
  first: Float64Array,
  second: Float64Array,
  rate: number,
  batch: number,
  step: number,
): void {
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]! / batch;
    if (optimiser === 'adam') {
      first[i] = 0.9 * first[i]! + 0.1 * g;
      second[i] = 0.999 * second[i]! + 0.001 * g * g;
      const corrected = Math.sqrt(second[i]! / (1 - 0.999 ** (step + 1))) + 1e-8;
      weights[i]! -= (0.1 * rate * first[i]!) / (1 - 0.9 ** (step + 1)) / corrected;
    } else {
      first[i] = (optimiser === 'momentum' ? 0.9 : 0) * first[i]! + g;
      weights[i]! -= (optimiser === 'momentum' ? 0.2 : 1) * rate * first[i]!;
    }
  }
}
