import * as vscode from 'vscode';
import type { EditorService } from '../core/agents/editorService';
import type { FoundAgents } from '../core/agents/foundAgent';
import type { Disposable } from '../core/ports';
import type { StudyDeclaration } from '../core/run/declaration';
import { emptyState } from '../core/run/reduce';
import type { PlanProposer } from '../core/plan/proposal';
import type { DriverIntent } from '../core/run/intent';
import type { StudyState } from '../core/run/state';
import type { BridgeClient } from '../engine/client';
import { noInputs, type StudyInputs, type ViewInput } from '../views/input';
import { Doctor } from './doctor';
import type { WatchedInputs } from './inputs';
import { StudyReader } from './reading/studyReader';
import { translate as t } from './translate';

export interface StudyParts {
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  /** Remembered for this workspace on this machine. */
  readonly memory: vscode.Memento;
  openClient(root: string): Promise<BridgeClient>;
  /** Who may propose facts for the gaps of a plan; none where no author agent is configured. */
  readonly proposer?: PlanProposer | null;
  /** The name under which this person's acts stand in the timeline. */
  readonly person: string;
  readonly agents: AgentParts;
}

/** What the editor needs beside the driver to work with agents. `root`: the study's folder. */
export interface AgentParts {
  readonly secrets: vscode.SecretStorage;
  /** Lets the driver find what the person set here, also when this window is closed. */
  keepSettings(root: string, values: Readonly<Record<string, unknown>>): void;
  /** Finds authors and reviewers and shakes hands with them. */
  findAgents(root: string): Promise<FoundAgents>;
  /** Serves whoever drives this workspace with what only an editor has. */
  serveDriver(root: string, service: EditorService): Disposable;
  /** Hash of what a review of this study would see now. */
  contentHash(root: string, study: StudyDeclaration): Promise<string>;
}

