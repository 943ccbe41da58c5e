import type { ClassDef, Expr, FunctionDef, Stmt } from '../python/ast';
import { dottedName, lastName } from '../python/walk';
import type { PythonFile } from '../sourceFile';
import { newArgument, type ScriptArgument } from './scriptArguments';

type Call = Expr & { kind: 'call' };

/** `parser.add_argument(…)`; null where the names are not constants. */
export function argparseArgument(file: PythonFile, call: Call): ScriptArgument | null {
  const names = call.args
    .filter(({ name, spread }) => name === null && spread === '')
    .map(({ value }) => (value.kind === 'const' && typeof value.value === 'string' ? value.value : null));
  if (names.length === 0 || names.includes(null)) return null;
  const written = names as string[];
  const key = (wanted: string) => call.args.find(({ name }) => name === wanted)?.value ?? null;
  const text = (expr: Expr | null) => (expr?.kind === 'const' ? expr.value : null);
  const type = key('type');
  const action = text(key('action'));
  const optional = key('action');
  const choices = key('choices');
  const positional = !written[0]!.startsWith('-');
  const both = optional !== null && /BooleanOptionalAction/.test(dottedName(optional) ?? '');
  const dest = text(key('dest'));
  return newArgument(
    file,
    call.from,
    both ? [...written, ...written.map((name) => name.replace(/^--/, '--no-'))] : written,
    {
      positional,
      required: text(key('required')) === true,
      type: type?.kind === 'name' && (type.name === 'int' || type.name === 'float') ? type.name : null,
      choices:
        choices?.kind === 'sequence' && choices.items.every(({ kind }) => kind === 'const')
          ? choices.items.map((item) => String(text(item)))
          : null,
      value: text(key('default')),
      flag: both || (typeof action === 'string' && !/^(?:store|append|extend)$/.test(action)),
      ...(typeof dest === 'string' ? { dest } : {}),
    },
  );
}

/** `@click.option(…)` and `@click.argument(…)` of a function. */
export function clickArguments(file: PythonFile, def: FunctionDef): ScriptArgument[] {
  return def.decorators.flatMap((decorator) => {
    if (
      decorator.kind !== 'call' ||
      !/^(?:click\.)?(?:option|argument)$/.test(dottedName(decorator.callee) ?? '')
    )
      return [];
    const positional = lastName(decorator.callee) === 'argument';
    const names = decorator.args.flatMap(({ name, value }) =>
      name === null && value.kind === 'const' && typeof value.value === 'string' ? [value.value] : [],
    );
    const key = (wanted: string) => decorator.args.find(({ name }) => name === wanted)?.value ?? null;
    const type = key('type');
    const value = key('default');
    const isFlag = key('is_flag');
    const options = names.filter((name) => name.startsWith('-'));
    const dest = names.find((name) => !name.startsWith('-'));
    return [
      newArgument(file, decorator.from, positional ? names : options, {
        positional,
        type: type?.kind === 'name' && (type.name === 'int' || type.name === 'float') ? type.name : null,
        value: value?.kind === 'const' ? value.value : null,
        flag:
          (isFlag?.kind === 'const' && isFlag.value === true) || options.some((name) => name.includes('/')),
        required: key('required')?.kind === 'const' && (key('required') as { value: unknown }).value === true,
        ...(dest ? { dest } : {}),
      }),
    ];
  });
}

/** The parameters of a typer command. */
export function typerArguments(file: PythonFile, def: FunctionDef): ScriptArgument[] {
  return def.params.flatMap((param) => {
    if (param.spread !== '') return [];
    const { value } = param;
    const option = value?.kind === 'call' ? value : null;
    const names =
      option?.args.flatMap(({ name, value: given }) =>
        name === null &&
        given.kind === 'const' &&
        typeof given.value === 'string' &&
        given.value.startsWith('-')
          ? [given.value]
          : [],
      ) ?? [];
    const annotated = param.annotation ? file.text.slice(param.annotation.from, param.annotation.to) : '';
    const explicit = [...annotated.matchAll(/["'](--?[\w/-]+)["']/g)].map(([, name]) => name!);
    const positional =
      (value === null && !/Option\(/.test(annotated)) ||
      lastName(option?.callee ?? param.value ?? { kind: 'const', value: null, from: 0, to: 0 }) ===
        'Argument';
    const written = `--${param.name.replaceAll('_', '-')}`;
    const flag = /^bool/.test(annotated);
    return [
      newArgument(
        file,
        param.from,
        positional
          ? [param.name]
          : names.length + explicit.length > 0
            ? [...names, ...explicit]
            : flag
              ? [written, written.replace('--', '--no-')]
              : [written],
        { positional, flag, dest: param.name, value: value?.kind === 'const' ? value.value : null },
      ),
    ];
  });
}

/** The parameters of a function that are its arguments as they are called (fire). */
export function parameters(file: PythonFile, def: FunctionDef, prefix: string): ScriptArgument[] {
  return def.params
    .filter(({ spread }) => spread === '')
    .map(({ name, value, from }) =>
      newArgument(file, from, [`${prefix}${name}`], { value: value?.kind === 'const' ? value.value : null }),
    );
}

/** Fields of a dataclass; those that are dataclasses themselves are reached with a dot. */
export function fields(
  file: PythonFile,
  def: ClassDef,
  classes: ReadonlyMap<string, ClassDef>,
  prefix: string,
  depth = 0,
): ScriptArgument[] {
  const inherited = def.bases.flatMap((base) => {
    const parent = base.kind === 'name' ? classes.get(base.name) : undefined;
    return parent && depth < 4 ? fields(file, parent, classes, prefix, depth + 1) : [];
  });
  const own = def.body.flatMap((statement: Stmt) => {
    if (statement.kind !== 'assign' || !statement.annotation) return [];
    const [target] = statement.targets;
    if (target?.kind !== 'name') return [];
    const nested = statement.annotation.kind === 'name' ? classes.get(statement.annotation.name) : undefined;
    const plain = newArgument(file, statement.from, [`${prefix}${target.name}`], {
      value: statement.value?.kind === 'const' ? statement.value.value : null,
    });
    return nested && depth < 4
      ? [plain, ...fields(file, nested, classes, `${prefix}${target.name}.`, depth + 1)]
      : [plain];
  });
  return [...inherited, ...own];
}
