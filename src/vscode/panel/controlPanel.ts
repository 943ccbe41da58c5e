import * as vscode from 'vscode';
import { parsePanelIntent } from '../../protocol/parsePanelIntent';
import type { ToPanel } from '../../protocol/view';
import type { PageName, PanelIntent } from '../../protocol/panelIntent';
import { panelView, type Look } from '../../views/panelView';
import { defaultRunsQuery } from '../../views/runs';
import { followLog } from '../log/followLog';
import type { Study } from '../study';
import { ComparisonFeed } from './comparisonFeed';
import { CurvesFeed } from './curvesFeed';
import { panelActions } from './panelActions';
import { panelHtml } from './panelHtml';

export const panelViewType = 'bridge.panel';

/** Snapshots are sent at most ten times a second. */
const pauseMs = 100;
/** And never for more than this share of the time: judging 10,000 runs takes a while. */
const busyShare = 0.2;
/** Elapsed times move on even when nothing else happens. */
const tickMs = 1000;

/** The control panel of this window: at most one, and the host's half of its protocol. */
export class ControlPanel implements vscode.Disposable {
  private current: OpenPanel | null = null;

  constructor(
    private readonly study: Study,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** Shows the panel, on a page if one is named. */
  open(page: PageName | null): void {
    if (this.current === null) {
      const panel = vscode.window.createWebviewPanel(panelViewType, 'Bridge', vscode.ViewColumn.Active);
      this.adopt(panel);
    } else this.current.panel.reveal();
    if (page !== null) this.current!.go(page);
  }

  /** Takes over a panel that VS Code kept across a reload, or one that was just made. */
  adopt(panel: vscode.WebviewPanel): void {
    this.current?.panel.dispose();
    const open = new OpenPanel(this.study, panel, this.extensionUri);
    this.current = open;
    panel.onDidDispose(() => {
      open.dispose();
      if (this.current === open) this.current = null;
    });
  }

  get visible(): boolean {
    return this.current?.panel.visible ?? false;
  }

  dispose(): void {
    this.current?.panel.dispose();
  }
}

class OpenPanel implements vscode.Disposable {
  private readonly owned: vscode.Disposable[];
  private look: Look = { page: 'plan', runs: defaultRunsQuery };
  private listening = false;
  private wanted: PageName | null = null;
  private timer: NodeJS.Timeout | null = null;
  private last = '';
  /** How long the newest snapshot took to make. */
  private costMs = 0;
  private following: AbortController | null = null;
  private readonly curves;
  private readonly comparison;

  constructor(
    private readonly study: Study,
    readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
  ) {
    const { webview } = panel;
    this.curves = new CurvesFeed(study, (curves) => this.post({ type: 'curves', curves }));
    this.comparison = new ComparisonFeed(study, (comparison) =>
      this.post({ type: 'comparison', comparison }),
    );
    webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')],
    };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    const handlers = panelActions(study, {
      ready: () => this.ready(),
      look: (intent) => this.lookAt(intent),
      follow: (run) => this.follow(run),
      comparison: this.comparison,
      lookAtCurves: (query) => this.curves.look(query),
      post: (message) => this.post(message),
    });
    const ticking = setInterval(() => {
      if (study.client?.driving === true) this.soon();
    }, tickMs);
    this.owned = [
      webview.onDidReceiveMessage(async (message: unknown) => {
        const parsed = parsePanelIntent(message);
        if (!parsed.ok) return study.log.warn(`the panel sent something else: ${parsed.problem}`);
        const handler = handlers[parsed.value.type] as (intent: PanelIntent) => unknown;
        try {
          await handler(parsed.value);
        } catch (error) {
          study.log.error(error as Error);
          this.post({ type: 'refused', sentence: (error as Error).message });
        }
      }),
      panel.onDidChangeViewState(() => {
        // A hidden webview is unloaded: it says "ready" again when it is back.
        if (!panel.visible) this.unlisten();
        else this.soon();
      }),
      study.onDidChange(() => this.soon()),
      { dispose: () => clearInterval(ticking) },
      this.curves,
      this.comparison,
    ];
    webview.html = panelHtml(webview, extensionUri);
  }

  go(page: PageName): void {
    this.wanted = page;
    if (this.listening) this.sendWanted();
  }

  dispose(): void {
    this.unlisten();
    if (this.timer !== null) clearTimeout(this.timer);
    for (const each of this.owned) each.dispose();
  }

  private ready(): void {
    this.listening = true;
    this.last = '';
    this.sendWanted();
    this.send();
  }

  private sendWanted(): void {
    if (this.wanted === null) return;
    const page = this.wanted;
    this.wanted = null;
    this.look = { ...this.look, page };
    this.post({ type: 'go', page });
    this.soon();
  }

  private lookAt({ page, runs }: Extract<PanelIntent, { type: 'look' }>): void {
    this.look = { page, runs: runs ?? this.look.runs };
    if (page === 'doctor') void this.study.doctor.look(false);
    this.send();
  }

  private soon(): void {
    if (!this.listening || this.timer !== null) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.send();
      },
      Math.max(pauseMs, this.costMs / busyShare),
    );
  }

  private send(): void {
    if (!this.listening || !this.panel.visible) return;
    const begun = performance.now();
    const view = panelView(this.look, this.study.viewInput());
    const { title } = view.header;
    if (this.panel.title !== `Bridge · ${title}`)
      this.panel.title = title === 'Bridge' ? title : `Bridge · ${title}`;
    const mark = JSON.stringify(view);
    this.costMs = performance.now() - begun;
    if (mark === this.last) return;
    this.last = mark;
    this.post({ type: 'view', view });
  }

  private follow(run: string | null): void {
    this.following?.abort();
    this.following = null;
    const { client } = this.study;
    if (run === null || client === null) return;
    const following = (this.following = new AbortController());
    followLog(
      client,
      run,
      ({ from, text, ended }) => this.post({ type: 'log', run, from, text, ended }),
      following.signal,
    ).catch((error: unknown) => {
      this.study.log.error(error as Error);
      this.post({ type: 'refused', sentence: (error as Error).message });
    });
  }

  private unlisten(): void {
    this.listening = false;
    this.curves.look(null);
    this.comparison.look(null);
    this.following?.abort();
    this.following = null;
  }

  private post(message: ToPanel): void {
    void this.panel.webview.postMessage(message);
  }
}
