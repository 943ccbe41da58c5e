import type { Finding } from './finding';
import type { Expr } from './python/ast';
import { dottedName, eachExpr, eachStmt, lastName } from './python/walk';
import type { PythonFile } from './sourceFile';

type Call = Expr & { kind: 'call' };

/** Models that draw random numbers while they are trained, whatever their data. */
const randomModels =
  /^(?:RandomForest|ExtraTrees)(?:Classifier|Regressor)$|^MLP(?:Classifier|Regressor)$|^(?:SGD|Passive\w+)(?:Classifier|Regressor)$|^(?:MiniBatch)?KMeans$|^Bagging(?:Classifier|Regressor)$|^GaussianMixture$/;
const shufflers = new Set(['KFold', 'StratifiedKFold']);
const alwaysRandom = new Set([
  'ShuffleSplit',
  'StratifiedShuffleSplit',
  'GroupShuffleSplit',
  'RandomizedSearchCV',
  'SMOTE',
  'RandomOverSampler',
  'RandomUnderSampler',
  'ADASYN',
  'RepeatedKFold',
  'RepeatedStratifiedKFold',
  'BorderlineSMOTE',
]);
const numpyDraws = /^(?:np|numpy)\.random\.(?:permutation|shuffle|choice)$/;

/** Does this file fix the random numbers of everything in it, by itself or by a function called after that? */
function seeds(file: PythonFile): boolean {
  let found = false;
  eachExpr(file.body, (expr) => {
    if (expr.kind !== 'call') return;
    const path = dottedName(expr.callee) ?? '';
    if (
      /seed/i.test(lastName(expr.callee)) &&
      !/^(?:get|spawn|generate|print|log|parse|add)_?/i.test(lastName(expr.callee))
    )
      found = true;
    if (/random\.key$|PRNGKey$|fix_random|set_deterministic|make_deterministic|reproducib/i.test(path))
      found = true;
    if (/Trainer$|TrainingArguments$/.test(path)) found = true;
  });
  return found;
}

/** Which of the files run under seeds that are set somewhere: in themselves, or in one that imports them. */
function seededFiles(files: readonly PythonFile[]): ReadonlySet<PythonFile> {
  const stems = new Map<string, PythonFile[]>();
  for (const file of files) {
    const stem = file.path.replace(/^.*\//, '').replace(/\.\w+$/, '');
    stems.set(stem, [...(stems.get(stem) ?? []), file]);
  }
  const seeded = new Set(files.filter(seeds));
  const open = [...seeded];
  for (let file = open.pop(); file; file = open.pop())
    eachStmt(file.body, (statement) => {
      if (statement.kind !== 'import') return;
      for (const { module, name } of statement.names)
        for (const stem of [module.replace(/^.*\./, ''), name ?? ''])
          for (const imported of stems.get(stem) ?? [])
            if (!seeded.has(imported)) {
              seeded.add(imported);
              open.push(imported);
            }
    });
  return seeded;
}

/** Random numbers that no seed fixes, one finding a file and kind. */
export function checkSeeds(files: readonly PythonFile[]): Finding[] {
  const seeded = seededFiles(files);
  return files
    .filter((file) => !seeded.has(file))
    .flatMap((file) => [...unseededCalls(file), ...unseededTraining(file)]);
}

function unseededCalls(file: PythonFile): Finding[] {
  const calls: { call: Call; name: string }[] = [];
  eachExpr(file.body, (expr) => {
    if (expr.kind !== 'call' || expr.args.some(({ spread }) => spread !== '')) return;
    const name = lastName(expr.callee);
    const path = dottedName(expr.callee) ?? '';
    const key = (wanted: string) => expr.args.find((argument) => argument.name === wanted)?.value ?? null;
    if (key('random_state') || key('generator') || key('seed') || key('rng')) {
      const given = key('random_state');
      if (!given || given.kind !== 'const' || given.value !== null) return;
    }
    const shuffle = key('shuffle');
    const isFalse = shuffle?.kind === 'const' && shuffle.value === false;
    const isTrue = shuffle?.kind === 'const' && shuffle.value === true;
    const random =
      (name === 'train_test_split' && !isFalse && expr.callee.kind !== 'call') ||
      (shufflers.has(name) && isTrue) ||
      alwaysRandom.has(name) ||
      randomModels.test(name) ||
      numpyDraws.test(path) ||
      (name === 'sample' && expr.callee.kind === 'attribute' && key('frac') !== null) ||
      (name === 'random_split' && /torch|data|^random_split$/.test(path));
    if (random) calls.push({ call: expr, name });
  });
  const [first] = calls;
  if (!first) return [];
  const places = calls.slice(0, 6).map(({ call, name }) => `${name} at ${file.placeAt(call.from)}`);
  const more = calls.length > 6 ? ` and ${calls.length - 6} more` : '';
  return [
    {
      severity: 'MINOR',
      file: file.path,
      line: file.lineAt(first.call.from),
      endLine: file.lineAt(first.call.to - 1),
      title: 'Random numbers are drawn without a seed',
      why: `${places.join(', ')}${more}: no random_state is given and nothing in this file sets a seed, so that no run can be repeated.`,
      fix: 'Pass random_state=seed from an argument of the script, or call np.random.seed(seed) before anything is drawn.',
      check: 'stability',
    },
  ];
}

/** A training loop of torch or a fit of keras in a file that is run itself. */
function unseededTraining(file: PythonFile): Finding[] {
  let torch: Call | null = null;
  let keras: Call | null = null;
  const modules = new Set<string>();
  eachStmt(file.body, (statement) => {
    if (statement.kind === 'import')
      for (const { module } of statement.names) modules.add(module.split('.')[0]!);
  });
  eachExpr(file.body, (expr) => {
    if (expr.kind !== 'call') return;
    const name = lastName(expr.callee);
    if (name === 'backward' && expr.callee.kind === 'attribute') torch ??= expr;
    if (
      name === 'fit' &&
      expr.args.some((argument) => argument.name === 'epochs' || argument.name === 'validation_data')
    )
      keras ??= expr;
  });
  const isRun =
    /__main__/.test(file.text) ||
    file.path.endsWith('.ipynb') ||
    file.body.some(({ kind }) => kind === 'for' || kind === 'expr' || kind === 'while');
  const found = modules.has('torch')
    ? torch
    : modules.has('tensorflow') || modules.has('keras')
      ? keras
      : null;
  if (!found || !isRun) return [];
  const call = found as Call;
  const seed = found === torch ? 'torch.manual_seed(seed)' : 'tf.keras.utils.set_random_seed(seed)';
  return [
    {
      severity: 'MINOR',
      file: file.path,
      line: file.lineAt(call.from),
      endLine: file.lineAt(call.to - 1),
      title: 'A network is trained without a seed',
      why: `At ${file.placeAt(call.from)} a network is trained; its weights and the order of its batches are random, and nothing in this file or in one that imports it sets a seed.`,
      fix: `Add a seed argument and call ${seed} before model and data are made.`,
      check: 'stability',
    },
  ];
}
