const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `2h`, `1h30m`, `90 min`, `45s`; a bare number counts seconds. Null: not a duration. */
export function parseDurationMs(text: string): number | null {
  const compact = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(compact)) return Number(compact) * 1000;
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)\s*(ms|sec|min|s|m|h|d)\s*/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== compact) return null;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
