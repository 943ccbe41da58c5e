import { constructed, type Call } from './calls';
import { resampled } from './dataEffects';
import { dividedPairs } from './divide';
import { combine, stacked } from './evaluate';
import { elementOf } from './execute';
import type { Flow } from './flow';
import { judgeCrossValidation } from './judge';
import { judgeAugmented } from './judgeTestRows';
import { judgeMetric, metricNames } from './judgeMetric';
import { judgeOrderedSplit, judgePick } from './judgeSelection';
import { newRows, roleOfName, splitOf, type Role } from './rows';
import { dataOf, influencesOf, mergeInfluences, nothing, type Data, type Value } from './value';

/** Functions that return the rows that they are given, one for one. */
const keepsRows = new Set(
  'get_dummies array asarray ascontiguousarray tensor from_numpy as_tensor FloatTensor LongTensor Tensor DataFrame Series csr_matrix log log1p exp expm1 sqrt abs square power clip reshape ravel squeeze expand_dims nan_to_num to_numeric to_datetime cut to_categorical list tuple enumerate tqdm trange iter reversed DataLoader TensorDataset Dataset DMatrix Pool pad_sequences vstack_columns normalize binarize deepcopy copy shuffle float32 float64 hstack column_stack c_ sigmoid softmax sorted where isnan asanyarray matrix stack transpose concatenate_columns cached prefetch batch label_binarize'.split(
    ' ',
  ),
);
const loaders =
  /^(?:read_(?:csv|table|excel|json|parquet|pickle|feather|sql|hdf|fwf)|load_(?:iris|digits|wine|breast_cancer|diabetes|boston|linnerud|files|svmlight_file)|make_\w+|fetch_\w+|loadtxt|genfromtxt|load_npz|imread)$/;
const splitters = new Set([
  'train_test_split',
  'random_split',
  'iterative_train_test_split',
  'split_folders',
  'temporal_train_test_split',
]);
const statisticNames = new Set(
  'mean median std var min max sum nanmean nanmedian nanstd percentile quantile nanpercentile amin amax average'.split(
    ' ',
  ),
);
const columnsOf = new Set(['hstack', 'column_stack', 'c_']);

function axisOf({ keys, args }: Call): number {
  const axis = keys.get('axis') ?? keys.get('dim') ?? (args[1]?.kind === 'const' ? args[1] : undefined);
  if (axis?.kind !== 'const') return 0;
  return axis.value === 'columns' ? 1 : Number(axis.value);
}

