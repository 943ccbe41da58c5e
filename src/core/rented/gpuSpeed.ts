/**
 * How fast a GPU trains beside one RTX 3090, in round numbers: enough to compare total prices, not to promise a time.
 * The order follows published half-precision training throughputs (Lambda's GPU benchmarks, read 2026-11).
 */
const speeds: readonly (readonly [RegExp, number])[] = [
  [/\bB200\b/, 6],
  [/\bH200\b/, 3.8],
  [/\bH100\b/, 3.3],
  [/\bA100\b/, 2],
  [/\bL40S\b/, 1.5],
  [/\b(?:RTX[ _]?)?5090\b/, 2.1],
  [/\b(?:RTX[ _]?)?4090\b/, 1.6],
  [/\b(?:RTX[ _]?)?A6000\b/, 1.1],
  [/\b(?:RTX[ _]?)?3090\b/, 1],
  [/\b(?:RTX[ _]?)?A5000\b/, 0.9],
  [/\bA10G?\b/, 0.8],
  [/\b(?:Tesla[ _]?)?V100\b/, 0.8],
  [/\bL4\b/, 0.6],
  [/\b(?:RTX[ _]?)?3060\b/, 0.5],
  [/\bT4\b/, 0.3],
];

/** Speed of a GPU by its name, 1 for an RTX 3090; null: not in the table. */
export function gpuSpeed(name: string): number | null {
  return speeds.find(([pattern]) => pattern.test(name.replaceAll('_', ' ')))?.[1] ?? null;
}
