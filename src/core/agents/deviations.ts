import type { Deviation, DeviationKind } from '../run/agentsEvent';
import type { ChangedFile } from './change';

/** Names under which code and commands carry what the plan decides. */
const names: Readonly<Record<DeviationKind, RegExp>> = {
  'batch-size': /(?:^|[_-])(?:batch(?:[_-]?size)?|bs|accum\w*|grad(?:ient)?[_-]?accum\w*)(?:$|[_-])/i,
  'learning-rate': /(?:^|[_-])(?:lr|learning[_-]?rate|eta0?|base[_-]?lr|max[_-]?lr)(?:$|[_-])/i,
  data: /(?:^|[_-])(?:data(?:set|[_-]?(?:dir|path|root|file))?|corpus|csv|n[_-]?(?:samples|rows|train)|subset|max[_-]?samples)(?:$|[_-])/i,
  split:
    /(?:^|[_-])(?:split|test[_-]?size|train[_-]?size|val(?:idation)?[_-]?(?:size|split|fraction)|n[_-]?splits|fold|cv)(?:$|[_-])/i,
  metric: /(?:^|[_-])(?:metric|scoring|average|criterion)(?:$|[_-])/i,
  seed: /(?:^|[_-])(?:seed|random[_-]?state|rng)(?:$|[_-])/i,
};

/** `--lr 0.1`, `lr=0.1`, `"lr": 0.1`, `add_argument("--lr", default=0.1)`, `lr: 0.1`. */
const assignment =
  /(?:--?([a-z][\w-]*)["']?(?:\s*,[^)\n]*?\bdefault\s*=\s*|\s+|=)|\b([a-z]\w*)["']?\s*(?::\s*\w+\s*)?(?:=(?!=)|:)\s*)(["']?)([^\s"',)#;}\]]+)\3/gi;
/** Calls and slices that decide split and metric without naming a setting. */
const calls: readonly (readonly [DeviationKind, RegExp])[] = [
  [
    'metric',
    /\b(\w*(?:accuracy|f1|auc|auroc|auprc|precision|recall|bleu|rouge|mse|mae|rmse|r2|perplexity)_?\w*score|accuracy|mean_(?:squared|absolute)_error)\s*\(/gi,
  ],
  ['split', /\b(train_test_split|\w*KFold|\w*ShuffleSplit|random_split)\s*\(/gi],
  [
    'data',
    /\b(load_\w+|read_(?:csv|parquet|json)|load_dataset|fetch_\w+)\s*\(\s*(?:[rbf]?["'][^"']*["'])?/gi,
  ],
];

interface Setting {
  readonly kind: DeviationKind;
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly text: string;
}

/**
 * What a change of existing files does to the science, found by program: settings and calls of these names whose values
 * differ. It is told more rather than less; a file that is new changes nothing that was there. A batch that becomes
 * smaller while gradients are accumulated over as many more is the same effective batch.
 */
export function deviationsOf(files: readonly ChangedFile[]): readonly Deviation[] {
  return files.flatMap((file) => {
    if (file.before === null || !/\.(py|ipynb|sh|bash|ya?ml|json|toml|cfg|ini|gin|jl|r)$/i.test(file.path))
      return [];
    const [before, after] = [settingsOf(file.before), settingsOf(file.after ?? '')];
    const deviations: Deviation[] = [];
    for (const key of new Set([...before, ...after].map((each) => `${each.kind}\0${each.name}`))) {
      const of = (list: readonly Setting[]) => list.filter((each) => `${each.kind}\0${each.name}` === key);
      const [was, is] = [of(before), of(after)];
      const values = (list: readonly Setting[]) =>
        JSON.stringify([...new Set(list.map((each) => each.value))].sort());
      if (values(was) === values(is)) continue;
      // A setting that is only handed on (`lr=args.lr`) where none stood decides nothing.
      if (was.length === 0 && is.every(({ value }) => !/^-?[\d.]/.test(value))) continue;
      const gone = was.find((each) => !is.some((other) => other.value === each.value)) ?? was[0];
      const come = is.find((each) => !was.some((other) => other.value === each.value)) ?? is[0];
      const { kind, line } = (gone ?? come)!;
      deviations.push({
        kind,
        file: file.path,
        line,
        was: gone?.text ?? 'nothing',
        is: come?.text ?? 'nothing',
      });
    }
    return sameEffectiveBatch(before, after)
      ? deviations.filter(({ kind }) => kind !== 'batch-size')
      : deviations;
  });
}

/** One clause: `the learning rate in train.py:12 (was "lr=0.1", would be "lr=0.01")`. */
export function describeDeviation({ kind, file, line, was, is }: Deviation): string {
  const what = {
    'batch-size': 'the effective batch size',
    'learning-rate': 'the learning rate',
    data: 'the data',
    split: 'the split',
    metric: 'the metric',
    seed: 'the seeds',
  }[kind];
  return `${what} in ${file}:${line} (was “${was}”, would be “${is}”)`;
}

function settingsOf(text: string): readonly Setting[] {
  return text.split('\n').flatMap((line, index) => {
    const code = line.replace(/(^|\s)#.*$/, '');
    const found: Setting[] = [];
    const shown = code.trim().slice(0, 200);
    for (const match of code.matchAll(assignment)) {
      const name = (match[1] ?? match[2] ?? '').toLowerCase().replaceAll('-', '_');
      const kind = kindOf(name);
      if (kind !== null) found.push({ kind, name, value: match[4]!, line: index + 1, text: shown });
    }
    for (const [kind, pattern] of calls)
      for (const match of code.matchAll(pattern))
        found.push({
          kind,
          name: `${kind}()`,
          value: match[0].replaceAll(/\s/g, ''),
          line: index + 1,
          text: shown,
        });
    return found;
  });
}

function kindOf(name: string): DeviationKind | null {
  for (const [kind, pattern] of Object.entries(names)) if (pattern.test(name)) return kind as DeviationKind;
  return null;
}

function sameEffectiveBatch(before: readonly Setting[], after: readonly Setting[]): boolean {
  const product = (list: readonly Setting[]) => {
    const values = new Map(
      list.flatMap(({ kind, name, value }) =>
        kind === 'batch-size' && /^\d+$/.test(value) ? [[name, Number(value)] as const] : [],
      ),
    );
    return values.size === 0 ? null : [...values.values()].reduce((all, value) => all * value, 1);
  };
  const [was, is] = [product(before), product(after)];
  return was !== null && was === is;
}
