import * as vscode from 'vscode';
import {
  answerLeft,
  answerStatus,
  answerWhy,
  readQuestion,
  type RunDiagnosis,
  type StatusFacts,
} from '../../views/chatAnswer';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { callTool } from './callTool';

/** `@bridge`: answers questions about runs from the record, with links to the lines that show it. */
export function answerInChat(study: Study, cli: string): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant('bridge.chat', async (request, _, stream, token) => {
    await study.whenLoaded;
    const { root } = study;
    if (root === null) return stream.markdown(t('Open the folder of a study first.'));
    const call = <T>(name: string, input: object) =>
      callTool(cli, root, name, input, token) as Promise<unknown> as Promise<T>;
    const question = readQuestion(request.prompt, study.state);
    try {
      if (question.kind === 'why' && question.runs.length > 0) {
        for (const run of question.runs)
          for (const part of answerWhy(await call<RunDiagnosis>('bridge_diagnose', { run }), t))
            if (part.kind === 'text') stream.markdown(part.text);
            else showPlace(stream, root, part);
        return;
      }
      const status = await call<StatusFacts>('bridge_status', {});
      if (question.kind === 'left') stream.markdown(answerLeft(status, t));
      else if (question.kind === 'why')
        stream.markdown(`${t('No run has failed.')} ${answerStatus(status, t)}`);
      else stream.markdown(answerStatus(status, t));
      stream.button({ command: 'bridge.openPanel', title: t('Open Panel') });
    } catch (error) {
      stream.markdown((error as Error).message);
    }
  });
  participant.iconPath = vscode.Uri.joinPath(study.parts.extensionUri, 'media', 'icon.png');
  return participant;
}

function showPlace(
  stream: vscode.ChatResponseStream,
  root: string,
  { path, line }: { readonly path: string; readonly line: number | null },
): void {
  const uri = path.startsWith('/') ? vscode.Uri.file(path) : vscode.Uri.joinPath(vscode.Uri.file(root), path);
  const name = vscode.workspace.asRelativePath(uri);
  if (line === null) return stream.anchor(uri, name);
  stream.anchor(new vscode.Location(uri, new vscode.Position(line - 1, 0)), `${name}:${line}`);
}
