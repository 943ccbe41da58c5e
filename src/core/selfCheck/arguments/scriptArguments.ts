import type { PythonFile } from '../sourceFile';

/** One argument that a script takes. */
export interface ScriptArgument {
  /** As it is given on the command line: `--lr`, `-l`; of a positional one its bare name; of hydra `optimizer.lr`. */
  readonly names: readonly string[];
  /** The name that the code reads: `args.learning_rate`. */
  readonly dest: string;
  readonly positional: boolean;
  readonly required: boolean;
  readonly type: 'int' | 'float' | null;
  /** Values that are accepted; null: any. */
  readonly choices: readonly string[] | null;
  /** The default where it is a constant. */
  readonly value: string | number | boolean | null;
  /** A switch, which takes no value. */
  readonly flag: boolean;
  readonly file: PythonFile;
  /** Offset of the declaration in `file`. */
  readonly at: number;
}

/** How a script reads its arguments, as far as the text shows. */
export interface ScriptArguments {
  readonly style: 'argparse' | 'click' | 'typer' | 'fire' | 'hydra' | 'dataclass' | 'absl' | 'argv' | 'none';
  readonly all: readonly ScriptArgument[];
  /** It may accept more than is listed: unknown ones are passed on, or a parser comes from elsewhere. */
  readonly open: boolean;
}

export function newArgument(
  file: PythonFile,
  at: number,
  names: readonly string[],
  more: Partial<ScriptArgument> = {},
): ScriptArgument {
  const long = names.find((name) => name.startsWith('--')) ?? names[0] ?? '';
  const dest = long.replace(/^-+/, '').replaceAll('-', '_');
  return {
    names,
    dest,
    positional: false,
    required: false,
    type: null,
    choices: null,
    value: null,
    flag: false,
    file,
    at,
    ...more,
  };
}

/** `learning-rate`, `learning_rate` and `lr` of a dotted path are compared folded where the parser folds them too. */
export function folded(name: string): string {
  return name.replace(/^-+/, '').replaceAll('-', '_').toLowerCase();
}

/** The argument that a name on the command line means; null where the script knows none. */
export function findArgument({ style, all }: ScriptArguments, given: string): ScriptArgument | null {
  const exact = all.find(({ names }) => names.includes(given));
  if (exact) return exact;
  if (style === 'argparse' && given.startsWith('--')) {
    const starting = all.filter(({ names }) => names.some((name) => name.startsWith(given)));
    return starting.length === 1 ? starting[0]! : null;
  }
  if (style === 'argparse' && /^-[A-Za-z]./.test(given))
    return all.find(({ names }) => names.includes(given.slice(0, 2))) ?? null;
  if (style === 'click')
    return all.find(({ names }) => names.some((name) => name.split('/').includes(given))) ?? null;
  const wanted = folded(given);
  return (
    all.find(({ names }) =>
      names.some((name) => folded(name) === wanted || folded(name) === wanted.replace(/^no_?/, '')),
    ) ?? null
  );
}

/** The known name that a mistyped one is nearest to, where one is near. */
export function nearest(given: string, known: readonly string[]): string | null {
  const wanted = folded(given);
  let best: string | null = null;
  let distance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const steps = folded(name) === wanted ? 0 : editDistance(folded(name), wanted, distance);
    if (steps < distance) [best, distance] = [name, steps];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
