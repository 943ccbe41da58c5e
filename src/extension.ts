import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import { registerCommands } from './vscode/commands/registerCommands';
import type { ControlPanel } from './vscode/panel/controlPanel';
import { Study } from './vscode/study';
import { translate as t } from './vscode/translate';

/** What the extension tells other extensions and its own tests. */
export interface BridgeApi {
  /** Time that `activate` itself took, in milliseconds. */
  readonly activationMs: number;
  /** Resolves when the study's documents and journal have been read. */
  readonly ready: Promise<void>;
}

/** Composition root of the VS Code host. It only registers; everything heavy begins after it returned. */
export function activate(context: vscode.ExtensionContext): BridgeApi {
  const begun = performance.now();
  const own = <T extends vscode.Disposable>(each: T): T => {
    context.subscriptions.push(each);
    return each;
  };
  const log = own(vscode.window.createOutputChannel('Bridge', { log: true }));
  const study = own(
    new Study({
      log,
      extensionUri: context.extensionUri,
      memory: context.workspaceState,
      person: userInfo().username,
      openClient: async (root) => {
        const [{ openWorkspaceClient }, { startDriver }] = await Promise.all([
          import('./store/workspaceClient'),
          import('./vscode/driver'),
        ]);
        const cli = context.asAbsolutePath('dist/cli.js');
        return openWorkspaceClient({ root, startDriver: () => startDriver(cli, root, log) });
      },
    }),
  );

  let panel: Promise<ControlPanel> | null = null;
  let shown: ControlPanel | null = null;
  const controlPanel = () =>
    (panel ??= import('./vscode/panel/controlPanel').then(
      ({ ControlPanel }) => (shown = own(new ControlPanel(study, context.extensionUri))),
    ));
  own(registerCommands(study, controlPanel));
  own(
    vscode.window.registerWebviewPanelSerializer('bridge.panel', {
      deserializeWebviewPanel: async (kept) => (await controlPanel()).adopt(kept),
    }),
  );

  const ready = new Promise<void>((resolve) => setImmediate(resolve)).then(() =>
    begin(study, own, () => shown?.visible === true),
  );
  ready.catch((error: unknown) => {
    log.error(error as Error);
    void vscode.window.showErrorMessage(t('Bridge could not read this study: {0}', (error as Error).message));
  });
  const activationMs = performance.now() - begun;
  log.info(`activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs, ready };
}

/** What shows the study, and then the study itself. */
async function begin(
  study: Study,
  own: (each: vscode.Disposable) => void,
  panelVisible: () => boolean,
): Promise<void> {
  const begun = performance.now();
  const [tree, status, diagnostics, keys, notifications, language] = await Promise.all([
    import('./vscode/tree/studyTree'),
    import('./vscode/statusBar'),
    import('./vscode/diagnostics'),
    import('./vscode/contextKeys'),
    import('./vscode/notifications'),
    import('./vscode/language/language'),
  ]);
  own(new tree.StudyTree(study));
  own(status.showStatusBar(study));
  own(diagnostics.showDiagnostics(study));
  own(keys.keepContextKeys(study));
  own(notifications.notifyPerson(study, panelVisible));
  own(language.provideLanguage(study));
  await study.start();
  study.log.info(`study read in ${(performance.now() - begun).toFixed(1)} ms`);
}
