/**
 * Minutes that local time is ahead of UTC at a moment. The composition root gives the machine's own
 * (`(atMs) => -new Date(atMs).getTimezoneOffset()`); without one, times are UTC.
 */
export type UtcOffset = (atMs: number) => number;

export const utc: UtcOffset = () => 0;

/** `2026-11-22 21:30:05 +08:00`, or `2026-11-22 21:30:05 UTC` at offset 0. */
export function formatTime(atMs: number, offset: UtcOffset = utc): string {
  const minutes = offset(atMs);
  return `${shifted(atMs, minutes).replace('T', ' ')} ${minutes === 0 ? 'UTC' : formatOffset(minutes)}`;
}

/** `20261122_213005`, the stamp in versioned file names. */
export function fileStamp(atMs: number, offset: UtcOffset = utc): string {
  return shifted(atMs, offset(atMs)).replaceAll(/[-:]/g, '').replace('T', '_');
}

function shifted(atMs: number, minutes: number): string {
  return new Date(atMs + minutes * 60_000).toISOString().slice(0, 19);
}

function formatOffset(minutes: number): string {
  const total = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(total / 60))}:${two(total % 60)}`;
}
