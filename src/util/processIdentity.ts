import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../core/run/jobHandle';

let cachedBootId: string | null = null;

/** Identity of this boot: changes when the machine restarts. */
export function bootId(): string {
  cachedBootId ??= readBootId();
  return cachedBootId;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    try {
      return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
    } catch {
      return hostname();
    }
  }
}

/**
 * When a process started, in the system's own count, and whether it is a zombie; null: there is no such process.
 * Linux: field 22 of /proc/PID/stat (man 5 proc); elsewhere `ps`.
 */
export function processStart(pid: number): { startTime: string; zombie: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { startTime: fields[19] ?? '', zombie: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return { startTime: start.join(' '), zombie: state.startsWith('Z') };
  } catch {
    return null;
  }
}

/** Who this process is. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: processStart(process.pid)?.startTime ?? '', bootId: bootId() };
}

/** Whether a process on this machine still runs: same boot, same start time, not a zombie. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const now = processStart(identity.pid);
  return now !== null && !now.zombie && (identity.startTime === '' || now.startTime === identity.startTime);
}

/** Linux counts start times in hundredths of a second since the boot, on every platform that Node runs on. */
const ticksPerSecond = 100;

/** Milliseconds since a process of this start time began, by the boot's own clock; null: it cannot be told here. */
export function elapsedSince(startTime: string): number | null {
  if (!/^\d+$/.test(startTime)) return null;
  try {
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    return Math.max(0, uptime * 1000 - (Number(startTime) / ticksPerSecond) * 1000);
  } catch {
    return null;
  }
}
