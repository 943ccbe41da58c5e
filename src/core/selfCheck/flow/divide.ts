import type { Expr } from '../python/ast';
import type { Flow } from './flow';
import { judgeAugmented } from './judgeTestRows';
import { newRows, roleOfName, splitOf, type Role, type Rows, type Split } from './rows';
import { nothing, type Data, type Value } from './value';

/** Both sides of a split of the same rows; `X` and `y` divided by one call get the same sides. */
export function sides(data: Data, split: Split): { train: Data; test: Data } {
  const side = (role: Role): Data => ({
    ...data,
    rows: newRows('part', [data.rows], { split, role, label: '' }),
  });
  // What is set aside of a training part is for validation, whatever it is called.
  const inner = splitOf(data.rows)?.role === 'train';
  return { train: side('train'), test: side(inner ? 'validation' : 'test') };
}

/** What a call like `train_test_split(X, y)` returns: two parts an array, those of aligned arrays shared. */
export function dividedPairs(arrays: readonly (Data | null)[], split: Split): Value {
  const made = new Map<Rows, { train: Rows; test: Rows }>();
  const items = arrays.flatMap((data): Value[] => {
    if (!data) return [nothing, nothing];
    let pair = made.get(data.rows);
    if (!pair) {
      const both = sides(data, split);
      made.set(data.rows, (pair = { train: both.train.rows, test: both.test.rows }));
    }
    return [
      { ...data, rows: pair.train },
      { ...data, rows: pair.test },
    ];
  });
  return { kind: 'sequence', items };
}

/** The names that a split is unpacked into say which side is which; contradicting the order of the results is a bug of its own. */
export function divideByNames(
  flow: Flow,
  targets: readonly Expr[],
  value: Value & { kind: 'sequence' },
): void {
  const wrong = targets.filter((target, at) => {
    const item = value.items[at];
    const role = roleOfName(flow.source(target));
    if (item?.kind !== 'data' || item.rows.kind !== 'part' || item.rows.split?.name !== 'train_test_split')
      return false;
    return (item.rows.role === 'train' && role === 'test') || (item.rows.role === 'test' && role === 'train');
  });
  const roles = new Set(wrong.map((target) => roleOfName(flow.source(target))));
  // Both a train and a test name have to be at the wrong place: two arrays that are divided further are all called train.
  if (roles.size < 2 || value.items.length !== targets.length) return;
  const call = flow.statement ?? targets[0]!;
  const names = targets.map((target) => flow.source(target)).join(', ');
  flow.report(`order:${call.from}`, {
    severity: 'CRITICAL',
    check: 'logic',
    title: 'The parts of train_test_split are unpacked in the wrong order',
    why: `At ${flow.place(call.from)} train_test_split returns the train and the test part of each array in turn, but the names are ${names}: ${wrong.map((target) => flow.source(target)).join(' and ')} hold${wrong.length === 1 ? 's' : ''} the other part.`,
    fix: 'Unpack as X_train, X_test, y_train, y_test = train_test_split(X, y).',
    at: call.from,
    to: call.to,
  });
}

/** The value for one target of an unpacking. */
export function partOf(flow: Flow, targets: readonly Expr[], value: Value, at: number): Value {
  if (value.kind === 'sequence') {
    const item = value.items[at] ?? nothing;
    const target = targets[at];
    if (item.kind !== 'data' || item.rows.kind !== 'part' || !target) return item;
    const role = roleOfName(flow.source(target));
    const swapped =
      (item.rows.role === 'train' && role === 'test') || (item.rows.role === 'test' && role === 'train');
    if (!swapped) return item;
    const right = value.items.find(
      (other) => other.kind === 'data' && other.rows.kind === 'part' && other.rows.role === role,
    );
    return right ?? item;
  }
  if (value.kind !== 'divided') return nothing;
  const { data, split } = value;
  const target = targets[at];
  const named = target ? roleOfName(flow.source(target)) : null;
  const byOrder: Role =
    at === 0 ? 'train' : at === targets.length - 1 || targets.length === 0 ? 'test' : 'validation';
  const role = named ?? byOrder;
  const label = target ? flow.source(target) : '';
  if (role === 'test' && value.sure && target) judgeAugmented(flow, data, target);
  const kind = value.sure ? 'part' : 'derived';
  const key = `${kind} ${split.at} ${value.sure ? at : role}`;
  const rows = flow.share(data.rows, key, () => newRows(kind, [data.rows], { split, role, label }));
  return { ...data, rows };
}
