import type { ProcessIdentity } from '../../core/run/jobHandle';

/** `claim`: pid, start time and boot id, tab-separated; null while the line is not whole. */
export function parseClaim(text: string): ProcessIdentity | null {
  if (!text.endsWith('\n')) return null;
  const [pid, startTime, bootId] = text.trimEnd().split('\t');
  return pid !== undefined && startTime !== undefined && bootId !== undefined
    ? { pid: Number(pid), startTime: startTime.trim(), bootId }
    : null;
}

/** The claim of an attempt that nobody may begin any more. */
export const forbiddenClaim = 'forbidden\n';

/**
 * `exit`: the exit code, the uptime at start and end, in seconds, and after a failure how many processes of its
 * cgroup the kernel has killed for want of memory so far; null while the line is not whole.
 */
export function parseExit(text: string): { code: number; elapsedMs: number | null; kills?: number } | null {
  const [, code, from, to, count] = /^(\d+)(?:\t([\d.]*)\t([\d.]*)(?:\t(\d*))?)?\n$/.exec(text) ?? [];
  if (code === undefined) return null;
  return {
    code: Number(code),
    elapsedMs: from && to ? Math.round((Number(to) - Number(from)) * 1000) : null,
    ...(count ? { kills: Number(count) } : {}),
  };
}
