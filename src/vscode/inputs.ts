import * as vscode from 'vscode';
import { inputPlaces } from '../engine/inputs';
import type { StudyInputs } from '../views/input';
import type { StudyReader } from './reading/studyReader';
import { settings } from './settings';

const watched =
  '{EXPERIMENT_PLAN.md,EXPERIMENT_TRACKER.md,experiments.yaml,experiments.yml,CLAUDE.md,AGENTS.md}';
/** How long typing must pause before the documents are read anew. */
const pauseMs = 300;
/** Reading may take at most this share of the time: 10,000 runs take a second to read, and a tracker changes often. */
const readingShare = 0.25;

export interface WatchedInputs extends vscode.Disposable {
  /** The documents have been read once. */
  readonly ready: Promise<void>;
  /** Resolves when what stands in the editors at this moment has been read. */
  fresh(): Promise<void>;
}

/** Reads the documents now and whenever they change, on the disk or in an editor, once typing pauses. */
export function watchInputs(
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
  reader: StudyReader,
  changed: (inputs: StudyInputs) => void,
): WatchedInputs {
  let timer: NodeJS.Timeout | null = null;
  let last = new Map<string, string | null>();
  let reading: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;
  let disposed = false;
  let tookMs = 0;
  const read = async () => {
    try {
      const texts = await readTexts(folder, null);
      if (disposed || same(texts, last)) return;
      last = texts;
      const begun = performance.now();
      const { target } = settings({});
      const inputs = await reader.read({ texts, plan: null, target }, { keep: true });
      if (disposed) return;
      tookMs = performance.now() - begun;
      log.debug(`documents read in ${tookMs.toFixed(1)} ms`);
      changed(inputs);
    } catch (error) {
      log.error(error as Error);
    }
  };
  const now = () =>
    (queued ??= reading =
      reading.then(() => {
        queued = null;
        return read();
      }));
  const soon = (ms: number) => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      void now();
    }, ms);
  };
  const pause = () => Math.max(pauseMs, tookMs / readingShare);
  // Runs that end one after the other must not put the reading off for ever: a change that waits is not put back.
  const touched = () => {
    if (timer === null) soon(pause());
  };
  // Two patterns: an alternative that is empty matches nothing.
  const watchers = [`refine-logs/${watched}`, watched].map((pattern) =>
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern)),
  );
  const owned = [
    ...watchers,
    ...watchers.flatMap((watcher) => [
      watcher.onDidCreate(touched),
      watcher.onDidChange(touched),
      watcher.onDidDelete(touched),
    ]),
    // What the editor itself makes and removes is known at once, wherever no watcher reaches.
    vscode.workspace.onDidCreateFiles(touched),
    vscode.workspace.onDidDeleteFiles(touched),
    vscode.workspace.onDidRenameFiles(touched),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isInput(folder, document)) soon(pause());
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (isInput(folder, document)) soon(0);
    }),
  ];
  return {
    ready: now(),
    fresh: async () => {
      // Whatever has changed in an editor has set the timer; nothing else needs to be waited for.
      if (timer !== null) {
        clearTimeout(timer);
        timer = null;
        return now();
      }
      return reading;
    },
    dispose: () => {
      disposed = true;
      if (timer !== null) clearTimeout(timer);
      for (const each of owned) each.dispose();
    },
  };
}

/** What the documents say, with what stands in editors and is not saved yet, for a plan that the person named. */
export async function readInputs(
  folder: vscode.WorkspaceFolder,
  reader: StudyReader,
  plan: string | null,
): Promise<StudyInputs> {
  const texts = await readTexts(folder, plan);
  return reader.read({ texts, plan, target: settings({}).target }, { keep: false });
}

/** Every text that a study may be read from. Where a document has several places, those behind the first are left out. */
async function readTexts(
  folder: vscode.WorkspaceFolder,
  plan: string | null,
): Promise<Map<string, string | null>> {
  const texts = new Map<string, string | null>();
  const named = plan === null ? inputPlaces.plan : [plan, `refine-logs/${plan}`];
  for (const places of [named, inputPlaces.tracker, inputPlaces.manifest, inputPlaces.notes])
    for (const path of places) {
      const text = await readDocument(vscode.Uri.joinPath(folder.uri, path));
      texts.set(path, text);
      if (text !== null) break;
    }
  return texts;
}

function same(one: ReadonlyMap<string, string | null>, other: ReadonlyMap<string, string | null>): boolean {
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}

async function readDocument(uri: vscode.Uri): Promise<string | null> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}

function isInput(folder: vscode.WorkspaceFolder, document: vscode.TextDocument): boolean {
  return (
    document.uri.path.startsWith(`${folder.uri.path}/`) &&
    /\/(EXPERIMENT_(PLAN|TRACKER)\.md|experiments\.ya?ml|CLAUDE\.md|AGENTS\.md)$/.test(document.uri.path)
  );
}
