import { createHash, randomUUID } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachineBackend } from '../../src/backends/machine/backend';
import type { Clock } from '../../src/core/ports';
import type { ProcessIdentity } from '../../src/core/run/jobHandle';
import { defaultOptions } from '../../src/core/run/options';
import { type Outcome, Session } from '../../src/engine/session';
import type { LoadRequest } from '../../src/engine/stages/parse';
import { LocalHost } from '../../src/hosts/local/host';
import { agentSettings } from '../../src/core/agents/agentSettings';
import { FileAsks } from '../../src/store/asks';
import { readCodeTexts } from '../../src/store/codeTexts';
import { WorkCopy } from '../../src/store/workCopy';
import { FileChanges } from '../../src/store/changes';
import { bridgeFolder, ensureBridgeFolder } from '../../src/store/bridgeFolder';
import { metricFiles } from '../../src/store/metricFiles';
import { Inbox } from '../../src/store/inbox';
import { acquireJournal, Silence } from '../../src/store/journal';
import { JournalReader } from '../../src/store/journalReader';
import { segmentPath } from '../../src/store/segment';
import { systemClock } from '../../src/store/systemClock';
import { LocalWorkspaceFiles } from '../../src/store/workspaceFiles';
import { bootId } from '../../src/util/processIdentity';
import {
  crashingClock,
  crashingFiles,
  crashingHost,
  crashingInbox,
  crashingJournal,
} from '../fakes/crashing';
import type { CrashPoint } from '../fakes/crashPoint';

/** Beyond what the kernel gives out (pid_max is at most 4194304): provably dead for whoever looks. */
let nextPid = 5_000_000;

export const planRequest: LoadRequest = {
  ...{ kind: 'plan', plan: null, tracker: null, manifest: null, target: 'local' },
  options: { ...defaultOptions, codeReview: false, maxParallelRuns: 10 },
};

const noAgents = agentSettings({ user: {}, workspace: {}, call: {} }, 'full').settings;

export interface SimulatedOptions {
  readonly clock?: Clock;
  /** What is done with the session; the default repeats `bridge run --yes`. */
  readonly act?: (session: Session, signal: AbortSignal) => Promise<Outcome>;
  readonly said?: (sentence: string) => void;
}

/**
 * A driver in this process that is, for everything it leaves on the disk, a process of its own: it holds the journal
 * under an identity that is dead for others, and stops for good at the crash point.
 */
export async function driveUntil(
  root: string,
  point: CrashPoint,
  { clock = systemClock, act, said }: SimulatedOptions = {},
): Promise<Outcome | 'stopped'> {
  const folder = bridgeFolder(root);
  const workspaceId = ensureBridgeFolder(folder);
  const identity: ProcessIdentity = { pid: nextPid++, startTime: '1', bootId: bootId() };
  const acquired = acquireJournal(
    folder.journal,
    { purpose: 'test', identity, leaseMs: 15_000 },
    clock,
    new Silence(),
  );
  if (acquired.kind === 'held') throw new Error(`held by ${acquired.holder.pid} on ${hostname()}`);
  const { journal } = acquired;
  const host = crashingHost(new LocalHost(folder.path), point);
  const session = new Session({
    journal: crashingJournal(journal, segmentPath(folder.journal, journal.fence), point),
    past: new JournalReader(folder.journal).next(),
    backend: new MachineBackend(host),
    files: crashingFiles(new LocalWorkspaceFiles(root, journal.writing), point),
    clock: crashingClock(clock, point),
    inbox: crashingInbox(new Inbox(folder.inbox), point),
    agents: {
      ...{ changes: new FileChanges(root, folder.path), asks: new FileAsks(folder.path), newId: randomUUID },
      ...{ redact: (text) => text, settings: () => noAgents, attended: false, author: () => null },
      ...{
        traces: () => ({ mode: 'off', record: async () => null }),
        folderOf: (work) => join(tmpdir(), work),
      },
      makeFolder: (folder) => WorkCopy.make(root, folder),
      ...{ removeFolder: (folder) => WorkCopy.remove(folder), endOrphans: async () => undefined },
      cloneBaseRepo: async () => ({ kind: 'failed', why: 'there is no network here' }),
      exec: async () => ({ code: 1, output: '' }),
      code: (usesBaseRepo) => readCodeTexts(root, usesBaseRepo),
    },
    workspaceId,
    home: host,
    hostOf: () => null,
    metrics: metricFiles,
    offset: () => 0,
    options: () => planRequest.options,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    heard: () => undefined,
    complain: (sentence) => said?.(sentence),
    problems: (problems) => problems.forEach((problem) => said?.(`${problem.severity}: ${problem.message}`)),
  });
  const signal = new AbortController().signal;
  const acting = (act ?? ((it) => it.run(planRequest, 'yes', 'test', signal)))(session, signal);
  const died = point.stopped.then(() => 'stopped' as const);
  try {
    return await Promise.race([acting, died]);
  } catch (error) {
    if (point.stoppedAt !== null) return 'stopped';
    throw error;
  } finally {
    acting.catch(() => undefined);
    if (point.stoppedAt === null) await journal.close();
    else journal.abandon();
  }
}
