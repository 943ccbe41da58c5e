/**
 * The standard normal distribution, for the bias correction of bootstrap intervals and for rank tests.
 *
 * The tail is ½ erfc(x/√2): a power series near the centre (DLMF 7.6.2) and the continued fraction DLMF 7.9.3
 * outside, both to about 1e-14 relative.
 */

const rootTwoPi = Math.sqrt(2 * Math.PI);

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / rootTwoPi;
}

/** P(Z > x) for x ≥ 0. */
function upperTail(x: number): number {
  if (x > 38.6) return 0;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; term > 1e-18 * sum; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 - density(x) * sum;
  }
  let fraction = x;
  for (let k = 160; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}

/** P(Z ≤ x). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** z with P(Z ≤ z) = p; NaN outside [0, 1]. Newton's method on the logarithm of the tail. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  // Start: Abramowitz & Stegun 26.2.23, absolute error below 4.5e-4.
  const r = Math.sqrt(-2 * Math.log(p));
  let z =
    r - (2.515517 + r * (0.802853 + r * 0.010328)) / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)));
  z = Math.max(z, 1e-12);
  for (let i = 0; i < 20; i++) {
    const tail = upperTail(z);
    const step = (Math.log(tail / p) * tail) / density(z);
    z += step;
    if (Math.abs(step) <= 1e-15 * Math.abs(z)) break;
  }
  return -z;
}
