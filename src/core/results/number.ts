const significantDigits = 4;

/**
 * Digits after the point for a column of numbers: as many as the numbers have as written, at most so many that the
 * largest one shows four significant digits. One count for the whole column, so that its numbers can be compared.
 */
export function decimalsFor(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const before = largest < 1e-12 ? 0 : Math.floor(Math.log10(largest)) + 1;
  const atMost = Math.min(8, Math.max(0, significantDigits - before));
  let decimals = 0;
  for (const value of finite) {
    // Ten thousand values need not all be written out: more than this is never shown.
    if (decimals >= atMost) return atMost;
    decimals = Math.max(decimals, writtenDecimals(value));
  }
  return Math.min(atMost, decimals);
}

/** A number with a fixed count of digits; one that would vanish or overflow is written with an exponent instead. */
export function formatNumber(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 0.5 * 10 ** -decimals))
    return value.toExponential(2);
  const fixed = value.toFixed(decimals);
  return Number(fixed) === 0 ? fixed.replace('-', '') : fixed;
}

/** As `formatNumber`, always with a sign: `+0.031`, `−0.004` as `-0.004`. */
export function formatDifference(value: number, decimals: number): string {
  const text = formatNumber(value, decimals);
  return text.startsWith('-') ? text : `+${text}`;
}

/** `0.004`, `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`;
}

function writtenDecimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}
