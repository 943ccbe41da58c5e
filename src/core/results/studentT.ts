/**
 * Student's t distribution, accurate to about 1e-12 relative in both tails for any real degrees of freedom.
 *
 * P(T > t) = I_x(ν/2, 1/2) / 2 with x = ν / (ν + t²): NIST Digital Library of Mathematical Functions, 8.17.2
 * and https://dlmf.nist.gov/8.17; the continued fraction is 8.17.22, evaluated by the modified Lentz method
 * (Press et al., Numerical Recipes, 3rd ed., §5.2 and §6.4). One of the two parameters of the beta function
 * is always 1/2 here, so its logarithm is written without the cancellation that a difference of three
 * log-gammas has at large ν.
 */

const tiny = 1e-300;
const epsilon = 1e-16;
const halfLogPi = 0.5 * Math.log(Math.PI);

/** Stirling's remainder ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π) for x ≥ 10: DLMF 5.11.1, terms to B₁₂. */
function stirlingRemainder(x: number): number {
  const y = 1 / (x * x);
  return (
    (1 / 12 + y * (-1 / 360 + y * (1 / 1260 + y * (-1 / 1680 + y * (1 / 1188 - (y * 691) / 360360))))) / x
  );
}

/**
 * ln B(a, ½) for a > 0; below 10 the argument is shifted up with B(a, ½) = B(a + 1, ½) (a + ½) / a (DLMF
 * 5.12, 5.5.1).
 */
export function logBetaHalf(a: number): number {
  let shift = 0;
  let up = a;
  for (; up < 10; up++) shift += Math.log1p(0.5 / up);
  const ratio = -0.5 * Math.log(up) - up * Math.log1p(0.5 / up) + 0.5;
  return shift + halfLogPi + ratio + stirlingRemainder(up) - stirlingRemainder(up + 0.5);
}

/** The continued fraction of I_x(a, b), which converges quickly for x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let delta = 1;
    for (const term of [even, odd]) {
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (Math.abs(c) < tiny) c = tiny;
      delta = d * c;
      result *= delta;
    }
    if (Math.abs(delta - 1) < epsilon) break;
  }
  return result;
}

/** P(T > t) for t ≥ 0. */
function upperTail(t: number, df: number): number {
  if (t === Infinity) return 0;
  const a = df / 2;
  // x = ν/(ν+t²), y = 1 − x = t²/(ν+t²); logarithms by log1p so that neither loses digits near 0 or 1.
  const ratio = t * (t / df);
  const logX = -Math.log1p(ratio);
  const logY = -Math.log1p(1 / ratio);
  const front = a * logX + 0.5 * logY - logBetaHalf(a);
  const x = 1 / (1 + ratio);
  if (x < (a + 1) / (a + 2.5)) return (0.5 * Math.exp(front) * betaFraction(a, 0.5, x)) / a;
  // Near the centre the other way round: I_x(a, ½) = 1 − I_y(½, a).
  return 0.5 - Math.exp(front) * betaFraction(0.5, a, ratio / (1 + ratio));
}

/** P(T ≤ t) for T with `df` > 0 degrees of freedom (any real number); NaN for df ≤ 0. */
export function studentTCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  if (t === 0) return 0.5;
  return t < 0 ? upperTail(-t, df) : 1 - upperTail(t, df);
}

/** P(|T| > |t|), the two-sided p value, without the cancellation of 1 − cdf. */
export function studentTTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  return t === 0 ? 1 : Math.min(1, 2 * upperTail(Math.abs(t), df));
}

/** Density of T at t. */
function density(t: number, df: number): number {
  return Math.exp(-((df + 1) / 2) * Math.log1p(t * (t / df)) - 0.5 * Math.log(df) - logBetaHalf(df / 2));
}

/**
 * t with P(T ≤ t) = p. Newton's method on the logarithm of the tail, kept inside a bracket by bisection
 * (Press et al., §9.4), so it converges from anywhere, also where the tail is a power law (df < 1).
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, df);
  if (p === 0) return -Infinity;
  let low = 0;
  let high = 1;
  while (upperTail(high, df) > p && high < 1e300) {
    low = high;
    high *= 2;
  }
  let t = (low + high) / 2;
  for (let i = 0; i < 200; i++) {
    const tail = upperTail(t, df);
    if (tail > p) low = t;
    else high = t;
    const newton = t + (Math.log(tail / p) * tail) / density(t, df);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 1e-15 * Math.abs(next)) return -next;
    t = next;
  }
  return -t;
}
