import type { RunEvent, RunEventType } from './event';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const textOrNull: Check = (value) => value === null || text(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
// A journal of 10,000 runs has 10,000 jobs in one record: what is to be looked at is laid out once.
const record = (fields: Fields = {}): Check => {
  const names = Object.keys(fields);
  const checks = Object.values(fields);
  return (value) => {
    if (!isRecord(value)) return false;
    for (let at = 0; at < names.length; at++) if (!checks[at]!(value[names[at]!])) return false;
    return true;
  };
};
const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const by = text;
const why = text;
const job = text;
const key = text;
const failure = record({ class: text, message: text, evidence: list(text), advice: text });
const declaredJob = record({
  ...{ id: text, phase: textOrNull, milestone: textOrNull, command: text, cwd: text, setup: text },
  ...{ environment: record({ kind: text }), expectedOutputs: list(text), metrics: list(record()) },
  ...{ dependsOn: list(text), preconditions: list(record()), retry: record({ attemptsByClass: record() }) },
  ...{ priority: number, parameters: record() },
});
const study = record({
  ...{ kind: text, title: text, manifestPath: text, target: text, options: record() },
  ...{ milestones: list(record({ id: text, kind: text })), runs: list(record({ id: text })) },
  ...{ jobs: list(declaredJob), criteria: list(record()), baselines: record(), data: list(text) },
  ...{ notes: list(text), gpuFreeThresholdMiB: number },
});
const checkpoint = record({
  ...{ hash: text, milestones: list(record({ id: text })), sanity: record(), files: record() },
  ...{ notes: list(text), changes: list(text) },
});
const gpu = record({ id: text, name: text, state: text });

/**
 * What the fold and those who read it rely on, by kind of value; fields that may be absent in older journals are
 * not asked for, a word that is new is for the fold to pass over, and of an event without a row only type and time
 * are asked for.
 */
const fields: Readonly<Partial<Record<RunEventType, Fields>>> = {
  'study.declared': { study, by },
  'stage.started': { stage: text },
  'stage.ended': { stage: text, outcome: text, note: text },
  'checkpoint.shown': { checkpoint },
  'checkpoint.approved': { hash: text, milestones: list(text), by },
  'checkpoint.rejected': { hash: text, reason: text, by },
  'checkpoint.voided': { hash: text, changes: list(text) },
  'review.finished': { document: record({ findings: list(record()) }), round: number, hash: text },
  'finding.waived': { finding: text, reason: text, by },
  'gate.judged': { milestone: text, verdict: text, why, by },
  'attempt.requested': { job, attempt: number, key, host: text, gpus: list(text) },
  'attempt.queued': { key, handle: record(), why: textOrNull },
  'attempt.started': { key, handle: record() },
  'attempt.unreachable': { key, why },
  'attempt.abandoned': { key, why, by },
  'attempt.cleared': { key },
  'attempt.stopping': { key, reason: text, by },
  'attempt.exited': { key, exit: record({ code: number }) },
  'attempt.lost': { key, cause: text, why },
  'capacity.seen': { host: text, gpus: list(gpu), missing: list(text) },
  'job.completed': { job, key, metrics: list(record({ name: text })) },
  'job.failed': { job, failure },
  'job.skipped': { job, why },
  'job.cancelled': { job, by },
  'job.retried': { job, why, delayMs: number, by, cause: optional(text) },
  'job.paused': { job, by },
  'job.resumed': { job, by },
  'job.prioritised': { job, priority: number, by },
  'budget.reached': { level: text, usedGpuHours: number, limitGpuHours: number, why },
  'money.reached': { level: text, usedUsd: number, limitUsd: number, why },
  'cost.started': { charge: text, host: text, usdPerHour: number },
  'cost.ended': { charge: text },
  'rental.requested': {
    rental: text,
    offer: record({ usdPerHour: number }),
    terms: record({ provider: text }),
  },
  'rental.found': { rental: text, id: text },
  'rental.ready': { rental: text, address: record({ host: text, port: number }) },
  'rental.ending': { rental: text, why, by },
  'rental.gone': { rental: text, why },
  'job.flagged': { job, why },
  'tracker.writing': { cells: list(record({ job, status: text, notes: text })) },
  'tracker.written': { job, status: text, notes: text },
  'tracker.disputed': { job, theirs: text, ours: text },
  'report.written': { path: text, sha256: text },
  'intent.taken': { id: text, intent: text, by },
  'intent.refused': { intent: text, why, by },
  'study.ended': { outcome: text, note: text },
};

const shapes: ReadonlyMap<string, Check> = new Map(
  Object.entries(fields).map(([type, each]) => [type, record(each)]),
);

/**
 * A line of the journal that JSON could read, as an event; null: it has not the form of one. A type that this version
 * does not know is an event all the same: the fold passes over it.
 */
export function parseEvent(value: unknown): RunEvent | null {
  if (!isRecord(value) || !text(value.type) || !number(value.at)) return null;
  const shape = shapes.get(value.type as string);
  return shape === undefined || shape(value) ? (value as unknown as RunEvent) : null;
}