/** A call of a function or class that is not the file's own, known by the last part of its path; null where it isn't known. */
export function callLibrary(flow: Flow, call: Call, path: string): Value | null {
  const { expr, args, keys } = call;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const estimator = constructed(flow, call, name);
  if (estimator) return estimator;
  if (metricNames.has(name)) return judgeMetric(flow, call, name);
  const dataAt = (at: number): Data | null => {
    const argument = expr.args.filter((each) => each.name === null)[at];
    return argument ? flow.data(argument.value, args[at]) : null;
  };
  const [first] = args;

  if (splitters.has(name)) {
    const split = { name, at: expr.from };
    const given = expr.args.flatMap((each, at) =>
      each.name === null && each.spread === '' ? [dataAt(at)] : [],
    );
    if (name === 'train_test_split') {
      judgeOrderedSplit(flow, call, given[0] ?? null);
      const shuffle = keys.get('shuffle');
      const shuffled = !(shuffle?.kind === 'const' && shuffle.value === false);
      for (const data of given)
        if (data && splitOf(data.rows)?.role !== 'train') judgeAugmented(flow, data, expr);
      return dividedPairs(given, { ...split, shuffled });
    }
    return given[0] ? { kind: 'divided', data: given[0], split, sure: name === 'random_split' } : nothing;
  }
  if (/^cross_val(?:_score|_predict|idate)$/.test(name)) {
    const data = dataAt(1) ?? (keys.get('X')?.kind === 'data' ? (keys.get('X') as Data) : null);
    if (data) judgeCrossValidation(flow, data, expr, first?.kind === 'estimator' ? first.estimator : null);
    return nothing;
  }
  if (/^(?:read_|load_|fetch_|make_|loadtxt|genfromtxt)/.test(name) && loaders.test(name))
    return loaded(flow, call, name);
  if (/^(?:np|numpy)\.load$/.test(path))
    return dataOf(newRows('source', [], { role: fileRole(first), label: flow.source(expr) }));
  if (name === 'load_dataset' || name === 'load_data') return loadedDataset(flow, call);
  const transform = keys.get('transform');
  const augments =
    transform?.kind === 'estimator' && transform.estimator.effect === 'augment' ? transform.estimator : null;
  const marks = augments
    ? [
        {
          effect: 'augment' as const,
          name: augments.name,
          over: newRows('source', []),
          at: augments.at,
          column: null,
        },
      ]
    : [];
  const train = keys.get('train');
  if (train?.kind === 'const' && typeof train.value === 'boolean' && /^[A-Z]/.test(name))
    return dataOf(newRows('source', [], { role: train.value ? 'train' : 'test', label: flow.source(expr) }), {
      influences: train.value ? marks : [],
    });
  const splitWord = keys.get('split') ?? keys.get('subset');
  if (splitWord?.kind === 'const' && typeof splitWord.value === 'string' && /^[A-Z]/.test(name))
    return dataOf(newRows('source', [], { role: roleOfName(splitWord.value), label: flow.source(expr) }));

  if (augments && /^[A-Z]/.test(name))
    return dataOf(newRows('source', [], { label: flow.source(expr) }), { influences: marks });

  if (name === 'resample' && first?.kind !== 'folds') {
    const again = keys.get('replace');
    const results = expr.args.flatMap((each, at): Value[] => {
      if (each.name !== null) return [];
      const data = dataAt(at);
      if (!data) return [nothing];
      if (again?.kind === 'const' && again.value === false)
        return [{ ...data, rows: newRows('subset', [data.rows]) }];
      return [resampled(data, 'resample', expr.from)];
    });
    return results.length === 1 ? results[0]! : { kind: 'sequence', items: results };
  }
  if (name === 'shuffle' && args.length > 1) return { kind: 'sequence', items: args };
  if (/^(?:scale|(?:minmax|maxabs|robust)_scale|zscore|quantile_transform|power_transform)$/.test(name)) {
    const data = dataAt(0);
    if (!data) return nothing;
    return {
      ...data,
      influences: mergeInfluences(data.influences, [
        { effect: 'scale', name, over: data.rows, at: expr.from, column: null },
      ]),
    };
  }
  // Bins by number or by quantile lie where the rows lie; bins that are written down don't.
  if (name === 'qcut' || (name === 'cut' && isCount(keys.get('bins') ?? args[1]))) {
    const data = dataAt(0);
    if (!data) return nothing;
    const mark = { effect: 'discretise' as const, name, over: data.rows, at: expr.from, column: null };
    return { ...data, influences: mergeInfluences(data.influences, [mark]) };
  }
  if (statisticNames.has(name)) {
    judgePick(flow, call, name);
    if (first?.kind === 'data' && first.mask)
      return { kind: 'unknown', over: [first.rows], influences: [], score: false };
    if (first?.kind === 'data')
      return { kind: 'stat', over: first.rows, how: 'statistic', name, at: expr.from, column: first.column };
    return combine(args);
  }
  if (name === 'argmax' || name === 'argmin' || name === 'nanargmax' || name === 'sorted')
    judgePick(flow, call, name);
  if (name === 'argmax' && first?.kind === 'data' && first.prediction)
    return { ...first, prediction: { ...first.prediction, output: 'labels' } };
  if (
    name === 'concat' ||
    name === 'concatenate' ||
    name === 'vstack' ||
    name === 'row_stack' ||
    name === 'append' ||
    name === 'cat' ||
    name === 'ConcatDataset' ||
    columnsOf.has(name)
  )
    return joined(flow, call, name);
  if (name === 'merge') {
    const [left, right] = [dataAt(0), dataAt(1)];
    return left
      ? { ...left, influences: mergeInfluences(left.influences, right?.influences ?? []) }
      : nothing;
  }
  if (name === 'zip') {
    const items = args.map((value, at) =>
      value.kind === 'sequence' ? null : elementOf(flow, value, expr.args[at]?.value ?? expr),
    );
    const lists = args.flatMap((value) => (value.kind === 'sequence' ? [value.items.length] : []));
    if (lists.length === 0)
      return { kind: 'sequence', items: [{ kind: 'sequence', items: items.map((item) => item ?? nothing) }] };
    const length = Math.min(12, ...lists);
    const rowsAt = (at: number): Value => ({
      kind: 'sequence',
      items: args.map((value, each) =>
        value.kind === 'sequence' ? (value.items[at] ?? nothing) : items[each]!,
      ),
    });
    return { kind: 'sequence', items: Array.from({ length }, (_, at) => rowsAt(at)) };
  }
  if (name === 'enumerate') {
    if (!first || first.kind === 'const') return nothing;
    if (first.kind === 'estimator' && first.estimator.family !== 'splitter') return nothing;
    const items =
      first.kind === 'sequence'
        ? first.items.slice(0, 12)
        : [elementOf(flow, first, expr.args[0]?.value ?? expr)];
    return { kind: 'sequence', items: items.map((item) => ({ kind: 'sequence', items: [nothing, item] })) };
  }
  if (name === 'Subset') {
    const data = dataAt(0);
    const by = args[1];
    if (!data) return nothing;
    const index = expr.args[1];
    if (index && roleOfName(flow.source(index.value)) === 'test') judgeAugmented(flow, data, expr);
    const rows = flow.share(data.rows, by && by !== nothing ? by : `subset ${expr.from}`, () =>
      newRows(by?.kind === 'indices' ? 'part' : 'derived', [data.rows], { label: flow.source(expr) }),
    );
    return { ...data, rows };
  }
  const index = keys.get('index');
  if (index?.kind === 'index' && !first) return dataOf(index.rows);
  const chosen = [...args, ...keys.values()].find(
    (value) => value.kind === 'stat' && value.how === 'selection',
  );
  if (keepsRows.has(name) && chosen && first?.kind !== 'data') return chosen;
  if (keepsRows.has(name)) {
    const data =
      first?.kind === 'data'
        ? first
        : first?.kind === 'sequence'
          ? first
          : first?.kind === 'dict'
            ? combineFrame(first)
            : null;
    if (data?.kind === 'sequence') return data;
    if (data)
      return { ...data, influences: mergeInfluences(data.influences, ...args.slice(1).map(influencesOf)) };
    return first?.kind === 'unknown' && first.over.length > 0
      ? first
      : first?.kind === 'folds'
        ? first
        : nothing;
  }
  return null;
}