/** The study that this window is about: its folder, what its documents say and what its journal says. */
export class Study implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly inputsChanged = new vscode.EventEmitter<void>();
  private readonly owned: vscode.Disposable[] = [this.changed, this.inputsChanged];
  private disposed = false;
  private openClient: BridgeClient | null = null;
  private known: StudyInputs = noInputs;
  private watched: WatchedInputs | null = null;

  /** State, driver, trust or documents changed. */
  readonly onDidChange = this.changed.event;
  /** The documents changed, or were read for the first time. */
  readonly onDidChangeInputs = this.inputsChanged.event;
  folder: vscode.WorkspaceFolder | null = null;
  /** Hash of what a review would see now; null: not known, or there was no review. */
  contentHash: string | null = null;
  private filter = '';
  /** Documents and journal have been read once, or could not be. */
  loaded = false;
  private settled: () => void = () => undefined;
  /** Resolves when `loaded`: what a person asks for before that waits for it. */
  readonly whenLoaded = new Promise<void>((resolve) => (this.settled = resolve));

  readonly doctor: Doctor;
  /** Reads the documents, and knows what stands where in them. */
  readonly reader: StudyReader;

  constructor(readonly parts: StudyParts) {
    this.reader = new StudyReader(vscode.Uri.joinPath(parts.extensionUri, 'dist', 'readerThread.js').fsPath);
    this.owned.push(this.reader);
    this.doctor = new Doctor({
      cli: vscode.Uri.joinPath(parts.extensionUri, 'dist', 'cli.js').fsPath,
      log: parts.log,
      root: () => this.root,
      changed: () => this.changed.fire(),
    });
    this.owned.push(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()));
  }

  get log(): vscode.LogOutputChannel {
    return this.parts.log;
  }

  get client(): BridgeClient | null {
    return this.openClient;
  }

  get state(): StudyState {
    return this.openClient?.state ?? emptyState;
  }

  get inputs(): StudyInputs {
    return this.known;
  }

  /** Absolute path of the study's folder; null in an empty window. */
  get root(): string | null {
    return this.folder?.uri.fsPath ?? null;
  }

  /** Everything heavy: finds the folder, opens the journal, reads the documents. Not part of the activation. */
  async start(): Promise<void> {
    try {
      await this.load();
    } finally {
      this.loaded = true;
      this.settled();
      this.changed.fire();
    }
  }

  private async load(): Promise<void> {
    this.folder = await findFolder();
    if (this.folder !== null && !this.disposed) {
      const { watchInputs } = await import('./inputs');
      const client = await this.parts.openClient(this.folder.uri.fsPath);
      if (this.disposed) return client.dispose();
      this.openClient = client;
      this.owned.push(
        client,
        client.onDidChange(() => this.changed.fire()),
      );
      const watching = watchInputs(this.folder, this.log, this.reader, (inputs) => {
        this.known = inputs;
        this.loaded = true;
        this.inputsChanged.fire();
        this.changed.fire();
      });
      this.owned.push(watching);
      this.watched = watching;
      await watching.ready;
    }
  }

  /** Reads the documents anew, for a plan that the person named. */
  async readInputs(plan: string | null): Promise<StudyInputs> {
    if (this.folder === null) return noInputs;
    const { readInputs } = await import('./inputs');
    return readInputs(this.folder, this.reader, plan);
  }

  /** Resolves when the documents have been read as they stand in the editors now. */
  async fresh(): Promise<void> {
    await this.whenLoaded;
    await this.watched?.fresh();
  }

  /** Words that a run must have to be listed in the sidebar; empty: all are. */
  get treeFilter(): string {
    return this.filter;
  }

  set treeFilter(words: string) {
    this.filter = words.trim();
    this.changed.fire();
  }

  viewInput(): ViewInput {
    return {
      state: this.state,
      inputs: this.known,
      driving: this.openClient?.driving ?? false,
      contentHash: this.contentHash,
      trusted: vscode.workspace.isTrusted,
      now: Date.now(),
      spark: (run, count) => this.openClient?.spark(run, count) ?? [],
      t,
      doctor: this.doctor.input,
      language: vscode.env.language.startsWith('zh') ? 'zh' : 'en',
    };
  }

  /** Sends an intent to the driver; false, with a message to the person, where that may not be. */
  async send(intent: Intent): Promise<boolean> {
    if (this.openClient === null) return false;
    if (!vscode.workspace.isTrusted) {
      const { askForTrust } = await import('./trust');
      await askForTrust();
      return false;
    }
    try {
      await this.openClient.send({ ...intent, by: this.parts.person });
      this.log.info(`sent ${JSON.stringify(intent)}`);
      return true;
    } catch (error) {
      this.log.error(error as Error);
      void vscode.window.showErrorMessage(t('Bridge could not pass that on: {0}', (error as Error).message));
      return false;
    }
  }

  /** The code was read anew. */
  sawContent(hash: string | null): void {
    if (hash === this.contentHash) return;
    this.contentHash = hash;
    this.changed.fire();
  }

  /** Absolute place of a path of the workspace; null where it would leave the folder. */
  resolve(path: string): vscode.Uri | null {
    if (this.folder === null) return null;
    const uri = path.startsWith('/')
      ? this.folder.uri.with({ path })
      : vscode.Uri.joinPath(this.folder.uri, path);
    return uri.path.startsWith(`${this.folder.uri.path}/`) ? uri : null;
  }

  dispose(): void {
    this.disposed = true;
    for (const each of this.owned.splice(0).reverse()) each.dispose();
  }
}

type Intent = DriverIntent extends infer Each
  ? Each extends DriverIntent
    ? Omit<Each, 'by'>
    : never
  : never;

/** The first folder that holds a plan, else the first folder. */
async function findFolder(): Promise<vscode.WorkspaceFolder | null> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  for (const folder of folders.length > 1 ? folders : [])
    for (const place of [
      'refine-logs/EXPERIMENT_PLAN.md',
      'EXPERIMENT_PLAN.md',
      'refine-logs/EXPERIMENT_TRACKER.md',
    ])
      try {
        await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder.uri, place));
        return folder;
      } catch {
        // Not here; the next place.
      }
  return folders[0] ?? null;
}
