import { statSync, truncateSync } from 'node:fs';
import type { Clock, Host, Journal, WorkspaceFiles } from '../../src/core/ports';
import type { IntentSource } from '../../src/engine/intents';
import type { CrashPoint } from './crashPoint';

/** A host whose operations are moments at which the process may stop. Everything else is the host's own doing. */
export function crashingHost(host: Host, point: CrashPoint): Host {
  const { id, bridgeFolder } = host;
  return {
    id,
    bridgeFolder,
    ready: () => host.ready(),
    exec: (argv, options) => point.change(`exec ${argv[0]}`, () => host.exec(argv, options)),
    read: (path, from, max) => point.look(`read ${tail(path)}`, () => host.read(path, from, max)),
    write: (path, content) => point.change(`write ${tail(path)}`, () => host.write(path, content)),
    createFolder: (path, files) =>
      point.change(`create folder ${tail(path)}`, () => host.createFolder(path, files)),
    create: (path, content) => point.change(`create ${tail(path)}`, () => host.create(path, content)),
    glob: (folder, patterns) => point.look(`glob ${patterns.join()}`, () => host.glob(folder, patterns)),
    start: (argv) => point.change(`start ${tail(argv[2] ?? '')}`, () => host.start(argv)),
    states: (processes) => point.look('states', () => host.states(processes)),
    findByArgument: (word) => point.look('find by argument', () => host.findByArgument(word)),
    findByVariable: (name, value) => point.look('find by variable', () => host.findByVariable(name, value)),
    groupAlive: (leader) => point.look('group alive', () => host.groupAlive(leader)),
    signalGroup: (leader, signal) => point.change('signal group', () => host.signalGroup(leader, signal)),
    signal: (processes, signal) => point.change('signal', () => host.signal(processes, signal)),
    boot: () => point.look('boot', () => host.boot()),
    watchFolder: (folder, changed) =>
      host.watchFolder(folder, (name) => {
        if (point.stoppedAt === null) changed(name);
      }),
  };
}

/** `path`: the segment, which a stop in the middle of a commit leaves cut in the middle of what was written. */
export function crashingJournal(journal: Journal, path: string, point: CrashPoint): Journal {
  return {
    fence: journal.fence,
    append: (events) =>
      point.changeNow(`append ${events.map(({ type }) => type).join()}`, () => journal.append(events)),
    commit: () => {
      const { size } = statSync(path);
      return point.change(
        'commit',
        () => journal.commit(),
        () => truncateSync(path, size + Math.ceil((statSync(path).size - size) * 0.6)),
      );
    },
    close: () => journal.close(),
  };
}

export function crashingFiles(files: WorkspaceFiles, point: CrashPoint): WorkspaceFiles {
  return {
    root: files.root,
    read: (path) => point.look(`read ${path}`, () => files.read(path)),
    write: (path, text) => point.change(`write ${path}`, () => files.write(path, text)),
    exists: (path) => point.look(`exists ${path}`, () => files.exists(path)),
    list: (folder) => point.look(`list ${folder}`, () => files.list(folder)),
    hash: (path) => point.look(`hash ${path}`, () => files.hash(path)),
    codeHashes: (excluded, named) => point.look('hash the code', () => files.codeHashes(excluded, named)),
  };
}

export function crashingInbox(inbox: IntentSource, point: CrashPoint): IntentSource {
  return {
    list: () => inbox.list(),
    remove: (id) => point.changeNow('remove an intent', () => inbox.remove(id)),
  };
}

/** A stopped process does not wake up. */
export function crashingClock(clock: Clock, point: CrashPoint): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal);
      if (point.stoppedAt !== null) await new Promise(() => undefined);
    },
  };
}

function tail(path: string): string {
  return path.split('/').slice(-3).join('/');
}
