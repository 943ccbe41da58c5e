import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { namedRuns, pickRuns } from './pickRuns';

/** "Bridge: Open Batch Script": what Slurm was given to start a run, of the run that is named or that the person picks. */
export async function openBatchScript(study: Study, argument: unknown): Promise<void> {
  const script = (run: string) => study.state.jobs.get(run)?.attempts.at(-1)?.handle?.script;
  const named = namedRuns(argument);
  const words = { title: t('Batch script to open'), none: t('No run was given to Slurm yet.'), many: false };
  const [run] =
    named.length > 0 ? named : ((await pickRuns(study, ({ id }) => script(id) !== undefined, words)) ?? []);
  if (run === undefined) return;
  const path = script(run);
  if (path === undefined) {
    void vscode.window.showInformationMessage(t('{0} was not given to Slurm.', run));
    return;
  }
  if (existsSync(path)) await vscode.window.showTextDocument(vscode.Uri.file(path));
  else void vscode.window.showInformationMessage(t('Its batch script is on the login node: {0}', path));
}
