/** What texts say of a model and how it is trained, each with where it was read. */
export interface ModelFacts {
  /** Number of parameters; null: nothing says. */
  readonly parameters: Fact<number> | null;
  readonly precision: Fact<Precision> | null;
  readonly training: Fact<Training> | null;
  readonly optimizer: Fact<Optimizer> | null;
}

export interface Fact<T> {
  readonly value: T;
  /** `train.py:12` */
  readonly where: string;
}

export type Precision = 'fp32' | '16-bit' | '8-bit' | '4-bit';
/** `adapters`: the weights are frozen and small ones beside them are trained (LoRA and its kin). */
export type Training = 'full' | 'adapters' | 'inference';
export type Optimizer = 'adam' | 'adam-8bit' | 'momentum' | 'sgd';

/** A text of the study: plan, manifest or code. */
export interface SizedText {
  readonly path: string;
  readonly text: string;
}

/** What may be counted in millions and is no model: data, not weights. */
const notParameters = String.raw`(?!\s*(?:tokens?|examples?|samples?|rows?|images?|steps?|pairs?|词|样本))`;
/** `7B`, `1.5 B parameters`, `350M params`, and in names (`llama-7b`, `gpt2_355m`); not `32GB`, `10M tokens` or `30 m`. */
const parameterCount = new RegExp(
  String.raw`(?<![\w.])(\d+(?:\.\d+)?)\s?([BM])(?![\w/])${notParameters}|[A-Za-z][\w.]*[-_](\d+(?:\.\d+)?)([BMbm])(?![\w/])${notParameters}|(?<![\w.])(\d+(?:\.\d+)?)\s?([bm])\s+param`,
  'g',
);

const precisions: readonly (readonly [RegExp, Precision])[] = [
  [/\b(?:load_in_4bit|4[- ]?bit|nf4|int4|qlora|awq|gptq)\b/i, '4-bit'],
  [/\b(?:load_in_8bit|8[- ]?bit(?! adam)|int8|fp8)\b/i, '8-bit'],
  [/\b(?:bf16|bfloat16|fp16|float16|half|mixed[- _]?precision|autocast)\b|16-mixed/i, '16-bit'],
  [/\b(?:fp32|float32|full precision)\b/i, 'fp32'],
];
const trainings: readonly (readonly [RegExp, Training])[] = [
  [/\b(?:q?lora|peft|adapters?|prefix[- ]tuning)\b/i, 'adapters'],
  [/\.backward\(|\boptimizer\.step\b|\bfine-?tun(?:e|ing)\b|\bTrainer\(|\bpre-?train(?:ing)?\b/i, 'full'],
  [/\b(?:inference only|zero-?shot|no[_-]grad|vllm|evaluation only)\b/i, 'inference'],
];
const optimizers: readonly (readonly [RegExp, Optimizer])[] = [
  [/\b(?:adamw?[-_]?8bit|adamw?_bnb_8bit|8[- ]?bit adam)\b/i, 'adam-8bit'],
  [/\b(?:adamw?|lamb|nadam)\b/i, 'adam'],
  [/\b(?:momentum|lion|rmsprop|adagrad|adafactor)\b/i, 'momentum'],
  [/\bsgd\b/i, 'sgd'],
];

/** Reads what bears on memory. The largest model that is named counts; of the other facts the first text that has one. */
export function readModelFacts(texts: readonly SizedText[]): ModelFacts {
  return {
    parameters: largestModel(texts),
    precision: firstOf(texts, precisions),
    training: firstOf(texts, trainings),
    optimizer: firstOf(texts, optimizers),
  };
}

function largestModel(texts: readonly SizedText[]): Fact<number> | null {
  let largest: Fact<number> | null = null;
  for (const { path, text } of texts)
    for (const match of text.matchAll(parameterCount)) {
      const unit = match[2] ?? match[4] ?? match[6]!;
      const value = Number(match[1] ?? match[3] ?? match[5]) * (unit.toUpperCase() === 'B' ? 1e9 : 1e6);
      // Beyond a trillion it is no model that anybody rents one machine for.
      if (value > (largest?.value ?? 0) && value <= 1e12)
        largest = { value, where: `${path}:${lineAt(text, match.index)}` };
    }
  return largest;
}

function firstOf<T>(
  texts: readonly SizedText[],
  patterns: readonly (readonly [RegExp, T])[],
): Fact<T> | null {
  for (const [pattern, value] of patterns)
    for (const { path, text } of texts) {
      const match = pattern.exec(text);
      if (match) return { value, where: `${path}:${lineAt(text, match.index)}` };
    }
  return null;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
