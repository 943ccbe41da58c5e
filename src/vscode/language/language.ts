import * as vscode from 'vscode';
import type { Study } from '../study';
import { provideProposals } from '../commands/normalisePlan';
import { provideCodeLenses } from './codeLenses';
import { provideCompletions } from './completions';
import { provideHovers } from './hovers';
import { provideNavigation } from './navigation';
import { provideOutline } from './outline';
import { provideQuickFixes } from './quickFixes';
import { provideRenames } from './renames';

/** Everything that an editor of plan, tracker, manifest or report can do beside showing text. */
export function provideLanguage(study: Study): vscode.Disposable {
  return vscode.Disposable.from(
    provideCodeLenses(study),
    provideHovers(study),
    provideNavigation(study),
    provideOutline(study),
    provideQuickFixes(study),
    provideRenames(study),
    provideCompletions(study),
    provideProposals(),
  );
}
