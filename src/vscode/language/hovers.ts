import * as vscode from 'vscode';
import { reportedAt } from '../../core/links/provenanceNumbers';
import {
  blockHover,
  escapeMarkdown,
  milestoneHover,
  numberHover,
  plannedRunHover,
  runHover,
  type FileLink,
} from '../../views/hover';
import type { Study } from '../study';
import { readProvenance } from './resultFiles';
import { freshPath, rangeIn, relativePath, reportFiles, studyFiles } from './studyFiles';

/** What a run, milestone, block, key or number is, where the pointer rests on it. */
export function provideHovers(study: Study): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(studyFiles, {
      provideHover: async (document, position, token) => {
        const file = await freshPath(study, document, token);
        if (file === null) return null;
        const at = await study.reader.ask('at', { file, offset: document.offsetAt(position) });
        if (at?.mention) {
          const text = await describe(study, at.mention.kind, at.mention.id);
          if (text !== null) return new vscode.Hover(markdown(text), rangeIn(document, at.mention));
        }
        if (at?.key && !schemaIsShownByOthers())
          return new vscode.Hover(markdown(escapeMarkdown(at.key.description)), rangeIn(document, at.key));
        return null;
      },
    }),
    vscode.languages.registerHoverProvider(reportFiles, {
      provideHover: async (document, position) => {
        if (relativePath(study, document.uri) === null) return null;
        const line = document.lineAt(position.line);
        const place = reportedAt(line.text, position.character);
        if (place === null) return null;
        const numbers = await readProvenance(study);
        const range = new vscode.Range(position.line, place.from, position.line, place.to);
        return new vscode.Hover(
          markdown(numberHover(place, numbers, study.viewInput(), fileLink(study))),
          range,
        );
      },
    }),
  );
}

async function describe(
  study: Study,
  kind: 'run' | 'milestone' | 'block',
  id: string,
): Promise<string | null> {
  const input = study.viewInput();
  if (kind === 'milestone') return milestoneHover(id, input);
  if (kind === 'block') return blockHover(id, input);
  const known = runHover(id, input, await readProvenance(study), fileLink(study));
  if (known !== null) return known;
  const places = await study.reader.ask('run', { id });
  return places && plannedRunHover(id, places, input);
}

function fileLink(study: Study): FileLink {
  return (file, line, text) => {
    const uri = study.resolve(file);
    if (uri === null) return escapeMarkdown(text);
    const target = line === null ? uri : uri.with({ fragment: `L${line}` });
    return `[${escapeMarkdown(text)}](${target.toString()})`;
  };
}

/** Commands cannot be reached from it: what it shows comes from files of the workspace. */
function markdown(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text, true);
}

/** The YAML extension reads the same schema and shows it itself. */
export function schemaIsShownByOthers(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml')?.isActive === true;
}
