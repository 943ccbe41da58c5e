import type { Words } from './english';
import { dateTimeFormat, relativeTimeFormat } from './formatters';

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** `40 s`, `18 min`, `1 h 02`, `2 d 03 h`; whole units, rounded down, so that a ticking clock never jumps back. */
export function formatDuration(ms: number, words: Words): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return words.time.seconds(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return words.time.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words.time.hours(hours, twoDigits(minutes % 60));
  return words.time.days(Math.floor(hours / 24), twoDigits(hours % 24));
}

/** `3 minutes ago`, `in 2 hours`: the largest unit that is at least one. */
export function formatRelative(at: number, now: number, words: Words): string {
  const format = relativeTimeFormat(words.locale);
  const seconds = Math.round((at - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.sign(seconds) * Math.min(size, 59), 'second');
  if (size < 3_600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.trunc(seconds / 3_600), 'hour');
  return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** Date and time to the second, in the person's own time zone. */
export function formatExact(at: number, words: Words): string {
  return dateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** `04:10` today, else with the day: `Tue 04:10`, or `25 Nov, 04:10` a week and more away. */
export function formatClock(at: number, now: number, words: Words): string {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (sameDay) return dateTimeFormat(words.locale, time).format(at);
  const near = Math.abs(at - now) < 6 * 86_400_000;
  const day = near ? ({ weekday: 'short' } as const) : ({ day: 'numeric', month: 'short' } as const);
  return dateTimeFormat(words.locale, { ...time, ...day }).format(at);
}

/** One digit after the point, always, so that hours align. */
export function formatHours(hours: number, words: Words): string {
  return hours.toLocaleString(words.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** `$12.50`. */
export function formatUsd(usd: number, words: Words): string {
  return usd.toLocaleString(words.locale, { style: 'currency', currency: 'USD' });
}

/** A limit doesn't move: `60`, and `7.5` where it was given so. */
export function formatLimit(hours: number, words: Words): string {
  return hours.toLocaleString(words.locale, { maximumFractionDigits: 1 });
}

export function formatCount(count: number, words: Words): string {
  return count.toLocaleString(words.locale);
}

/** A measured value with four significant digits: `0.9117`, `1,240`, `3.2e-7`. */
export function formatMeasure(value: number, words: Words): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  return value.toLocaleString(words.locale, { maximumSignificantDigits: 4 });
}

/** Whole per cent; 99.6 is 99, because 100 is said of what has ended. */
export function formatShare(share: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 100)} %`;
}
