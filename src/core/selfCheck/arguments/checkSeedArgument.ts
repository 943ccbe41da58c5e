import type { Finding } from '../finding';
import type { Expr, Stmt } from '../python/ast';
import { eachExpr, eachStmt, lastName, partsOf } from '../python/walk';
import type { PythonFile } from '../sourceFile';
import type { ScriptArgument } from './scriptArguments';
import type { ScriptCall } from './scriptCalls';

const seedName = /^(?:[a-z]+_)?seed$|^random_state$|^rng_seed$/i;

/** Calls that only tell or store a value; a seed that goes nowhere else seeds nothing. */
const telling =
  /^(?:print|str|repr|format|join|int|float|log|info|debug|warning|add_argument|Path|open|dump|dumps|makedirs|mkdir|append|write|writerow|write_text|writelines|update|set_postfix|log_params|log_param|log_hyperparams|add_hparams|add_row|echo|add|getattr|hasattr|isinstance|len|range|dict|round|exists|option|field|Option|max|min)$/;

/** A seed argument that seeds nothing, and runs that declare a seed which their script can't take. */
export function checkSeedArguments(
  calls: readonly ScriptCall[],
  files: readonly PythonFile[],
  manifestPath: string,
): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<PythonFile>();
  for (const { file, known, job, passed } of calls) {
    if (!file || !known || done.has(file) || known.style === 'none') continue;
    const seed = known.all.find(({ dest, names }) =>
      [dest, ...names].some((name) => seedName.test(name.replace(/^-+|^.*\./g, '').replaceAll('-', '_'))),
    );
    if (
      !seed &&
      job.seed !== null &&
      !known.open &&
      !passed.some(({ name }) => name !== null && /seed|random_state/i.test(name))
    ) {
      done.add(file);
      const line = job.span?.start.line ?? 1;
      findings.push({
        severity: 'MAJOR',
        file: manifestPath,
        line,
        endLine: line,
        title: `${job.id} declares seed ${job.seed}, but ${file.path} takes no seed`,
        why: `The arguments of ${file.path} are ${
          known.all
            .map(({ names }) => names.at(-1))
            .slice(0, 10)
            .join(', ') || 'none'
        }; none of them is a seed, so that what differs between the seeds is chance.`,
        fix: `Add a --seed argument to ${file.path}, seed random, numpy and the framework with it, and pass it in the command.`,
        check: 'stability',
      });
    }
    if (!seed || seed.file.path.endsWith('.yaml')) continue;
    done.add(file);
    if (known.style !== 'hydra' && known.style !== 'dataclass' && !isUsed(seed, files))
      findings.push({
        severity: 'MAJOR',
        file: seed.file.path,
        line: seed.file.lineAt(seed.at),
        endLine: seed.file.lineAt(seed.at),
        title: `${seed.names.at(-1)} is taken, but seeds nothing`,
        why: `At ${seed.file.placeAt(seed.at)} ${seed.names.at(-1)} is declared; its value is never handed to anything that draws random numbers, so that runs with different seeds differ by chance alone.`,
        fix: `Seed with it before data and model are made: random.seed, np.random.seed, torch.manual_seed (or random_state=args.${seed.dest}).`,
        check: 'stability',
      });
  }
  return findings;
}

function isUsed(seed: ScriptArgument, files: readonly PythonFile[]): boolean {
  return files.some((file) => {
    // Arguments that are handed on as a whole may be used where we can't look.
    if (
      file === seed.file &&
      (/\*\*\s*vars\(|\*\*\s*(?:args|config|cfg|kwargs|hparams|opts?)\b|\bvars\(|asdict\(|locals\(/.test(
        file.text,
      ) ||
        passesAll(file, files))
    )
      return true;
    return usesIn(file, seed);
  });
}

/** Is `args` itself handed to a function that is not in the workspace? */
function passesAll(file: PythonFile, files: readonly PythonFile[]): boolean {
  const local = new Set<string>();
  for (const each of files)
    eachStmt(each.body, (statement) => {
      if (statement.kind === 'function' || statement.kind === 'class') local.add(statement.name);
    });
  let found = false;
  eachExpr(file.body, (expr) => {
    if (expr.kind !== 'call' || telling.test(lastName(expr.callee)) || local.has(lastName(expr.callee)))
      return;
    if (
      expr.args.some(
        ({ value }) =>
          value.kind === 'name' && /^(?:args|opt|opts|flags|FLAGS|cfg|config|hparams)$/.test(value.name),
      )
    )
      found = true;
  });
  return found;
}

function usesIn(file: PythonFile, seed: ScriptArgument): boolean {
  let used = false;
  const own = file === seed.file;
  const isRead = (expr: Expr): boolean =>
    (expr.kind === 'attribute' && expr.name === seed.dest) ||
    (own &&
      expr.kind === 'name' &&
      expr.name === seed.dest &&
      seed.names.every((name) => !name.startsWith('-') || file.text.includes(`def `))) ||
    (expr.kind === 'index' && expr.items.some((item) => item.kind === 'const' && item.value === seed.dest));
  const visit = (expr: Expr, within: boolean): void => {
    if (used) return;
    if (within && isRead(expr)) {
      used = true;
      return;
    }
    // A seed that looks something up chooses the data.
    if (expr.kind === 'index') for (const item of expr.items) visit(item, true);
    const hands = expr.kind === 'call' && !telling.test(lastName(expr.callee));
    for (const part of partsOf(expr))
      visit(part, expr.kind === 'call' ? (hands || within) && part !== expr.callee : within);
  };
  eachStmt(file.body, (statement: Stmt) => {
    if (used || statement.kind === 'function' || statement.kind === 'class') return;
    eachTop(statement, (expr) => visit(expr, false));
    const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
    if (
      statement.kind === 'assign' &&
      statement.value &&
      isRead(statement.value) &&
      target &&
      target.kind !== 'index'
    )
      used = true;
    // A settings object made of it may be used anywhere; a record of results is not.
    if (
      statement.kind === 'assign' &&
      statement.value?.kind === 'dict' &&
      target?.kind === 'name' &&
      !/result|record|metric|row|log|out|summary|payload|report/i.test(target.name) &&
      statement.value.entries.some(({ value }) => isRead(value))
    )
      used = true;
    if (statement.kind === 'for' && isRead(statement.iterable)) used = true;
  });
  return used;
}

function eachTop(statement: Stmt, visit: (expr: Expr) => void): void {
  if (statement.kind === 'assign' && statement.value) visit(statement.value);
  else if (statement.kind === 'expr' || statement.kind === 'update') visit(statement.value);
  else if (statement.kind === 'return' && statement.value) visit(statement.value);
  else if (statement.kind === 'for') visit(statement.iterable);
  else if (statement.kind === 'if') for (const { test } of statement.branches) visit(test);
  else if (statement.kind === 'with') for (const { value } of statement.items) visit(value);
  else if (statement.kind === 'other') for (const value of statement.values) visit(value);
}
