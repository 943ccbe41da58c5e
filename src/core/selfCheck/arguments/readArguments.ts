import type { ClassDef, Expr, FunctionDef } from '../python/ast';
import { dottedName, eachExpr, eachStmt, lastName } from '../python/walk';
import type { PythonFile, SourceText } from '../sourceFile';
import { argparseArgument, clickArguments, fields, parameters, typerArguments } from './declarations';
import { hydraArguments } from './hydra';
import { newArgument, type ScriptArgument, type ScriptArguments } from './scriptArguments';

/** The files of the workspace, for what a script imports. */
export interface Workspace {
  readonly python: readonly PythonFile[];
  readonly yaml: readonly SourceText[];
}

/** Reads how a script takes its arguments: its own parser, or that of modules of the workspace that it imports. */
export function readArguments(file: PythonFile, workspace: Workspace): ScriptArguments {
  const seen = new Set<PythonFile>();
  const open = [{ file, depth: 0 }];
  let style: ScriptArguments['style'] = 'none';
  let isOpen = false;
  const all: ScriptArgument[] = [];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next.file)) continue;
    seen.add(next.file);
    const own = ownArguments(next.file, workspace, next.depth === 0);
    if (own.style !== 'none') {
      if (style === 'none' || own.all.length > 0) style = own.style;
      isOpen ||= own.open;
      all.push(...own.all);
    }
    // A parser is seldom further away, and its arguments are the script's only where the script has none of its own.
    if (next.depth < 2 && (own.all.length === 0 || next.depth === 0))
      for (const imported of importedFiles(next.file, workspace.python))
        if (!seen.has(imported) && parses(imported) && !/__main__/.test(imported.text))
          open.push({ file: imported, depth: next.depth + 1 });
  }
  return { style, all, open: isOpen };
}

function parses(file: PythonFile): boolean {
  return /add_argument|click\.option|DEFINE_|HfArgumentParser|tyro|@dataclass|sys\.argv/.test(file.text);
}

export function importedFiles(file: PythonFile, files: readonly PythonFile[]): PythonFile[] {
  const wanted = new Set<string>();
  eachStmt(file.body, (statement) => {
    if (statement.kind !== 'import') return;
    for (const { module, name } of statement.names) {
      const path = module.replace(/^\.+/, '').replaceAll('.', '/');
      wanted.add(path);
      if (name) wanted.add(path === '' ? name : `${path}/${name}`);
    }
  });
  return files.filter(({ path }) => {
    const stem = path.replace(/(?:\/__init__)?\.py$/, '');
    return [...wanted].some((each) => each !== '' && (stem === each || stem.endsWith(`/${each}`)));
  });
}

function ownArguments(file: PythonFile, workspace: Workspace, isScript: boolean): ScriptArguments {
  const found: ScriptArgument[] = [];
  let style: ScriptArguments['style'] = 'none';
  let open = false;
  const functions = new Map<string, FunctionDef>();
  const classes = new Map<string, ClassDef>();
  const imported = new Set<string>();
  eachStmt(file.body, (statement) => {
    if (statement.kind === 'function') functions.set(statement.name, statement);
    else if (statement.kind === 'class') classes.set(statement.name, statement);
    else if (statement.kind === 'import') for (const { local } of statement.names) imported.add(local);
  });
  eachStmt(file.body, (statement) => {
    if (statement.kind !== 'function') return;
    const click = clickArguments(file, statement);
    if (click.length > 0) {
      style = 'click';
      found.push(...click);
    }
    if (
      statement.decorators.some(
        (decorator) =>
          decorator.kind === 'call' &&
          /(?:^|\.)(?:command|callback)$/.test(dottedName(decorator.callee) ?? ''),
      ) &&
      imported.has('typer')
    ) {
      style = 'typer';
      found.push(...typerArguments(file, statement));
    }
  });
  eachExpr(file.body, (expr) => {
    if (expr.kind === 'attribute' && dottedName(expr) === 'sys.argv' && style === 'none') {
      style = 'argv';
      open = true;
    }
    if (expr.kind !== 'call') return;
    const name = lastName(expr.callee);
    const path = dottedName(expr.callee) ?? '';
    const constant = (at: number): Expr | null =>
      expr.args.filter((argument) => argument.name === null)[at]?.value ?? null;
    if (name === 'add_argument') {
      const argument = argparseArgument(file, expr);
      if (argument) {
        style = 'argparse';
        found.push(argument);
      } else open = true;
    } else if (
      name === 'parse_known_args' ||
      name === 'add_argparse_args' ||
      name === 'add_arguments' ||
      name === 'parse_known_intermixed_args'
    ) {
      style = style === 'none' ? 'argparse' : style;
      open = true;
    } else if (name === 'ArgumentParser' && /argparse|ArgumentParser/.test(path)) {
      style = style === 'none' ? 'argparse' : style;
      if (expr.args.some((argument) => argument.name === 'parents')) open = true;
    } else if (/^DEFINE_\w+$/.test(name)) {
      const [first, value] = [constant(0), constant(1)];
      if (first?.kind === 'const' && typeof first.value === 'string') {
        style = 'absl';
        const type = name === 'DEFINE_integer' ? 'int' : name === 'DEFINE_float' ? 'float' : null;
        found.push(
          newArgument(file, expr.from, [`--${first.value}`], {
            type,
            value: value?.kind === 'const' ? value.value : null,
            flag: /bool/.test(name),
          }),
        );
      }
    } else if (path === 'fire.Fire' || path === 'Fire') {
      style = 'fire';
      const target = constant(0);
      const def =
        target?.kind === 'name' ? (functions.get(target.name) ?? classes.get(target.name)) : undefined;
      if (def?.kind === 'function') {
        found.push(...parameters(file, def, '--'));
        open ||= def.params.some(({ spread }) => spread === '**');
      } else open = true;
    } else if (path === 'typer.run') {
      const target = constant(0);
      const def = target?.kind === 'name' ? functions.get(target.name) : undefined;
      style = 'typer';
      if (def) found.push(...typerArguments(file, def));
      else open = true;
    } else if (
      /^(?:HfArgumentParser|tyro\.cli|simple_parsing\.parse|pyrallis\.parse|draccus\.parse|parse_args_into_dataclasses)$/.test(
        path,
      )
    ) {
      style = 'dataclass';
      const targets = expr.args.flatMap(({ value }) => (value.kind === 'sequence' ? value.items : [value]));
      for (const target of targets) {
        const def =
          target.kind === 'name' ? (classes.get(target.name) ?? functions.get(target.name)) : undefined;
        if (def?.kind === 'class') found.push(...fields(file, def, classes, '--'));
        else if (def?.kind === 'function') found.push(...parameters(file, def, '--'));
        else if (target.kind === 'name' || target.kind === 'attribute') open = true;
      }
    } else if (name === 'from_cli' || name === 'merge_with_cli') {
      style = 'hydra';
      open = true;
    } else if (
      expr.args.some(({ value }) => value.kind === 'name' && /^(?:arg_?)?parser$/.test(value.name)) &&
      expr.callee.kind === 'name' &&
      imported.has(expr.callee.name)
    ) {
      // Another module adds arguments to this parser.
      open = true;
    }
  });
  if (isScript && style === 'none') {
    const hydra = hydraArguments(file, functions, workspace.yaml);
    if (hydra) return hydra;
    if (
      /parse_args|get_config|get_args|parse_config|load_config/.test(file.text) ||
      [...imported].some((name) => /arg|config|option|flag|cli|typer|click|fire|hydra/i.test(name))
    )
      open = true;
  }
  return { style: open && style === 'none' ? 'argv' : style, all: found, open };
}
