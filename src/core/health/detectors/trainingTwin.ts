import type { Curve } from '../model';
import { median, noiseOf } from '../robust';
import { badnessOf, blockSize } from './shape';

/**
 * Is the training series better at its end than around `step`, by two standard errors of its noise? Null when
 * it has too few points to tell.
 */
export function improvedSince(training: Curve, step: number): boolean | null {
  const values = badnessOf(training);
  const size = blockSize(values.length);
  const found = training.parts.findIndex((part) => part.lastStep >= step);
  if (found < 0 || values.length < 2 * size) return null;
  const from = Math.max(0, Math.min(found - (size >> 1), values.length - size));
  const gain = median(values.slice(from, from + size)) - median(values.slice(-size));
  return gain > (2 * 1.25 * noiseOf(values)) / Math.sqrt(size);
}
