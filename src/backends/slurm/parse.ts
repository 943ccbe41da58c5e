/** A job, or one task of a job array, as Slurm tells of it. */
export interface SlurmEntry {
  /** As `scancel` takes it: `12`, or `12_3` for a task of an array. */
  readonly id: string;
  /** Number of this very job; tasks of an array have one of their own. Empty where only the array's is told. */
  readonly rawId: string;
  /** Null: it is no array. */
  readonly task: number | null;
  readonly name: string;
  /** `PENDING`, `RUNNING`, `OUT_OF_MEMORY`, …; who cancelled it is not in it. */
  readonly state: string;
  /** Slurm's word for why it waits, or ended: `Resources`, `NonZeroExitCode`, … */
  readonly reason: string;
  /** How often Slurm has put it back into the queue. */
  readonly restarts: number;
  readonly node: string;
  /** Who cancelled it, where Slurm tells. */
  readonly cancelledBy?: string;
}

/** States in which a job still has something ahead of it. */
const alive = new Set([
  ...['PENDING', 'CONFIGURING', 'RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'STAGE_OUT'],
  ...['REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESIZING', 'RESV_DEL_HOLD', 'SPECIAL_EXIT'],
]);

export function isAlive({ state }: SlurmEntry): boolean {
  return alive.has(state);
}

/** States in which it waits for its turn. */
export function isPending({ state }: SlurmEntry): boolean {
  return state === 'PENDING' || state === 'REQUEUE_HOLD' || state === 'SPECIAL_EXIT';
}

/** `0-3,7,10-20:5%4` -> 0, 1, 2, 3, 7, 10, 15, 20. */
export function expandTasks(text: string): number[] {
  return text
    .replace(/%.*$/, '')
    .replace(/[[\]]/g, '')
    .split(',')
    .flatMap((part) => {
      const [, from, to, step] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(part.trim()) ?? [];
      if (from === undefined) return [];
      const by = Number(step ?? 1);
      const count = Math.floor((Number(to ?? from) - Number(from)) / by) + 1;
      return Array.from({ length: count }, (_, at) => Number(from) + at * by);
    });
}

/**
 * What `squeue --json` prints; null: it is something else. Until 22.05 numbers stand bare and absent ones are 0 or null,
 * from 23.02 on they are `{set, infinite, number}` and states are lists. The tasks of an array that wait are one record.
 */
export function parseSqueueJson(stdout: string): readonly SlurmEntry[] | null {
  let document: unknown;
  try {
    document = JSON.parse(stdout);
  } catch {
    return null;
  }
  const jobs = (document as { jobs?: unknown } | null)?.jobs;
  if (!Array.isArray(jobs)) return null;
  return (jobs as Readonly<Record<string, unknown>>[]).flatMap((job): SlurmEntry[] => {
    const rawId = String(numberOf(job.job_id) ?? '');
    const array = numberOf(job.array_job_id) ?? 0;
    const waiting = typeof job.array_task_string === 'string' ? job.array_task_string : '';
    const tasks = waiting === '' ? [numberOf(job.array_task_id)] : expandTasks(waiting);
    const common = {
      name: textOf(job.name),
      state: stateOf(job.job_state),
      reason: textOf(job.state_reason),
      restarts: numberOf(job.restart_cnt) ?? 0,
      node: textOf(job.nodes) || textOf(job.batch_host),
    };
    return tasks.map((task) =>
      array === 0 || task === null
        ? { ...common, id: rawId, rawId, task: null }
        : { ...common, id: `${array}_${task}`, rawId: waiting === '' ? rawId : '', task },
    );
  });
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const { set, number } = (value ?? {}) as { set?: unknown; number?: unknown };
  return set === true && typeof number === 'number' ? number : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** 23.02 and newer: `["RUNNING", "COMPLETING"]`, the flags after the state. */
function stateOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const words = value.map(textOf);
  return words.includes('COMPLETING') ? 'COMPLETING' : (words[0] ?? '');
}

/** Columns of `squeue -O`, with their widths: old versions can only do fixed ones. */
const columns = [
  ...([
    ['arrayjobid', 16],
    ['arraytaskid', 16],
    ['jobid', 16],
    ['state', 20],
    ['reason', 64],
    ['restartcnt', 8],
    ['nodelist', 64],
    ['name', 128],
  ] as const),
];

export const squeueColumns = columns.map(([name, width]) => `${name}:${width}`).join(',');

/** Lines of `squeue -h -r -O` with these columns: a task a line. */
export function parseSqueueText(stdout: string): readonly SlurmEntry[] {
  return stdout.split('\n').flatMap((line): SlurmEntry[] => {
    const cells: string[] = [];
    let at = 0;
    for (const [, width] of columns) {
      cells.push(line.slice(at, at + width).trim());
      at += width;
    }
    const [array = '', task = '', rawId = '', state = '', reason = '', restarts = '', node = '', name = ''] =
      cells;
    if (!/^\d+$/.test(rawId)) return [];
    const isTask = /^\d+$/.test(task);
    return [
      {
        ...{ rawId, name, state, reason, node, restarts: Number(restarts) || 0 },
        id: isTask ? `${array}_${task}` : rawId,
        task: isTask ? Number(task) : null,
      },
    ];
  });
}

/** What `sacct` is asked for, in this order. */
export const sacctFormat = 'JobID,JobIDRaw,JobName,State,NodeList';

/**
 * Lines of `sacct -n -P -X -D` with that format. A job that Slurm put back into its queue has a line for each time it
 * began, the oldest first: the n-th of an id is its n-th restart.
 */
export function parseSacct(stdout: string): readonly SlurmEntry[] {
  const seen = new Map<string, number>();
  return stdout.split('\n').flatMap((line): SlurmEntry[] => {
    const cells = line.split('|');
    const [ids = '', rawId = '', name = '', state = '', node = ''] = cells;
    if (cells.length < 5 || !/^\d+/.test(ids)) return [];
    const word = /^[A-Z_]+/.exec(state)?.[0] ?? '';
    const by = /^CANCELLED by (\S+)/.exec(state)?.[1];
    return expandIds(ids).map(({ id, task }) => {
      const restarts = seen.get(id) ?? 0;
      seen.set(id, restarts + 1);
      return {
        ...{ id, task, rawId, name, state: word, reason: '', restarts },
        node: node === 'None assigned' ? '' : node,
        ...(by === undefined ? {} : { cancelledBy: by }),
      };
    });
  });
}

/** `12`, `12_3`, `12_[4-6]`. */
function expandIds(text: string): { id: string; task: number | null }[] {
  const [job = '', tasks] = text.split('_');
  if (tasks === undefined) return [{ id: job, task: null }];
  return expandTasks(tasks).map((task) => ({ id: `${job}_${task}`, task }));
}

/** What `sacct -c` is asked for: records of finished jobs where there is no accounting. It knows arrays by raw numbers. */
export const jobcompFormat = 'JobID,JobName,State,NodeList';

export function parseJobcomp(stdout: string): readonly SlurmEntry[] {
  return stdout.split('\n').flatMap((line): SlurmEntry[] => {
    const cells = line.split('|');
    const [rawId = '', name = '', state = '', node = ''] = cells;
    if (cells.length < 4 || !/^\d+$/.test(rawId)) return [];
    return [{ ...{ id: rawId, rawId, name, state, node }, task: null, reason: '', restarts: 0 }];
  });
}
