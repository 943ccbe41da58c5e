/** Draws from [0, 1). */
export type Random = () => number;

/**
 * A small reproducible generator: the same seed gives the same draws on every machine. splitmix32, the 32-bit
 * relative of the generator in Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (OOPSLA
 * 2014). Good for resampling; not for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    z ^= z >>> 15;
    return (z >>> 0) / 2 ** 32;
  };
}
