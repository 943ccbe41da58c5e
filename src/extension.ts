import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { registerCommands } from './vscode/commands/registerCommands';
import type { ControlPanel } from './vscode/panel/controlPanel';
import { type AgentParts, Study } from './vscode/study';
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
      agents: agentParts(context, log),
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
    begin(study, own, context.extension, () => shown?.visible === true),
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
  extension: vscode.Extension<unknown>,
  panelVisible: () => boolean,
): Promise<void> {
  const begun = performance.now();
  const { showAgents } = await import('./vscode/agents/showAgents');
  const { showChat } = await import('./vscode/chat/showChat');
  const { StudyTree } = await import('./vscode/tree/studyTree');
  const { showStatusBar } = await import('./vscode/statusBar');
  const { showDiagnostics } = await import('./vscode/diagnostics');
  const { keepContextKeys } = await import('./vscode/contextKeys');
  const { notifyPerson } = await import('./vscode/notifications');
  const { provideLanguage } = await import('./vscode/language/language');
  own(showAgents(study));
  own(showChat(study, extension));
  own(new StudyTree(study));
  own(showStatusBar(study));
  own(showDiagnostics(study));
  own(keepContextKeys(study));
  own(notifyPerson(study, panelVisible));
  own(provideLanguage(study));
  await study.start();
  study.log.info(`study read in ${(performance.now() - begun).toFixed(1)} ms`);
}

/** Agents, as far as they concern the editor; what each needs is loaded when it is first used. */
function agentParts(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): AgentParts {
  const editor = `VS Code ${vscode.version}`;
  return {
    secrets: context.secrets,
    keepSettings: (root, values) =>
      void import('./store/editorSettings').then(({ writeEditorSettings }) =>
        writeEditorSettings(root, values),
      ),
    findAgents: async (root) => {
      const [{ runCli }, { parseFoundAgents }] = await Promise.all([
        import('./vscode/runCli'),
        import('./core/agents/foundAgent'),
      ]);
      const cli = context.asAbsolutePath('dist/cli.js');
      return parseFoundAgents(await runCli(cli, ['agents', '--json', '--workspace', root], root));
    },
    serveDriver: (root, service) => {
      const serving = import('./channel/editorEnd').then(({ serveDriver }) =>
        serveDriver({
          ...{ bridge: join(root, '.bridge'), editor, service, trusted: () => vscode.workspace.isTrusted },
          log: (sentence) => log.info(sentence),
        }),
      );
      return { dispose: () => void serving.then((each) => each.dispose()) };
    },
    contentHash: async (root, study) => {
      const [{ reviewedContent }, { LocalWorkspaceFiles }, { sha256 }] = await Promise.all([
        import('./engine/review/reviewStudy'),
        import('./store/workspaceFiles'),
        import('./util/sha256'),
      ]);
      const files = new LocalWorkspaceFiles(root);
      return (await reviewedContent(study, { files, hash: sha256 })).hash;
    },
  };
}
