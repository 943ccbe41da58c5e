import { existsSync, realpathSync, statSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunEvent } from '../core/run/event';
import { type RequestedOptions, resolveOptions } from '../core/run/options';
import { StateFold } from '../core/run/reduce';
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
import { readSettings, userSettingsPath, workspaceSettingsPath } from '../store/settings';
import { Snapshots } from '../store/snapshots';
import { systemClock } from '../store/systemClock';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { sha256 } from '../util/sha256';
import { agentPorts } from './agentPorts';
import { type EditorReach, editorReach, keyFor } from './editorReach';
import { Notifier } from './notifier';
import { notifySettings } from '../core/run/news';
import { readUserSettings } from '../store/editorSettings';
import { CliError, exitCode, type CliIo } from './io';
import { reviewParts } from './reviewers';
import { terminalAsk } from './sshAsk';
import { Targets } from './targets';

/** The workspace that a call is about: an existing folder, absolute, links resolved. */
export function workspaceRoot(option: string | undefined): string {
  const root = resolve(option ?? '.');
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new CliError(`the workspace ${root} is not a folder.`, exitCode.wrongInput);
  return realpathSync(root);
}

/** Options for a study, from the person's settings, the workspace's, and what this call says. */
export function optionsFor(
  root: string,
  call: Readonly<Record<string, unknown>>,
  io: CliIo,
): RequestedOptions {
  // What this call says is not guessed at: a value that is none ends it.
  const { problems: wrong } = resolveOptions({ user: {}, workspace: {}, call });
  if (wrong.length > 0) throw new CliError(wrong.join(' '), exitCode.wrongInput);
  try {
    const { options, problems } = resolveOptions({
      user: readSettings(userSettingsPath()),
      workspace: readSettings(workspaceSettingsPath(root)),
      call,
    });
    for (const problem of problems) io.note(problem);
    return options;
  } catch (error) {
    throw new CliError((error as Error).message, exitCode.wrongInput, { cause: error });
  }
}

/** `--set bridge.key=JSON`, as often as it is given. */
export function parseSets(sets: readonly string[] = []): Record<string, unknown> {
  return Object.fromEntries(
    sets.map((set) => {
      const [, key, value] = /^bridge\.([\w.]+)=(.*)$/s.exec(set) ?? [];
      if (key === undefined || value === undefined)
        throw new CliError(`--set takes bridge.KEY=JSON, not ${JSON.stringify(set)}.`, exitCode.wrongInput);
      try {
        return [key, JSON.parse(value) as unknown];
      } catch {
        throw new CliError(
          `--set bridge.${key}: ${value} is not JSON. Text needs quotes: --set 'bridge.${key}="${value}"'.`,
          exitCode.wrongInput,
        );
      }
    }),
  );
}

/** The journal as it stands, without touching anything. With `io`, damaged records are named. */
export function readState(root: string, io: CliIo | null = null): StudyState {
  const fold = new StateFold();
  const reader = new JournalReader(bridgeFolder(root).journal);
  try {
    fold.apply(reader.next());
  } catch (error) {
    throw unreadableRecord(root, error);
  }
  if (io) tellDamaged(reader, io);
  return fold.state;
}

function tellDamaged(reader: JournalReader, io: CliIo): void {
  for (const line of reader.damaged)
    io.note(`The journal has a damaged record, which is passed over: ${line}`);
}

function unreadableRecord(root: string, error: unknown): CliError {
  return new CliError(
    `the record in ${bridgeFolder(root).path} cannot be read (${(error as Error).message}). Make it readable and call again; results and tracker do not depend on it.`,
    exitCode.missingEnvironment,
    { cause: error },
  );
}

export interface OpenedSession {
  readonly session: Session;
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
    review: (said) => reviewParts(root, said, files, io, reach),
    heard: (event) => {
      notifier.heard(event);
      heard(event, () => session.state);
    },
    complain: (sentence) => io.note(sentence),
    problems: (problems) => {
      for (const problem of problems) io.note(`${problem.severity}: ${describeProblem(problem)}`);
    },
  });
  // A wish that is put into the inbox is taken at once, not at the next poll.
  const watcher = watch(folder.inbox, () => session.wake());
  watcher.on('error', () => watcher.close());
  return {
    kind: 'open',
    session,
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
        webhook = await keyFor(webhookName, '', editor, AbortSignal.timeout(briefMs)).catch(() => null);
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

/** Aborts on Ctrl-C and on a polite kill. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
}
