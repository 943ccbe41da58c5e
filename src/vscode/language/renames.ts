import * as vscode from 'vscode';
import type { FileEdit } from '../../core/links/model';
import type { RenameRefusal } from '../../core/links/renameRun';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { freshPath, rangeIn, studyFiles } from './studyFiles';

/** F2 on a run's id changes it in plan, tracker and manifest together; a run that has begun keeps its id. */
export function provideRenames(study: Study): vscode.Disposable {
  const runAt = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ) => {
    const file = await freshPath(study, document, token);
    if (file === null) return null;
    const at = await study.reader.ask('at', { file, offset: document.offsetAt(position) });
    return at?.mention ?? null;
  };
  return vscode.languages.registerRenameProvider(studyFiles, {
    prepareRename: async (document, position, token) => {
      const mention = await runAt(document, position, token);
      if (mention?.kind !== 'run') throw new Error(t('Only the id of a run can be renamed.'));
      const { id } = mention;
      const begun = whyBegun(study, id);
      if (begun !== null) throw new Error(begun);
      const may = await study.reader.ask('mayRename', { id });
      if (!may.ok) throw new Error(describeRefusal(id, '', may));
      return { range: rangeIn(document, mention), placeholder: id };
    },
    provideRenameEdits: async (document, position, to, token) => {
      const mention = await runAt(document, position, token);
      if (mention?.kind !== 'run') throw new Error(t('Only the id of a run can be renamed.'));
      const { id } = mention;
      const begun = whyBegun(study, id);
      if (begun !== null) throw new Error(begun);
      const { renaming, left } = await study.reader.ask('rename', { id, to });
      if (!renaming.ok) throw new Error(describeRefusal(id, to, renaming));
      if (left > 0) study.log.info(`${left} mentions of ${id} in commands and code blocks stay as they are`);
      return workspaceEdit(study, renaming.edits);
    },
  });
}

/** What has run is known by its id: in the journal, in its folder and in every report. */
function whyBegun(study: Study, id: string): string | null {
  const job = study.state.jobs.get(id);
  if (job === undefined || job.attempts.length === 0) return null;
  return t(
    '{0} has already been started, and its record, log and results bear this id. Add a new run instead.',
    id,
  );
}

export async function workspaceEdit(study: Study, edits: readonly FileEdit[]): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  for (const { file, from, to, text } of edits) {
    const uri = study.resolve(file);
    if (uri === null) continue;
    const document = await vscode.workspace.openTextDocument(uri);
    edit.replace(uri, rangeIn(document, { from, to }), text);
  }
  return edit;
}

function describeRefusal(id: string, to: string, refusal: RenameRefusal): string {
  switch (refusal.why) {
    case 'unknown':
      return t('{0} stands neither in plan nor in tracker nor in the run manifest.', id);
    case 'template':
      return t(
        '{0} is made by the template on line {1} of the run manifest; change the template’s id.',
        id,
        refusal.line,
      );
    case 'status':
      return t(
        'The tracker says "{0}" of {1}: its results bear this id. Add a new run instead.',
        refusal.status,
        id,
      );
    case 'marks':
      return t(
        'The id on line {0} is written with marks in between, so it cannot be changed safely.',
        refusal.line,
      );
    case 'broken':
      return t('The run manifest cannot be read, so {0} might be overlooked there. Mend it first.', id);
    case 'invalid':
      return t(
        '"{0}" cannot be the id of a run: use letters, digits and . _ + = @ - (128 at most), beginning with a letter or digit.',
        to,
      );
    case 'taken':
      return t('{0} is another run already.', to);
    case 'unreadable':
      return t('In the plan "{0}" would not be read as a run. Use an id such as R001.', to);
  }
}
