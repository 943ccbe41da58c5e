import * as v from 'valibot';

/** An app as `modal app list --json` tells of it. Column names have changed between versions, in letters and spaces. */
export interface ModalApp {
  readonly id: string;
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'unknown';
}

const stopped = /^(?:stopped|stopping|disabled)$/;
const running = /^(?:ephemeral|running|deployed|initializing|detached)\b/;

/** Null: it is no list of apps. */
export function parseApps(stdout: string): readonly ModalApp[] | null {
  const rows = v.safeParse(v.array(v.record(v.string(), v.unknown())), json(stdout));
  if (!rows.success) return null;
  return rows.output.flatMap((row) => {
    const cells = new Map(Object.entries(row).map(([name, value]) => [plain(name), value]));
    const text = (...names: string[]) => {
      const value = names.map((name) => cells.get(name)).find((each) => typeof each === 'string');
      return typeof value === 'string' ? value : '';
    };
    const id = text('appid', 'id');
    const state = text('state', 'status').toLowerCase();
    if (id === '') return [];
    return [
      {
        id,
        name: text('description', 'name', 'appname'),
        state: stopped.test(state)
          ? ('stopped' as const)
          : running.test(state)
            ? ('running' as const)
            : ('unknown' as const),
      },
    ];
  });
}

/** Names of files in a folder, from `modal volume ls VOLUME PATH --json`; null: it is no listing. */
export function parseListing(stdout: string): readonly string[] | null {
  const rows = v.safeParse(v.array(v.record(v.string(), v.unknown())), json(stdout));
  if (!rows.success) return null;
  return rows.output.flatMap((row) => {
    const path = Object.entries(row).find(([name]) => /^(?:filename|path|name)$/.test(plain(name)))?.[1];
    return typeof path === 'string' ? [path.split('/').at(-1) ?? ''] : [];
  });
}

/** What the launcher's function wrote at its end. */
export type ModalEnd =
  | { readonly ended: 'preempted'; readonly at: number }
  | {
      readonly code: number;
      readonly seconds: number;
      /** Seconds since the epoch. */
      readonly at: number;
      /** Relative to the run's folder. */
      readonly outputs: readonly string[];
    };

const endSchema = v.union([
  v.object({ ended: v.literal('preempted'), at: v.number() }),
  v.object({ code: v.number(), seconds: v.number(), at: v.number(), outputs: v.array(v.string()) }),
]);

/** Null: it is not whole yet. */
export function parseEnd(text: string): ModalEnd | null {
  const parsed = v.safeParse(endSchema, json(text));
  return parsed.success ? parsed.output : null;
}

/** The app that `modal run` made, from what it prints; null: it has not said so yet. */
export function parseAppId(text: string): string | null {
  return /\bap-[A-Za-z0-9]{6,}\b/.exec(text)?.[0] ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
