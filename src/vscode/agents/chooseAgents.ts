import * as vscode from 'vscode';
import { familyOf, modelLabel } from '../../core/agents/chooseModel';
import type { FoundAgent } from '../../core/agents/foundAgent';
import { modelFamily, sameFamily } from '../../core/agents/modelFamily';
import type { ModelFamily } from '../../core/agents/ports';
import { describeList } from '../../views/words';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';

interface AuthorItem extends vscode.QuickPickItem {
  readonly value: string;
  readonly lmModel: string | null;
  readonly family: ModelFamily;
}

/**
 * "Bridge: Choose Author and Reviewer": finds who is there, shakes hands, and lets the person choose. Nothing of the
 * workspace is sent.
 */
export async function chooseAgents(study: Study): Promise<void> {
  if (!vscode.workspace.isTrusted) return askForTrust();
  if (study.root === null) return;
  const { root } = study;
  const configuration = vscode.workspace.getConfiguration('bridge');
  const [found, models] = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: t('Bridge looks for agents and reviewers; nothing of your study is sent'),
    },
    async () =>
      Promise.all([
        study.parts.agents.findAgents(root),
        Promise.resolve(vscode.lm.selectChatModels()).catch(() => []),
      ]),
  );
  const author = await pickAuthor(found.authors, models, configuration.get('author', 'none'));
  if (author === undefined) return;
  const reviewers = await pickReviewers(found.reviewers, models, author.family, configuration);
  if (reviewers === undefined) return;
  const set = (name: string, value: unknown) =>
    configuration.update(name, value, vscode.ConfigurationTarget.Global);
  await set('author', author.value);
  await set('lm.authorModel', author.lmModel ?? undefined);
  await set('lm.reviewModel', reviewers.find(({ lmModel }) => lmModel !== null)?.lmModel ?? undefined);
  await set('reviewers', reviewers.length === 0 ? ['none'] : reviewers.map(({ value }) => value));
  void vscode.window.showInformationMessage(
    t(
      '{0} writes, {1} reviews. Nothing has been sent yet; you are asked before anything runs.',
      author.value === 'none' ? t('Nobody') : author.label,
      reviewers.length === 0
        ? t('nobody')
        : describeList(
            reviewers.map(({ label }) => label),
            t,
          ),
    ),
  );
}

type Models = readonly vscode.LanguageModelChat[];

async function pickAuthor(
  found: readonly FoundAgent[],
  models: Models,
  current: string,
): Promise<AuthorItem | undefined> {
  const other = t('Another program…');
  const items: AuthorItem[] = [
    {
      ...{ label: t('Nobody'), value: 'none', lmModel: null, family: 'unknown' },
      description: t('you write the code; Bridge checks and runs it'),
    },
    ...found.map((each) => ({
      ...{ label: each.name, value: each.value, lmModel: null, family: modelFamily(each.name) },
      description: each.client ?? t('cannot be used now'),
      detail: each.problem ?? each.value,
    })),
    ...models.map((model) => ({
      ...{ label: model.name, value: 'vscode-lm', lmModel: modelLabel(model), family: familyOf(model) },
      description: t('language model of VS Code, {0}', modelLabel(model)),
    })),
    {
      ...{ label: other, value: '', lmModel: null, family: 'unknown' },
      description: t('that speaks the Agent Client Protocol'),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    ...{ title: t('Who writes missing code? (1/2)'), ignoreFocusOut: true, matchOnDetail: true },
    placeHolder: t('What it writes arrives as a change that you take or reject.'),
  });
  if (picked?.label !== other) return picked;
  const command = await vscode.window.showInputBox({
    ...{ title: other, ignoreFocusOut: true, value: current.startsWith('acp:') ? current.slice(4) : '' },
    prompt: t('Program and arguments, such as: gemini --experimental-acp'),
    validateInput: (text) => (text.trim() === '' ? t('A program is needed.') : null),
  });
  if (command === undefined) return undefined;
  const value = `acp:${command.trim()}`;
  return { ...{ label: command.trim(), value, lmModel: null, family: modelFamily(command) } };
}

async function pickReviewers(
  found: readonly FoundAgent[],
  models: Models,
  author: ModelFamily,
  configuration: vscode.WorkspaceConfiguration,
): Promise<readonly AuthorItem[] | undefined> {
  const chosen = configuration.get<readonly string[]>('reviewers', []);
  const lmModel = configuration.get<string | null>('lm.reviewModel', null);
  const related = (family: ModelFamily) =>
    sameFamily(family, author) && !configuration.get('review.sameFamily', false)
      ? t('of the author’s own family: passed over')
      : undefined;
  const items: AuthorItem[] = [
    ...found
      .filter(({ client }) => client !== null)
      .map((each) => {
        const family = modelFamily(each.model ?? each.name);
        return {
          ...{
            label: `${each.model ?? each.name} (${each.value})`,
            value: each.value,
            lmModel: null,
            family,
          },
          ...{ description: each.client ?? '', detail: related(family) ?? '' },
          picked: chosen.includes(each.value),
        };
      }),
    ...models.map((model) => ({
      ...{ label: model.name, value: 'vscode-lm', lmModel: modelLabel(model), family: familyOf(model) },
      description: t('language model of VS Code, {0}', modelLabel(model)),
      detail: related(familyOf(model)) ?? '',
      picked: chosen.includes('vscode-lm') && lmModel === modelLabel(model),
    })),
  ];
  if (items.length === 0) {
    const missing = found.map(({ value, problem }) => `${value}: ${problem ?? ''}`).join('\n');
    await vscode.window.showWarningMessage(t('No reviewer was found on this machine.'), {
      ...{ modal: true, detail: missing },
    });
    return [];
  }
  const picked = await vscode.window.showQuickPick(items, {
    ...{ title: t('Who reviews, before anything runs? (2/2)'), canPickMany: true, ignoreFocusOut: true },
    placeHolder: t('Tried in this order. Nobody: say so and go on without a review.'),
  });
  // One language model of VS Code reviews.
  return picked?.filter(
    (each, at) => each.lmModel === null || picked.findIndex(({ value }) => value === each.value) === at,
  );
}
