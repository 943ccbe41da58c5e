import * as vscode from 'vscode';
import { parseSeeds, parseSystems, type FirstPlan } from '../../core/plan/firstPlan';
import { translate as t } from '../translate';

/** The person wants the question before once more. */
const back = Symbol('back');

interface Question {
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with an answer; null: nothing. */
  readonly wrong: (answer: string) => string | null;
}

/** Asks for a first plan, one question after the other; the back button returns to the one before. Undefined: the person left. */
export async function askForFirstPlan(folder: vscode.WorkspaceFolder): Promise<FirstPlan | undefined> {
  const needed = (answer: string) => (answer.trim() === '' ? t('Write a few words.') : null);
  const script = await firstScript(folder);
  const systems = (answer: string) =>
    parseSystems(answer) === null ? t('Names of letters and digits, separated by commas, each once.') : null;
  const questions: readonly Question[] = [
    { prompt: t('What is the study called?'), value: folder.name, wrong: needed },
    {
      prompt: t('Which question shall it answer, and why does the answer matter?'),
      value: '',
      wrong: needed,
    },
    {
      prompt: t('Which systems are compared? Yours first, then what it has to beat.'),
      value: 'method, baseline',
      wrong: (answer) => systems(answer) ?? needed(answer),
    },
    {
      prompt: t('Which metric decides? Write a minus in front where less is better, as in -loss.'),
      value: 'accuracy',
      wrong: (answer) =>
        /^-?\s*[\p{L}\p{N}][^|`"\\{}[\]]{0,60}$/u.test(answer.trim())
          ? null
          : t('The name of one metric, such as accuracy or -loss.'),
    },
    {
      prompt: t('With which seeds is each system run?'),
      value: '1-3',
      wrong: (answer) =>
        parseSeeds(answer) === null ? t('Whole numbers, such as 1-3 or 42, 200, 201.') : null,
    },
    {
      prompt: t('Which script trains and evaluates one run?'),
      value: script,
      wrong: (answer) =>
        /^[\w./-]+$/.test(answer.trim()) ? null : t('A path inside this folder, such as train.py.'),
    },
  ];
  const answers: string[] = [];
  for (let step = 0; step < questions.length;) {
    const answer = await ask(questions[step]!, answers[step], step + 1, questions.length);
    if (answer === undefined) return undefined;
    if (answer === back) step--;
    else answers[step++] = answer.trim();
  }
  const [title, question, compared, decides, seeds, chosen] = answers as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const [method, ...baselines] = parseSystems(compared)!;
  return {
    ...{ title, question, method: method!, baselines },
    metric: decides.replace(/^-\s*/, ''),
    direction: decides.startsWith('-') ? 'lower' : 'higher',
    seeds: parseSeeds(seeds)!,
    script: chosen,
  };
}

function ask(
  { prompt, value, wrong }: Question,
  before: string | undefined,
  step: number,
  totalSteps: number,
): Promise<string | typeof back | undefined> {
  return new Promise((resolve) => {
    const box = vscode.window.createInputBox();
    Object.assign(box, { title: t('New Experiment Plan'), prompt, value: before ?? value, step, totalSteps });
    box.ignoreFocusOut = true;
    box.buttons = step === 1 ? [] : [vscode.QuickInputButtons.Back];
    box.onDidChangeValue((answer) => (box.validationMessage = wrong(answer) ?? undefined));
    box.onDidTriggerButton(() => {
      resolve(back);
      box.dispose();
    });
    box.onDidAccept(() => {
      const fault = wrong(box.value);
      if (fault !== null) return void (box.validationMessage = fault);
      resolve(box.value);
      box.dispose();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** A script that looks as if it trained something, so that the last question is mostly answered already. */
async function firstScript(folder: vscode.WorkspaceFolder): Promise<string> {
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, '{train,main,run,experiment}*.py'),
    null,
    5,
  );
  const names = found.map(({ path }) => path.slice(folder.uri.path.length + 1)).sort();
  return names.find((name) => name.startsWith('train')) ?? names[0] ?? 'train.py';
}
