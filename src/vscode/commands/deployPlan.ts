import * as vscode from 'vscode';
import type { StudyDeclaration } from '../../core/run/declaration';
import { parseOverrides } from '../../core/run/overrides';
import type { StudyInputs } from '../../views/input';
import { whyNotDeploy } from '../../views/plan';
import { settings, type Settings } from '../settings';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { askForTrust } from '../trust';
import { offerPlan } from './newPlan';

/** Commands that the small gate lists; more are counted. */
const shownCommands = 12;

/**
 * "Bridge: Deploy Plan": asks for plan and options, reads and checks the documents, shows the sanity commands before
 * anything of them has ever run, and hands the study to the driver. `quick` skips the input box.
 */
export async function deployPlan(study: Study, { quick }: { readonly quick: boolean }): Promise<void> {
  if (study.root === null) return void (await offerPlan(study, []));
  if (!vscode.workspace.isTrusted) return askForTrust();
  await saveDocuments(study);
  const usual = await study.readInputs(null);
  const nothing = usual.planPath === null && usual.trackerPath === null;
  if (nothing && quick) return void (await offerPlan(study, usual.lookedFor));
  const asked = nothing
    ? await askForOtherPlan(study, usual.lookedFor)
    : quick
      ? ''
      : await askForOverrides();
  if (asked === undefined) return;
  const { plan, overrides: call } = parseOverrides(asked);
  const inputs = plan === null ? usual : await study.readInputs(plan);
  const why = whyNotDeploy({ ...study.viewInput(), inputs });
  if (why !== null) return refuse(study, inputs, why);
  if (inputs.study === null) return refuse(study, inputs, t('The plan could not be read.'));
  const chosen = await confirmSettings(study, settings(call), call);
  if (chosen === null || !(await passSmallGate(study, inputs.study, chosen.target))) return;
  for (const problem of chosen.problems) void vscode.window.showWarningMessage(problem);
  const overrides = { ...chosen.overrides, ...passedOn(call) };
  if (
    !(await study.send({
      type: 'deploy',
      plan: plan === null ? null : inputs.planPath,
      overrides,
      target: chosen.target,
    }))
  )
    return;
  await vscode.commands.executeCommand('bridge.openPanel');
}

/** What was typed and is no setting of the editor is the driver's to read. */
function passedOn(call: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== 'target'));
}

async function askForOverrides(): Promise<string | undefined> {
  const value = '"EXPERIMENT_PLAN.md"';
  return vscode.window.showInputBox({
    title: t('Deploy Plan'),
    prompt: t(
      'Enter deploys with your settings. Options may follow a dash: {0}',
      '"EXPERIMENT_PLAN.md" — compact: true, base repo: URL',
    ),
    value,
    valueSelection: [value.length, value.length],
    validateInput: (text) => parseOverrides(text).problems[0] ?? null,
    ignoreFocusOut: true,
  });
}

async function askForOtherPlan(study: Study, lookedFor: readonly string[]): Promise<string | undefined> {
  const choose = t('Choose a File…');
  const answer = await offerPlan(study, lookedFor, choose);
  if (answer !== choose || study.folder === null) return undefined;
  const [file] =
    (await vscode.window.showOpenDialog({
      defaultUri: study.folder.uri,
      filters: { Markdown: ['md'] },
      title: t('Choose the plan'),
    })) ?? [];
  if (!file) return undefined;
  if (study.resolve(file.path) === null) {
    void vscode.window.showErrorMessage(t('The plan must lie in this workspace.'));
    return undefined;
  }
  return `"${vscode.workspace.asRelativePath(file, false)}"`;
}

/** The driver reads what is on the disk: what the person sees in an editor must be that. */
async function saveDocuments(study: Study): Promise<void> {
  const { planPath, trackerPath, manifestPath } = study.inputs;
  for (const path of [planPath, trackerPath, manifestPath]) {
    const uri = path === null ? null : study.resolve(path);
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri?.toString());
    if (open?.isDirty === true) await open.save();
  }
}

async function refuse(study: Study, inputs: StudyInputs, why: string): Promise<void> {
  const error = inputs.problems.find(({ severity, file }) => severity === 'error' && file !== null);
  const [show, panel] = [t('Show the Problem'), t('Open Control Panel')];
  const answer = await vscode.window.showErrorMessage(why, ...(error ? [show] : [panel]));
  if (answer === panel) await vscode.commands.executeCommand('bridge.openPanel');
  const uri = answer === show && error?.file != null ? study.resolve(error.file) : null;
  if (uri === null) return;
  const at = error?.span
    ? new vscode.Position(error.span.start.line - 1, error.span.start.column - 1)
    : new vscode.Position(0, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
}

/** A machine or repository that the workspace names is used after the person said so, once a value. */
async function confirmSettings(
  study: Study,
  found: Settings,
  call: Readonly<Record<string, unknown>>,
): Promise<Settings | null> {
  const { target, baseRepo } = found.asksFor;
  const { memory } = study.parts;
  const wanted = { ...(target === null ? {} : { target }), ...(baseRepo === null ? {} : { baseRepo }) };
  if (Object.keys(wanted).length === 0) return found;
  const key = 'confirmed';
  const mark = JSON.stringify(wanted);
  if (!memory.get<readonly string[]>(key, []).includes(mark)) {
    const [yes, mine] = [t('Use Them'), t('Use My Own Settings')];
    const detail = Object.entries(wanted)
      .map(([name, value]) => `bridge.${name}: ${value}`)
      .join('\n');
    const answer = await vscode.window.showWarningMessage(
      t('This workspace names a machine or a repository to use.'),
      { modal: true, detail },
      yes,
      mine,
    );
    if (answer === mine) return found;
    if (answer !== yes) return null;
    await memory.update(key, [...memory.get<readonly string[]>(key, []), mark]);
  }
  const confirmed = settings({ ...call, ...wanted });
  return { ...confirmed, asksFor: { target: null, baseRepo: null } };
}

/** Before anything of this content has ever run, its sanity commands are shown with one button. */
async function passSmallGate(study: Study, declared: StudyDeclaration, target: string): Promise<boolean> {
  const sanity = new Set(declared.milestones.filter(({ kind }) => kind === 'sanity').map(({ id }) => id));
  const jobs = declared.jobs.filter(({ milestone }) => milestone !== null && sanity.has(milestone));
  const fresh = jobs.filter((job) => {
    const known = study.state.jobs.get(job.id);
    return known === undefined || known.attempts.length === 0 || known.job.command !== job.command;
  });
  if (fresh.length === 0) return true;
  const commands = fresh.slice(0, shownCommands).map(({ id, command }) => `${id}:  ${command.trim()}`);
  if (fresh.length > shownCommands) commands.push(t('and {0} more', fresh.length - shownCommands));
  const where = target === 'local' ? t('on this machine') : t('on {0}', target);
  const detail = [...commands, '', t('Bridge asks again before anything else runs.')].join('\n');
  const run = t('Run Sanity');
  const question =
    fresh.length === 1
      ? t('Run this sanity command {0}?', where)
      : t('Run these {0} sanity commands {1}?', fresh.length, where);
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, run)) === run;
}
