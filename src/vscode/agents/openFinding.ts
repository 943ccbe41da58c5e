import * as vscode from 'vscode';
import { shownFindings } from '../../views/findings';
import { openFile } from '../commands/openFiles';
import type { Study } from '../study';

/** Goes to the line of a finding; without one, to the page where all of them stand. */
export async function openFinding(study: Study, argument: unknown): Promise<void> {
  const id = typeof argument === 'string' ? argument : (argument as { name?: string } | undefined)?.name;
  const finding = shownFindings(study.state, null).find((each) => each.id === id);
  if (finding?.place === 'found') return openFile(study, finding.file, finding.line);
  await vscode.commands.executeCommand('bridge.openPanel', 'needs');
}
