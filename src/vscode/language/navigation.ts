import * as vscode from 'vscode';
import { reportedAt } from '../../core/links/provenanceNumbers';
import type { FileRange, Mention } from '../../core/links/model';
import type { AtPlace } from '../../core/links/questions';
import type { Study } from '../study';
import { atLine, filesAt, leftBy } from './resultFiles';
import { freshPath, locations, rangeIn, relativePath, reportFiles, studyFiles } from './studyFiles';

/** Go to definition, find references, and what a run left behind, between all documents of a study. */
export function provideNavigation(study: Study): vscode.Disposable {
  const at = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ) => {
    const file = await freshPath(study, document, token);
    if (file === null) return null;
    const offset = document.offsetAt(position);
    const place = await study.reader.ask('at', { file, offset });
    return place && { file, offset, ...place };
  };
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(studyFiles, {
      provideDefinition: async (document, position, token) => {
        const place = await at(document, position, token);
        return place && definitions(study, document, place);
      },
    }),
    vscode.languages.registerDefinitionProvider(reportFiles, {
      provideDefinition: async (document, position) => {
        if (relativePath(study, document.uri) === null) return null;
        const place = reportedAt(document.lineAt(position.line).text, position.character);
        const files = place === null ? [] : await filesAt(study, place.file);
        const line = position.line;
        return files.map((uri): vscode.LocationLink => ({
          targetUri: uri,
          targetRange: atLine(uri, place!.line).range,
          originSelectionRange: new vscode.Range(line, place!.from, line, place!.to),
        }));
      },
    }),
    vscode.languages.registerReferenceProvider(studyFiles, {
      provideReferences: async (document, position, _context, token) => {
        const mention = (await at(document, position, token))?.mention;
        if (!mention) return null;
        const [mentions, places] = await Promise.all([
          study.reader.ask('mentions', { kind: mention.kind, id: mention.id }),
          mention.kind === 'run' ? study.reader.ask('run', { id: mention.id }) : null,
        ]);
        const found = await locations(study, mentions);
        if (mention.kind === 'run') found.push(...(await leftBy(study, mention.id, places)));
        return found;
      },
    }),
    vscode.languages.registerImplementationProvider(studyFiles, {
      provideImplementation: async (document, position, token) => {
        const mention = (await at(document, position, token))?.mention;
        if (mention?.kind !== 'run') return null;
        return leftBy(study, mention.id, await study.reader.ask('run', { id: mention.id }));
      },
    }),
  );
}

async function definitions(
  study: Study,
  document: vscode.TextDocument,
  { file, offset, mention, path }: AtPlace & { readonly file: string; readonly offset: number },
): Promise<vscode.LocationLink[] | null> {
  // Inside a command or a path the file is meant, unless there is none.
  if (path !== null && (mention === null || mention.role === 'code')) {
    const files = await filesAt(study, path.path, await cwdAt(study, mention));
    if (files.length > 0) {
      const origin = rangeIn(document, path);
      const line = path.pointer === null ? null : await lineOf(study, files[0]!, path.pointer);
      return files.map((uri) => ({
        targetUri: uri,
        targetRange: atLine(uri, line).range,
        originSelectionRange: origin,
      }));
    }
  }
  if (mention === null) return null;
  const here = (range: FileRange) => range.file === file && range.from <= offset && offset <= range.to;
  const targets = (await targetsOf(study, mention)).filter((range) => !here(range));
  const origin = rangeIn(document, mention);
  return (await locations(study, targets)).map(({ uri, range }) => ({
    targetUri: uri,
    targetRange: range,
    originSelectionRange: origin,
  }));
}

/** What says what it is: a run's row and entry, a milestone's or block's line in the plan. */
async function targetsOf(study: Study, mention: Mention): Promise<readonly FileRange[]> {
  if (mention.kind === 'run') {
    const places = await study.reader.ask('run', { id: mention.id });
    if (!places) return [];
    // One step on, never back to where one is: from elsewhere to the row, from a row to its entry, from an entry to its row.
    const [row] = places.rows.filter((range) => range.file !== mention.file || mention.role !== 'row');
    const entry = mention.role === 'entry' ? null : places.entry;
    const target = mention.role === 'row' && !isPlan(study, mention.file) ? (entry ?? row) : (row ?? entry);
    return target ? [target] : [];
  }
  const mentions = await study.reader.ask('mentions', { kind: mention.kind, id: mention.id });
  return mentions.filter(({ role }) => role === 'key');
}

function isPlan(study: Study, file: string): boolean {
  return study.inputs.planPath === file;
}

async function cwdAt(study: Study, mention: Mention | null): Promise<string | undefined> {
  if (mention?.kind !== 'run') return undefined;
  return (await study.reader.ask('run', { id: mention.id }))?.cwd;
}

/** Line of a result file that a JSON pointer leads to; null where it leads nowhere. */
async function lineOf(study: Study, uri: vscode.Uri, pointer: string): Promise<number | null> {
  const { readMetric } = await import('../../core/results/readMetric');
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const file = relativePath(study, uri) ?? uri.path;
    const name = pointer.split('/').at(-1) ?? '';
    const reading = readMetric({ text, file, name, pointer });
    return reading.ok ? reading.value.line : null;
  } catch {
    return null;
  }
}
