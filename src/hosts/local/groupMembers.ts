import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/run/jobHandle';
import { bootId, processStart } from '../../util/processIdentity';

/**
 * Living members of the group that a process led; a zombie is dead though a signal still reaches it. A leader of
 * another start time is another group: a number is not given out again while a group still has it.
 */
export function groupMembers(leader: ProcessIdentity): number[] {
  if (leader.bootId !== bootId()) return [];
  const now = processStart(leader.pid);
  if (now !== null && leader.startTime !== '' && now.startTime !== leader.startTime) return [];
  try {
    process.kill(-leader.pid, 0);
  } catch {
    return [];
  }
  if (!existsSync('/proc/self/stat')) return [leader.pid];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === leader.pid && state !== 'Z' && state !== 'X' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Signals a process; one that has ended by itself is as good. */
export function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
