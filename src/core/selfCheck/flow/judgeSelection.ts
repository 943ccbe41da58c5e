import type { Expr, Stmt } from '../python/ast';
import type { Call } from './calls';
import { isScoreName } from './assign';
import type { Flow } from './flow';
import { roleOf, roleOfName, splitOf, type Rows } from './rows';
import { rowsBehind, type Data, type Estimator, type Value } from './value';

/** Rows that are certainly the test rows, where a value depends on no others but training rows. */
function testedOn(value: Value): Rows | null {
  // The part that a fold holds out serves validation and test alike; which of them can't be told.
  const rows = rowsBehind(value).filter((each) => splitOf(each)?.split?.name.endsWith('.split') !== true);
  const roles = rows.map((each) => roleOf(each));
  if (roles.includes('validation') || rows.length === 0) return null;
  return rows.find((_, at) => roles[at] === 'test') ?? null;
}

function reportSelection(flow: Flow, at: Expr | Stmt, title: string, why: string): void {
  flow.report(`selection:${at.from}`, {
    severity: 'MAJOR',
    check: 'logic',
    title,
    why,
    fix: 'Choose on a validation part (or by cross-validation within the training part) and score the test rows once, with what was chosen.',
    at: at.from,
    to: at.to,
  });
}

const bestName = /(?:^|_)best|best(?:_|$)|^(?:max|min|highest|lowest|top)_|_(?:so_far)$|^best/i;

