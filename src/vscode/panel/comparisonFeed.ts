import * as vscode from 'vscode';
import type { ComparisonView, RunPair } from '../../protocol/comparison';
import { codeOf, comparisonView } from '../../views/comparison';
import { shownState } from '../../views/input';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** Runs go on while they are compared; their times and numbers follow this often. */
const pauseMs = 1000;
/** Documents of this scheme are code as a run started with it: read-only, from the journal's own store. */
const scheme = 'bridge-code';

/** Answers what two runs a panel compares, and opens their code and logs beside each other in the editor. */
export class ComparisonFeed implements vscode.Disposable {
  private pair: RunPair | null = null;
  private timer: NodeJS.Timeout | null = null;
  private last = '';
  private readonly owned: readonly vscode.Disposable[];

  constructor(
    private readonly study: Study,
    private readonly send: (comparison: ComparisonView) => void,
  ) {
    this.owned = [
      study.onDidChange(() => this.soon()),
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        // A file that the other run did not have is an empty page beside it.
        provideTextDocumentContent: async ({ query }) => (await study.client?.codeFile(query)) ?? '',
      }),
    ];
  }

  /** Null: nothing is compared any more. */
  look(pair: RunPair | null): void {
    this.pair = pair;
    this.last = '';
    void this.answer();
  }

  /** Opens one file of code as both runs started with it. */
  async openFile(pair: RunPair, path: string): Promise<void> {
    const trees = await this.trees(pair);
    const side = (at: 0 | 1) =>
      vscode.Uri.from({ scheme, path: `/${pair[at]}/${path}`, query: trees[at]?.[path] ?? '' });
    await this.diff(side(0), side(1), `${path} (${pair[0]} ↔ ${pair[1]})`);
  }

  async openLogs(pair: RunPair): Promise<void> {
    const [first, second] = pair.map((run) => this.study.client?.logPath(run) ?? null);
    if (first == null || second == null) return;
    const title = t('Logs of {0} and {1}', pair[0], pair[1]);
    await this.diff(vscode.Uri.file(first), vscode.Uri.file(second), title);
  }

  dispose(): void {
    this.pair = null;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const each of this.owned) each.dispose();
  }

  private soon(): void {
    if (this.pair === null || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.answer();
    }, pauseMs);
  }

  private async answer(): Promise<void> {
    const { pair } = this;
    if (pair === null) return;
    const trees = await this.trees(pair);
    if (pair !== this.pair) return;
    const input = this.study.viewInput();
    const view = comparisonView(shownState(input), pair, trees, input);
    const mark = JSON.stringify(view);
    if (view === null || mark === this.last) return;
    this.last = mark;
    this.send(view);
  }

  private async trees(pair: RunPair) {
    const { client, state } = this.study;
    const read = async (id: string | null) => (id === null ? null : ((await client?.codeTree(id)) ?? null));
    const [first, second] = codeOf(state, pair);
    return Promise.all([read(first), read(second)]);
  }

  private async diff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
    await vscode.commands.executeCommand('vscode.diff', left, right, title, {
      viewColumn: vscode.ViewColumn.Beside,
      preview: true,
    });
  }
}
