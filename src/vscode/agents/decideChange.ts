import * as vscode from 'vscode';
import { isOpen, openChanges, type ProposedChange } from '../../core/run/agents';
import { describeDeviation } from '../../views/agents';
import { fileCount } from '../../views/words';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { changeOf, hunkItems, openChange, placeAt } from './changeTexts';

/** "Look at a Proposed Change": in a diff editor, whose title has the buttons to take and to reject it. */
export async function showChange(study: Study, argument: unknown): Promise<void> {
  const change = await pickChange(study, argument);
  if (change !== null) await openChange(study, change);
}

/** "Take a Proposed Change": whole, by file or by hunk. What departs from the plan is confirmed first. */
export async function takeChange(study: Study, argument: unknown): Promise<void> {
  const change = await pickChange(study, argument);
  if (change === null || !(await confirmDeviations(change))) return;
  const files = change.files.filter(({ standing }) => standing === 'open' || standing === 'partly');
  const [all, byFile, byHunk] = [t('Take all of it'), t('Choose files…'), t('Choose places in the files…')];
  const count = fileCount(files.length, t);
  const items = [
    { label: all, description: count },
    ...(files.length > 1 ? [{ label: byFile, description: '' }] : []),
    ...(files.some(({ hunks }) => hunks > 1) ? [{ label: byHunk, description: '' }] : []),
  ];
  const how =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: change.title });
  if (how === undefined) return;
  const take = (paths: readonly string[] | null, hunks: Record<string, number[]> | null) =>
    study.send({
      ...{ type: 'change.take', change: change.id, hunks },
      files: paths === null ? null : [...paths],
    });
  if (how.label === byFile) {
    const picked = await vscode.window.showQuickPick(
      files.map(({ path, added, removed }) => ({
        ...{ label: path, description: `+${added} −${removed}`, picked: true },
      })),
      { title: change.title, canPickMany: true },
    );
    if (picked !== undefined && picked.length > 0)
      await take(
        picked.map(({ label }) => label),
        null,
      );
    return;
  }
  if (how.label === byHunk) {
    const picked = await vscode.window.showQuickPick([...(await hunkItems(study, change.id))], {
      ...{ title: change.title, canPickMany: true, matchOnDetail: true },
    });
    if (picked === undefined || picked.length === 0) return;
    const hunks: Record<string, number[]> = {};
    for (const { path, index } of picked) (hunks[path] ??= []).push(index);
    await take(null, hunks);
    return;
  }
  await take(null, null);
}

/** "Take This Place": of a proposed change, where the cursor is in its diff editor; the rest still waits. */
export async function takePlace(study: Study): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const place = editor === undefined ? null : await placeAt(study, editor);
  if (place?.hunk == null) {
    const hint =
      place === null
        ? t('Open a proposed change first ("Bridge: Look at a Proposed Change").')
        : t('Nothing changes at the cursor. Put it on a line that does.');
    return void vscode.window.showInformationMessage(hint);
  }
  const change = await pickChange(study, place.change);
  if (change === null || !(await confirmDeviations(change))) return;
  const hunks = { [place.path]: [place.hunk] };
  await study.send({ type: 'change.take', change: change.id, files: null, hunks });
}

/** "Reject a Proposed Change": with a reason, which the author reads. */
export async function rejectChange(study: Study, argument: unknown): Promise<void> {
  const change = await pickChange(study, argument);
  if (change === null) return;
  const reason = await vscode.window.showInputBox({
    ...{ title: t('Reject: {0}', change.title), ignoreFocusOut: true },
    prompt: t('Why? Bridge keeps it, and the author reads it.'),
    validateInput: (text) => (text.trim() === '' ? t('A reason is needed.') : null),
  });
  if (reason !== undefined) await study.send({ type: 'change.reject', change: change.id, reason });
}

async function confirmDeviations({ deviations }: ProposedChange): Promise<boolean> {
  if (deviations.length === 0) return true;
  const take = t('Take It Nevertheless');
  const answer = await vscode.window.showWarningMessage(
    t('This change departs from the plan.'),
    { modal: true, detail: deviations.map((each) => describeDeviation(each, t)).join('\n') },
    take,
  );
  return answer === take;
}

/** From a diff editor's button, the tree, the panel, or one of those that wait. */
async function pickChange(study: Study, argument: unknown): Promise<ProposedChange | null> {
  const { agents } = study.state;
  const named =
    typeof argument === 'string'
      ? argument
      : argument instanceof vscode.Uri
        ? changeOf(argument)
        : ((argument as { name?: string } | undefined)?.name ?? null);
  const known = named === null ? undefined : agents.changes.get(named);
  if (known !== undefined) {
    if (isOpen(known)) return known;
    void vscode.window.showInformationMessage(t('Nothing of "{0}" waits any more.', known.title));
    return null;
  }
  const open = openChanges(agents);
  if (open.length <= 1) {
    if (open.length === 0) void vscode.window.showInformationMessage(t('No change waits for you.'));
    return open[0] ?? null;
  }
  const picked = await vscode.window.showQuickPick(
    open.map((change) => ({ label: change.title, change })),
    { title: t('Proposed changes') },
  );
  return picked?.change ?? null;
}