/** `pd.DataFrame({'a': x, ...})`: rows of the first column that has any. */
function combineFrame(value: Value & { kind: 'dict' }): Data | null {
  const data = [...value.entries.values()].filter((item): item is Data => item.kind === 'data');
  return data[0] && data.every(({ rows }) => rows === data[0]!.rows)
    ? { ...data[0], prediction: null }
    : null;
}

function joined(flow: Flow, call: Call, name: string): Value {
  const { expr, args } = call;
  const [first] = args;
  const parts =
    first?.kind === 'sequence' ? first.items : name === 'append' ? args.slice(0, 2) : first ? [first] : [];
  const columns = columnsOf.has(name) || axisOf(call) === 1 || axisOf(call) === -1;
  if (!columns) return stacked(flow, parts, expr.from);
  const data = parts.filter((part): part is Data => part.kind === 'data');
  return data[0]
    ? dataOf(data[0].rows, { influences: mergeInfluences(...data.map(({ influences }) => influences)) })
    : combine(parts);
}

function isCount(bins: Value | undefined): boolean {
  return bins?.kind === 'const' && typeof bins.value === 'number';
}

/** What the name of a file says of the rows in it. */
function fileRole(path: Value | undefined): Role | null {
  return path?.kind === 'const' ? roleOfName(String(path.value).replace(/^.*[\\/]|\.\w+$/g, '')) : null;
}

/** Rows read from a file or made: the same constant path read twice is the same rows. */
function loaded(flow: Flow, { expr, args, keys }: Call, name: string): Value {
  const [path] = args;
  const subset = keys.get('subset');
  const word =
    subset?.kind === 'const'
      ? String(subset.value)
      : path?.kind === 'const'
        ? String(path.value).replace(/^.*[\\/]/, '')
        : '';
  const role: Role | null = /^(?:all|both)$/.test(word) ? null : roleOfName(word.replace(/\.\w+$/, ''));
  const make = () => newRows('source', [], { role, label: word || flow.source(expr) });
  const plain =
    path?.kind === 'const' &&
    name.startsWith('read_') &&
    ![...keys.keys()].some((key) => /nrows|skip|chunk|iterator|sheet|key/.test(key));
  let rows = plain ? flow.files.get(String(path.value)) : undefined;
  rows ??= make();
  if (plain) flow.files.set(String(path.value), rows);
  const data = dataOf(rows);
  const both = keys.get('return_X_y');
  return /^make_(?!imb)/.test(name) || (both?.kind === 'const' && both.value === true)
    ? { kind: 'sequence', items: [data, data] }
    : data;
}

/** Hugging Face's `load_dataset` by split; Keras' `load_data` is two pairs. */
function loadedDataset(flow: Flow, { expr, args, keys }: Call): Value {
  const split = keys.get('split') ?? args[2];
  if (split?.kind === 'const' && typeof split.value === 'string')
    return dataOf(newRows('source', [], { role: roleOfName(split.value), label: flow.source(expr) }));
  if (flow.source(expr.callee).endsWith('load_data') && args.length === 0) {
    const pair = (role: Role): Value => {
      const data = dataOf(newRows('source', [], { role, label: '' }));
      return { kind: 'sequence', items: [data, data] };
    };
    return { kind: 'sequence', items: [pair('train'), pair('test')] };
  }
  return nothing;
}
