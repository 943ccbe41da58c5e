import * as vscode from 'vscode';
import type { Study } from '../study';

/** Edits that come together are looked at together. */
const pauseMs = 1000;
const code = '**/*.{py,ipynb,sh,yaml,yml,json,toml,cfg,ini,r,R,jl,lua,js,md}';

/** Keeps the hash of the code while there are findings that it may have outgrown. */
export function watchContent(study: Study): vscode.Disposable {
  let timer: NodeJS.Timeout | null = null;
  let seen: unknown = null;
  let reading = false;
  const read = async () => {
    timer = null;
    const { study: declared, review, agents } = study.state;
    if (study.root === null || declared === null || (review === null && agents.selfCheck === null))
      return study.sawContent(null);
    if (reading) return soon();
    reading = true;
    try {
      study.sawContent(await study.parts.agents.contentHash(study.root, declared));
    } catch (error) {
      study.log.warn(`the code could not be read: ${(error as Error).message}`);
      study.sawContent(null);
    } finally {
      reading = false;
    }
  };
  const soon = () => void (timer ??= setTimeout(() => void read(), pauseMs));
  const owned: vscode.Disposable[] = [
    study.onDidChange(() => {
      const { study: declared, review, agents } = study.state;
      const now = JSON.stringify([declared?.manifestPath, review?.at, agents.selfCheck?.at]);
      if (now === seen) return;
      seen = now;
      soon();
    }),
    vscode.workspace.onDidSaveTextDocument(soon),
  ];
  void study.whenLoaded.then(() => {
    if (study.folder === null) return;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(study.folder, code));
    owned.push(watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), watcher.onDidDelete(soon));
  });
  return new vscode.Disposable(() => {
    if (timer !== null) clearTimeout(timer);
    for (const each of owned) each.dispose();
  });
}
