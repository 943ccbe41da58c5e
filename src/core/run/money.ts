import { attemptMs } from './attemptTime';
import type { Charge } from './charge';
import { levelOf, type Budget } from './budget';
import type { JobState, StudyState } from './state';

const hourMs = 3_600_000;

interface Span {
  readonly milestone: string;
  readonly from: number;
  readonly to: number;
}

/**
 * What a study has cost and will cost. A rented machine costs from when it is had until it is gone, whether anything runs
 * on it or not. A machine that nobody rented costs `bridge.budget.usdPerHour` while runs are on it, once however many
 * share it. What a milestone used is its share of the time that runs held the machine; what no run held stands
 * under ''.
 */
export function moneyOf(state: StudyState, now: number): Budget {
  const { study } = state;
  const cap = study?.options['budget.usd'] ?? null;
  const used = usedByMilestone(state, now);
  const price = priceOf(state);
  const slots = Math.max(1, study?.maxParallel ?? study?.options.maxParallelRuns ?? 1);
  const milestones = new Map<string, { planned: number | null; left: number | null }>();
  for (const job of state.jobs.values()) {
    if (job.obsolete) continue;
    const { planned, left } = expected(job, price / slots, now);
    const id = milestoneOf(job);
    const entry = milestones.get(id) ?? { planned: 0, left: 0 };
    milestones.set(id, { planned: plus(entry.planned, planned), left: plus(entry.left, left) });
  }
  for (const id of used.keys()) if (!milestones.has(id)) milestones.set(id, { planned: 0, left: 0 });
  const all = [...milestones].map(([milestone, { planned, left }]) => {
    const spent = used.get(milestone) ?? 0;
    return { milestone, planned, used: spent, forecast: plus(spent, left) };
  });
  const total = all.reduce((sum, each) => sum + each.used, 0);
  return {
    used: total,
    planned: all.reduce<number | null>((sum, each) => plus(sum, each.planned), 0),
    forecast: all.reduce<number | null>((sum, each) => plus(sum, each.forecast), 0),
    cap,
    limit: cap,
    level: levelOf(total, cap),
    milestones: all.filter(({ milestone, used: spent }) => milestone !== '' || spent > 0),
  };
}

/** What an hour of the target's machines costs: what is held now, else what was said before anything was. */
function priceOf({ charges, study }: StudyState): number {
  const held = [...charges.values()].filter(({ to }) => to === null).map(({ usdPerHour }) => usdPerHour);
  const own = study?.options['budget.usdPerHour'] ?? 0;
  return held.length > 0 ? Math.max(...held) : (study?.usdPerHour ?? own);
}

function expected(
  job: JobState,
  usdPerHour: number,
  now: number,
): { planned: number | null; left: number | null } {
  const open = ['pending', 'running', 'paused'].includes(job.phase.kind);
  if (usdPerHour === 0) return { planned: 0, left: 0 };
  const hours = job.job.estimatedHours;
  if (hours === null) return { planned: null, left: open ? null : 0 };
  const last = job.attempts.at(-1);
  const running = job.phase.kind === 'running' && last?.startedAt != null;
  const done = running ? (now - last.startedAt) / hourMs : 0;
  return { planned: hours * usdPerHour, left: open ? Math.max(0, hours - done) * usdPerHour : 0 };
}

function usedByMilestone(state: StudyState, now: number): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  const add = (milestone: string, usd: number) => used.set(milestone, (used.get(milestone) ?? 0) + usd);
  const own = state.study?.options['budget.usdPerHour'] ?? 0;
  const rented = new Map<string, Charge[]>();
  for (const charge of state.charges.values())
    rented.set(charge.host, [...(rented.get(charge.host) ?? []), charge]);
  if (rented.size === 0 && own === 0) return used;
  const spans = spansByHost(state, now);
  for (const [host, charges] of rented) {
    const usd = charges.reduce((sum, charge) => sum + costOf(charge, now), 0);
    const heldMs = charges.reduce((sum, { from, to }) => sum + Math.max(0, (to ?? now) - from), 0);
    const on = spans.get(host) ?? [];
    const busy = heldMs > 0 ? Math.min(1, unionMs(on) / heldMs) : 0;
    share(on, usd * busy, add);
    add('', usd * (1 - busy));
  }
  for (const [host, on] of spans)
    if (own > 0 && !rented.has(host)) share(on, (unionMs(on) / hourMs) * own, add);
  return used;
}

function costOf({ usd, usdPerHour, from, to }: Charge, now: number): number {
  return usd ?? (usdPerHour * Math.max(0, (to ?? now) - from)) / hourMs;
}

function spansByHost(state: StudyState, now: number): ReadonlyMap<string, readonly Span[]> {
  const hosts = new Map<string, Span[]>();
  for (const job of state.jobs.values())
    for (const attempt of job.attempts) {
      const { host, startedAt: from } = attempt;
      if (from === null) continue;
      const span = { milestone: milestoneOf(job), from, to: from + (attemptMs(attempt, now) ?? 0) };
      const known = hosts.get(host);
      if (known) known.push(span);
      else hosts.set(host, [span]);
    }
  return hosts;
}

/** Milliseconds in which at least one of them was. */
function unionMs(spans: readonly Span[]): number {
  let ms = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    ms += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return ms;
}

function share(spans: readonly Span[], usd: number, add: (milestone: string, usd: number) => void): void {
  const all = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  if (all > 0) for (const { milestone, from, to } of spans) add(milestone, (usd * (to - from)) / all);
}

const milestoneOf = ({ job }: JobState) => job.milestone ?? job.phase ?? '';

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** What the person is told when a level is reached. */
export function describeMoney({ used, limit, level }: Budget): string {
  const money = `$${used.toFixed(2)} of $${(limit ?? 0).toFixed(2)} (bridge.budget.usd) are spent`;
  return level === 'spent'
    ? `${money}: nothing more starts, and what runs is stopped. Set bridge.budget.usd higher to go on.`
    : `${money}, more than 80 %.`;
}
