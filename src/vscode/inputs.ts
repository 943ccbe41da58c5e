import * as vscode from 'vscode';
import { parsePlan } from '../core/plan/parsePlan';
import { parseTracker } from '../core/plan/parseTracker';
import { defaultOptions } from '../core/run/options';
import type { Problem } from '../core/text/span';
import { findInput, inputPlaces } from '../engine/inputs';
import { loadStudy } from '../engine/stages/parse';
import { noInputs, type StudyInputs } from '../views/input';
import { settings } from './settings';

const watched =
  '{EXPERIMENT_PLAN.md,EXPERIMENT_TRACKER.md,experiments.yaml,experiments.yml,CLAUDE.md,AGENTS.md}';
/** How long typing must pause before the documents are read anew. */
const pauseMs = 300;
/** Reading may take at most this share of the time: 10,000 runs take a second to read, and a tracker changes often. */
const readingShare = 0.1;

/** Reads the documents now and whenever they change, on the disk or in an editor, once typing pauses. */
export function watchInputs(
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
  changed: (inputs: StudyInputs) => void,
): vscode.Disposable & { readonly ready: Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let last = '';
  let reading: Promise<void> = Promise.resolve();
  let disposed = false;
  let tookMs = 0;
  const read = async () => {
    try {
      const texts = new Map<string, string | null>();
      const begun = performance.now();
      const inputs = await readInputs(folder, null, texts);
      tookMs = performance.now() - begun;
      const mark = JSON.stringify([...texts]);
      if (disposed || mark === last) return;
      last = mark;
      log.debug(`documents read in ${tookMs.toFixed(1)} ms`);
      changed(inputs);
    } catch (error) {
      log.error(error as Error);
    }
  };
  const now = () => (reading = reading.then(read));
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
    dispose: () => {
      disposed = true;
      if (timer !== null) clearTimeout(timer);
      for (const each of owned) each.dispose();
    },
  };
}

/** What the documents say, with what stands in editors and is not saved yet. `texts` receives what was read. */
export async function readInputs(
  folder: vscode.WorkspaceFolder,
  plan: string | null,
  texts = new Map<string, string | null>(),
): Promise<StudyInputs> {
  const read = async (path: string): Promise<string | null> => {
    let text = texts.get(path);
    if (text === undefined) {
      text = await readDocument(vscode.Uri.joinPath(folder.uri, path));
      texts.set(path, text);
    }
    return text;
  };
  const files = { read };
  const [planFile, trackerFile, manifestFile] = [
    await findInput(files, 'plan', plan),
    await findInput(files, 'tracker'),
    await findInput(files, 'manifest'),
  ];
  const lookedFor = [...inputPlaces.plan, ...inputPlaces.tracker];
  if (planFile === null && trackerFile === null)
    return { ...noInputs, manifestPath: manifestFile?.path ?? null, lookedFor };
  const { target } = settings({});
  const loaded = await loadStudy(files, {
    ...{ kind: 'plan', plan, tracker: null, manifest: null, target, options: defaultOptions },
  });
  const paths = {
    planPath: planFile?.path ?? null,
    trackerPath: trackerFile?.path ?? null,
    manifestPath: manifestFile?.path ?? null,
    lookedFor,
  };
  if (loaded.ok) return { ...paths, plan: loaded.plan, study: loaded.study, problems: loaded.problems };
  const read_ = planFile === null ? null : parsePlan(planFile.text);
  // What is said about the whole of it stands alone; what stands in the documents is said there.
  const problems: Problem[] = [...loaded.problems];
  const add = (file: string, own: readonly Problem[]) => {
    if (!problems.some((problem) => problem.file === file))
      problems.push(...own.map((problem) => ({ ...problem, file: problem.file ?? file })));
  };
  if (planFile !== null && read_ !== null) add(planFile.path, read_.problems);
  if (trackerFile !== null) add(trackerFile.path, parseTracker(trackerFile.text).problems);
  return { ...paths, plan: read_, study: null, problems };
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
