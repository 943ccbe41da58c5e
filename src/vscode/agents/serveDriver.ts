import * as vscode from 'vscode';
import { editorService } from '../lm/editorService';
import type { Study } from '../study';

/** From when the study's folder is known, whoever drives it finds this editor. */
export function serveDriver(study: Study): vscode.Disposable {
  const owned: { dispose(): unknown }[] = [];
  let disposed = false;
  void study.whenLoaded.then(() => {
    if (study.root === null || disposed) return;
    const { agents } = study.parts;
    owned.push(agents.serveDriver(study.root, editorService(agents.secrets, study.log)));
  });
  return new vscode.Disposable(() => {
    disposed = true;
    for (const each of owned) each.dispose();
  });
}
