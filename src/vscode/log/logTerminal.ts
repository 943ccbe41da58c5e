import * as vscode from 'vscode';
import { statusWord } from '../../core/run/words';
import { describeStatus } from '../../views/words';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { followLog } from './followLog';

const open = new Map<string, vscode.Terminal>();

/**
 * Shows a run's log as it grows, in a terminal that takes no input. In Restricted Mode, where terminals are held back,
 * the log is opened as a file.
 */
export async function showLog(study: Study, run: string): Promise<void> {
  const path = study.client?.logPath(run) ?? null;
  if (path === null) {
    void vscode.window.showInformationMessage(t('{0} has not started yet, so it has no log.', run));
    return;
  }
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
    return;
  }
  let terminal = open.get(run);
  if (!terminal || terminal.exitStatus !== undefined) {
    terminal = vscode.window.createTerminal({
      name: t('Log of {0}', run),
      pty: new LogTerminal(study, run),
      iconPath: new vscode.ThemeIcon('output'),
      isTransient: true,
    });
    open.set(run, terminal);
  }
  terminal.show(true);
}

class LogTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly stopping = new AbortController();
  readonly onDidWrite = this.written.event;

  constructor(
    private readonly study: Study,
    private readonly run: string,
  ) {}

  open(): void {
    const { client } = this.study;
    if (client === null) return;
    const show = (text: string) => this.written.fire(text.replace(/\r?\n/g, '\r\n'));
    followLog(
      client,
      this.run,
      ({ text, ended }) => {
        show(text);
        const job = client.state.jobs.get(this.run);
        if (ended && job)
          show(`\n\u001b[2m${t('— {0}: {1} —', this.run, describeStatus(statusWord(job), t))}\u001b[0m\n`);
      },
      this.stopping.signal,
    ).catch((error: unknown) => {
      this.study.log.error(error as Error);
      show(`\n${t('The log cannot be read: {0}', (error as Error).message)}\n`);
    });
  }

  close(): void {
    this.stopping.abort();
    this.written.dispose();
    open.delete(this.run);
  }
}
