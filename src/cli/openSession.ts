import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../core/run/event';
import type { StudyState } from '../core/run/state';
import { describeProblem } from '../core/text/span';
import { Session } from '../engine/session';
import { type BridgeFolder, bridgeFolder, ensureBridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { type Acquired, acquireJournal, type FileJournal, Silence, thisProcess } from '../store/journal';
import { JournalReader } from '../store/journalReader';
import type { Holder } from '../store/segment';
import { metricsOf } from '../store/metricFiles';
import { findWandbLogin } from '../store/wandb/wandbLogin';
import { WandbMetrics } from '../store/wandb/wandbMetrics';
import { readSettings, workspaceSettingsPath } from '../store/settings';
import { Snapshots } from '../store/snapshots';
import { systemClock } from '../store/systemClock';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { sha256 } from '../util/sha256';
import { agentPorts } from './agentPorts';
import { type EditorReach, editorReach, keyFor } from './editorReach';
import { Notifier } from './notifier';
import { notifySettings } from '../core/run/news';
import { readUserSettings } from '../store/editorSettings';
import { findVastKey, vastKeyName } from './rented/vastKey';
import { optionsFor } from './callOptions';
import { sizeHeapFor } from './heap';
import { CliError, exitCode, type CliIo } from './io';
import { reviewParts, writersOf } from './reviewers';
import { terminalAsk } from './sshAsk';
import { Targets } from './targets';
import { tellDamaged, unreadableRecord } from './workspace';
import { timeoutSignal } from '../util/timeoutSignal';

export interface OpenedSession {
  readonly session: Session;
  /** Aborted when the record was deleted or moved away: there is nothing to drive any more. */
  readonly gone: AbortSignal;
  /** The same, looked at now: whoever finds it out otherwise need not wait for the signal. */
  isGone(): boolean;
  close(): Promise<void>;
}

export type Opened =
  { readonly kind: 'held'; readonly holder: Holder } | ({ readonly kind: 'open' } & OpenedSession);

/** Takes the workspace's journal and opens a session on this machine; says who holds it when somebody does. */
export function openSession(
  root: string,
  purpose: string,
  io: CliIo,
  heard: (event: RunEvent, state: () => StudyState) => void,
  silence = new Silence(),
): Opened {
  const folder = bridgeFolder(root);
  const workspaceId = prepare(root);
  const acquired = acquire(folder, purpose, silence);
  if (acquired.kind === 'held') return acquired;
  const journal: FileJournal = acquired.journal;
  const reader = new JournalReader(folder.journal);
  const past = reader.next();
  tellDamaged(reader, io);
  const reach = editorReach(root, purpose === 'supervise', io);
  const snapshots = new Snapshots(join(folder.path, 'snapshots'), root);
  const targets: Targets = new Targets({
    ...{ root, bridgeFolder: folder.path, workspaceId, snapshots, clock: systemClock, ask: terminalAsk() },
    key: async (signal) => findVastKey() ?? keyFor(vastKeyName, '', reach, signal),
    state: () => session.state,
    complain: (sentence) => io.note(sentence),
  });
  const { backend } = targets;
  const files = new LocalWorkspaceFiles(root, journal.writing);
  const resident = purpose === 'supervise';
  const notifier = notifierFor(root, resident ? reach : null, () => session.state, io);
  const session: Session = new Session({
    ...{
      journal,
      past,
      backend,
      files,
      clock: systemClock,
      inbox: new Inbox(folder.inbox),
      agents: agentPorts(root, purpose === 'supervise' || process.stdin.isTTY === true, reach, io),
      workspaceId,
      hash: sha256,
      metrics: metricsOf(
        new WandbMetrics({
          login: findWandbLogin,
          clock: systemClock,
          tell: (sentence) => io.note(sentence),
        }),
      ),
      snapshots,
      home: targets.local,
      rented: targets.vast,
      hostOf: (id: string) => targets.machine(id),
    },
    offset: (atMs) => -new Date(atMs).getTimezoneOffset(),
    options: (overrides) => optionsFor(root, overrides, io),
    quote: (study) => targets.quote(study),
    review: (said) => reviewParts(root, said, files, io, reach, writersOf(session.state)),
    heard: (event) => {
      if (event.type === 'study.declared') sizeHeapFor(event.study.jobs.length);
      notifier.heard(event);
      heard(event, () => session.state);
    },
    complain: (sentence) => io.note(sentence),
    problems: (problems) => {
      for (const problem of problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
    },
  });
  sizeHeapFor(session.state.study === null ? Number.POSITIVE_INFINITY : session.state.jobs.size);
  // A wish that is put into the inbox is taken at once, not at the next poll.
  const watcher = watch(folder.inbox, () => session.wake());
  watcher.on('error', () => watcher.close());
  return {
    kind: 'open',
    session,
    gone: journal.gone,
    isGone: () => journal.gone.aborted || !existsSync(folder.journal),
    close: async () => {
      watcher.close();
      await notifier.flush();
      await reach.close();
      await targets.close();
      await journal.close();
    },
  };
}

const webhookName = 'BRIDGE_NOTIFY_WEBHOOK';
/** An editor that is open answers within this. */
const briefMs = 1000;
let webhook: string | null = null;

/** Tells the person who is elsewhere. The address is taken out of the environment, so that no run inherits it. */
function notifierFor(root: string, reach: EditorReach | null, state: () => StudyState, io: CliIo): Notifier {
  let editor = reach;
  webhook ??= process.env[webhookName] || null;
  delete process.env[webhookName];
  const settings = notifySettings(readUserSettings(root), readSettings(workspaceSettingsPath(root)), {});
  for (const problem of settings.problems) io.note(problem);
  return new Notifier({
    ...{ root, settings },
    webhook: async () => {
      if (webhook === null && editor !== null)
        webhook = await keyFor(webhookName, '', editor, timeoutSignal(briefMs)).catch(() => null);
      // An editor that is not there, or has none, is not asked again by this session.
      editor = null;
      return webhook;
    },
    study: () => state().study?.topic ?? root,
    complain: (sentence) => io.note(sentence),
  });
}

function acquire(folder: BridgeFolder, purpose: string, silence: Silence): Acquired {
  try {
    return acquireJournal(folder.journal, thisProcess(purpose), systemClock, silence);
  } catch (error) {
    throw unreadableRecord(folder.root, error);
  }
}

function prepare(root: string): string {
  try {
    return ensureBridgeFolder(bridgeFolder(root));
  } catch (error) {
    throw new CliError(
      `${bridgeFolder(root).path} cannot be written (${(error as Error).message}). Bridge keeps its record there; make the folder writable.`,
      exitCode.missingEnvironment,
      { cause: error },
    );
  }
}
