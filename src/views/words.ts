import type { Translate } from '../core/text/translate';
import type { RunStatus } from '../protocol/runs';

/** How a status looks: a codicon's name and a theme colour's id. The one place that knows both. */
export interface StatusLook {
  readonly icon: string;
  readonly color: string;
}

const looks: Readonly<Record<RunStatus, StatusLook>> = {
  pending: { icon: 'circle-outline', color: 'descriptionForeground' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  running: { icon: 'play-circle', color: 'charts.blue' },
  unreachable: { icon: 'debug-disconnect', color: 'charts.orange' },
  completed: { icon: 'pass-filled', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  stuck: { icon: 'warning', color: 'testing.iconFailed' },
  skipped: { icon: 'debug-step-over', color: 'descriptionForeground' },
  cancelled: { icon: 'circle-slash', color: 'descriptionForeground' },
};

export function statusLook(status: RunStatus): StatusLook {
  return looks[status];
}

/** The order in which statuses are listed: what needs eyes first. */
export const statusOrder: readonly RunStatus[] = [
  'failed',
  'stuck',
  'unreachable',
  'running',
  'paused',
  'pending',
  'completed',
  'skipped',
  'cancelled',
];

export function describeStatus(status: RunStatus, t: Translate): string {
  switch (status) {
    case 'pending':
      return t('waiting');
    case 'paused':
      return t('paused');
    case 'running':
      return t('running');
    case 'unreachable':
      return t('unreachable');
    case 'completed':
      return t('done');
    case 'failed':
      return t('failed');
    case 'stuck':
      return t('stuck');
    case 'skipped':
      return t('skipped');
    case 'cancelled':
      return t('cancelled');
  }
}

/** `14 done · 3 running · 1 waiting`: the statuses that occur, what needs eyes first. */
export function describeCounts(counts: ReadonlyMap<RunStatus, number>, t: Translate): string {
  return statusOrder
    .flatMap((status) => {
      const count = counts.get(status) ?? 0;
      return count === 0 ? [] : [`${count} ${describeStatus(status, t)}`];
    })
    .join(' · ');
}

/** `42 s`, `18 min`, `1 h 02`, `2 d 3 h`. */
export function describeDuration(ms: number, t: Translate): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return t('{0} s', seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('{0} min', minutes);
  if (minutes < 48 * 60)
    return t('{0} h {1}', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
  return t('{0} d {1} h', Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60));
}

/** `0.5`, `31.5`, `120`: three figures are enough for hours. */
export function describeHours(hours: number): string {
  if (hours === 0) return '0';
  if (hours < 0.01) return '< 0.01';
  return String(Number(hours.toPrecision(hours >= 100 ? Math.ceil(Math.log10(hours + 1)) : 3)));
}

/** `R001, R002, R003 and 4 more`. */
export function describeList(names: readonly string[], t: Translate, shown = 3): string {
  const head = names.slice(0, shown).join(', ');
  return names.length > shown ? t('{0} and {1} more', head, names.length - shown) : head;
}

/** `gpu1 unreachable since 14:03`; without a time where it has never answered. */
export function describeUnreachable(host: string, since: number | null, t: Translate): string {
  if (since === null) return t('{0} is unreachable', host);
  return t('{0} unreachable since {1}', host, new Date(since).toTimeString().slice(0, 5));
}

/** "1 file", "3 files". */
export function fileCount(count: number, t: Translate): string {
  return count === 1 ? t('1 file') : t('{0} files', count);
}
