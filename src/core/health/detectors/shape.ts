import type { Curve } from '../model';

/** Values turned so that lower is better, whatever the series measures. */
export function badnessOf(curve: Curve): number[] {
  const sign = curve.kind === 'loss' ? 1 : -1;
  return curve.parts.map((part) => sign * part.mean);
}

/** The first values, turned likewise. */
export function headOf(curve: Curve): number[] {
  return curve.head.map((value) => (curve.kind === 'loss' ? value : -value));
}

/** Points that make one level: three of a short curve, 5 % of a long one. */
export function blockSize(points: number): number {
  return Math.max(3, Math.floor(points / 20));
}

/** Four digits, as a person reads a loss. */
export function round(value: number): number {
  return Number(value.toPrecision(4));
}
