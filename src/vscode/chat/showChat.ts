import * as vscode from 'vscode';
import type { Study } from '../study';
import { offerMcpServer } from './mcpServer';
import { answerInChat } from './participant';
import { registerTools } from './tools';

/** Everything of Bridge that chat and agents in the editor see. */
export function showChat(study: Study, extension: vscode.Extension<unknown>): vscode.Disposable {
  const cli = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'cli.js').fsPath;
  const { version, contributes } = extension.packageJSON as {
    version: string;
    contributes: { languageModelTools: readonly { name: string }[] };
  };
  const root = () => study.whenLoaded.then(() => study.root);
  return vscode.Disposable.from(
    registerTools(contributes.languageModelTools, cli, root),
    offerMcpServer(cli, version, root),
    answerInChat(study, cli),
  );
}