/** `if acc > best_acc:` in a loop, where `acc` was measured on test rows. */
export function judgeBest(flow: Flow, test: Expr, body: readonly Stmt[]): void {
  if (test.kind === 'binary' && (test.op === 'and' || test.op === 'or')) {
    judgeBest(flow, test.left, body);
    judgeBest(flow, test.right, body);
    return;
  }
  if (test.kind !== 'binary' || !/^[<>]=?$/.test(test.op)) return;
  const named = (expr: Expr) => bestName.test(flow.source(expr).replace(/^.*\.|\[.*$/g, ''));
  const [best, other] = named(test.left)
    ? [test.left, test.right]
    : named(test.right)
      ? [test.right, test.left]
      : [null, null];
  if (!best || !other || named(other)) return;
  if (flow.loopDepth === 0 && !/epoch/i.test(flow.source(test))) {
    // A function called once an epoch keeps its best in a global or on self.
    const keeps = flow.returns !== null && flow.lookup(flow.source(best)) !== null;
    if (!keeps && best.kind !== 'attribute') return;
  }
  const rows = testedOn(flow.evaluate(other));
  if (!rows) return;
  const name = flow.source(best);
  const kept = body.some(
    (statement) =>
      statement.kind === 'assign' && statement.targets.some((target) => flow.source(target) === name),
  );
  const saved = body.some((statement) =>
    /\b(?:save|save_pretrained|save_checkpoint|state_dict|deepcopy|dump|save_model|save_weights)\b/.test(
      flow.file.text.slice(statement.from, statement.to),
    ),
  );
  if (!kept && !saved) return;
  reportSelection(
    flow,
    test,
    saved
      ? 'The checkpoint that is kept is chosen by its score on the test rows'
      : 'The best score on the test rows is what is kept',
    `At ${flow.place(test.from)} ${flow.source(test)} keeps the best of several tries, and ${flow.source(other)} is measured on ${rows.label || 'the test rows'}. The best of many test scores is no estimate for new data.`,
  );
}

/** `a if score_a > score_b else b`: one of two models by their scores on test rows. */
export function judgeChoice(flow: Flow, at: Expr, test: Expr, then: Value, otherwise: Value): void {
  if (then.kind !== 'estimator' || otherwise.kind !== 'estimator' || then.estimator === otherwise.estimator)
    return;
  reportChoice(flow, at, test);
}

/** The same as a statement: `if score_a > score_b: best = a`. */
export function judgeChoiceOf(flow: Flow, test: Expr, body: readonly Stmt[]): void {
  const chooses = body.some((statement) => {
    if (statement.kind !== 'assign' || statement.value?.kind !== 'name') return false;
    const named = statement.targets.some((target) =>
      /best|final|chosen|selected|winner/i.test(flow.source(target)),
    );
    return named && flow.evaluate(statement.value).kind === 'estimator';
  });
  if (chooses) reportChoice(flow, test, test);
}

function reportChoice(flow: Flow, at: Expr, test: Expr): void {
  if (test.kind !== 'binary' || !/^[<>]=?$/.test(test.op)) return;
  const sides = [flow.evaluate(test.left), flow.evaluate(test.right)];
  if (!sides.every((side) => side.kind === 'unknown' && side.score)) return;
  const rows = testedOn({ kind: 'sequence', items: sides });
  if (!rows) return;
  reportSelection(
    flow,
    at,
    'One of two models is chosen by its score on the test rows',
    `At ${flow.place(test.from)} ${flow.source(test)} decides between two models, and both scores are measured on ${rows.label || 'the test rows'}. The better of two test scores is no estimate for new data.`,
  );
}

/** `ks[np.argmax(scores)]`, `max(results, key=…)`: a choice by scores on test rows. */
export function judgePick(flow: Flow, { expr, args, keys }: Call, name: string): void {
  const [argument] = expr.args;
  const [value] = args;
  if (!argument || !value || expr.args.length > 2) return;
  const scores =
    value.kind === 'sequence' ? value.items : value.kind === 'dict' ? [...value.entries.values()] : [];
  const isScore = (item: Value): boolean =>
    (item.kind === 'unknown' && item.score) || (item.kind === 'sequence' && item.items.some(isScore));
  if (scores.length === 0 || !scores.some(isScore)) return;
  const picks = name.includes('arg') || name === 'sorted' || keys.has('key') || assignsBest(flow);
  if (!picks || (name === 'sorted' && !keys.has('key') && !assignsBest(flow))) return;
  const rows = testedOn({ kind: 'sequence', items: scores.filter(isScore) });
  if (!rows || roleOfName(flow.source(argument.value)) === 'train') return;
  reportSelection(
    flow,
    expr,
    'The choice between tries is made by their scores on the test rows',
    `At ${flow.place(expr.from)} ${flow.source(expr)} picks by scores that were measured on ${rows.label || 'the test rows'}. What was picked there cannot be scored there any more.`,
  );
}

function assignsBest(flow: Flow): boolean {
  const { statement } = flow;
  return (
    statement?.kind === 'assign' && statement.targets.some((target) => bestName.test(flow.source(target)))
  );
}

/** An objective of Optuna (`trial.suggest_…`) that returns a score on test rows. */
export function judgeTrial(flow: Flow, statement: Stmt, value: Value): void {
  if (flow.returns === null || value.kind !== 'unknown' || !flow.scope.values.has('trial')) return;
  const rows = testedOn(value);
  if (!rows || !/\btrial\.suggest_/.test(flow.file.text)) return;
  if (
    !value.score &&
    statement.kind === 'return' &&
    statement.value &&
    !isScoreName(flow.source(statement.value))
  )
    return;
  reportSelection(
    flow,
    statement,
    'The hyperparameter search is scored on the test rows',
    `At ${flow.place(statement.from)} the objective of the search returns a score that was measured on ${rows.label || 'the test rows'}; every trial looks at them.`,
  );
}

/** Early stopping or a kept checkpoint that looks at the test rows while training. */
export function judgeWatched(flow: Flow, { expr, keys }: Call, estimator: Estimator): void {
  const watched =
    keys.get('eval_set') ?? keys.get('validation_data') ?? keys.get('X_val') ?? keys.get('evals');
  if (!watched) return;
  const words = [...expr.args, ...[]].map(({ name, value }) => {
    const text = flow.file.text.slice(value.from, value.to);
    return name === 'callbacks' ? expand(flow, text) : `${name ?? ''}=${text.slice(0, 30)}`;
  });
  const configured = [...estimator.args.keys()].includes('early_stopping_rounds');
  const how = /ModelCheckpoint/.test(words.join(' '))
    ? 'the checkpoint that is kept'
    : 'the round at which training stops';
  if (
    !configured &&
    !/early_stopping_rounds=(?!None)|EarlyStopping|early_stopping\(|ModelCheckpoint\([^)]*save_best_only\s*=\s*True|use_best_model=True/.test(
      words.join(' '),
    )
  )
    return;
  const rows = testedOn(watched);
  if (!rows) return;
  reportSelection(
    flow,
    expr,
    `${how[0]!.toUpperCase()}${how.slice(1)} is chosen on the test rows`,
    `At ${flow.place(expr.from)} training watches ${rows.label || 'the test rows'} and chooses ${how} by the score there.`,
  );
}

/** The text of an argument, names in it replaced by what was last assigned to them. */
function expand(flow: Flow, text: string): string {
  return `${text} ${[...text.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => flow.definitions.get(word) ?? '').join(' ')}`;
}

/** A random split of rows that the code itself orders in time. */
export function judgeOrderedSplit(flow: Flow, { expr, keys }: Call, data: Data | null): void {
  const shuffle = keys.get('shuffle');
  if (!data || data.rows.temporal === null || (shuffle?.kind === 'const' && shuffle.value === false)) return;
  flow.report(`time:${expr.from}`, {
    severity: 'MAJOR',
    check: 'logic',
    title: 'A time series is split at random',
    why: `At ${flow.place(data.rows.temporal)} the rows are put in the order of time or given values of earlier rows. At ${flow.place(expr.from)} ${flow.source(expr)} shuffles them, so that the model is trained on what comes after the rows that it is tested on.`,
    fix: 'Split by time: shuffle=False, a cut-off date, or TimeSeriesSplit.',
    at: expr.from,
    to: expr.to,
  });
}
