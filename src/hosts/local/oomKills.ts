import { readFileSync } from 'node:fs';

/**
 * Processes of this process's cgroup that the kernel has killed for want of memory so far; null: it does not tell.
 * `oom_kill` of `memory.events` (cgroup v2) or `memory.oom_control` (v1), see cgroups(7).
 */
export function countOomKills(): number | null {
  const count = (path: string) => {
    const found = /^oom_kill (\d+)$/m.exec(read(path) ?? '')?.[1];
    return found === undefined ? null : Number(found);
  };
  let kills: number | null = null;
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') kills = count(`/sys/fs/cgroup${path}/memory.events`) ?? kills;
    else if (controllers?.includes('memory') === true)
      kills = count(`/sys/fs/cgroup/memory${path}/memory.oom_control`) ?? kills;
  }
  return kills;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
