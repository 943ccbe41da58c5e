import type { Finding } from '../finding';
import type { Expr } from '../python/ast';
import { dottedName, eachExpr, eachStmt, lastName } from '../python/walk';
import type { PythonFile } from '../sourceFile';
import { importedFiles, type Workspace } from './readArguments';
import type { ScriptCall } from './scriptCalls';

/** What is not known of a path. */
const any = '*';

/**
 * Does a script write where the manifest expects its results? Said only when every place that it writes to is known and none
 * of them can be the expected one.
 */
export function checkOutputs(
  calls: readonly ScriptCall[],
  workspace: Workspace,
  manifestPath: string,
): Finding[] {
  const findings: Finding[] = [];
  const told = new Set<string>();
  for (const call of calls) {
    const { job, file, known } = call;
    if (!file || !known || known.style === 'hydra' || calls.filter((each) => each.job === job).length > 1)
      continue;
    const expected = [
      ...new Set([...job.expectedOutputs, ...job.metrics.map(({ file: path }) => path)]),
    ].filter((path) => !/[*?[{$]/.test(path));
    if (expected.length === 0) continue;
    const sources = [file, ...importedFiles(file, workspace.python)];
    if (
      sources.some(({ text }) =>
        /chdir|subprocess|os\.system|Trainer\(|wandb|mlflow|SummaryWriter|shutil|getcwd|__file__/.test(text),
      )
    )
      continue;
    const written = sources.flatMap((source) => writtenPaths(source, call));
    if (
      written.length === 0 ||
      written.some(({ path }) => path === any || path.startsWith(any) || path.startsWith('/'))
    )
      continue;
    for (const path of expected) {
      if (job.command.includes(path) && !call.passed.some(({ value }) => value === path)) continue;
      if (written.some((each) => canBe(each.path, path))) continue;
      if (call.passed.some(({ value, argument }) => value === path && (!argument || known.open))) continue;
      const key = `${file.path} ${written.map((each) => each.path).join()}`;
      if (told.has(key)) continue;
      told.add(key);
      const line = job.span?.start.line ?? 1;
      findings.push({
        severity: 'MAJOR',
        file: manifestPath,
        line,
        endLine: line,
        title: `${file.path} doesn't write ${path}, which ${job.id} expects`,
        why: `With these arguments the script writes ${written
          .slice(0, 4)
          .map((each) => `${each.path} (${each.place})`)
          .join(', ')}, and nothing else.`,
        fix: `Let the script write to the path that it is given (--out ${path}), or correct expected_output.`,
        check: 'method',
      });
    }
  }
  return findings;
}

function canBe(pattern: string, path: string): boolean {
  const plain = (text: string) =>
    text
      .replace(/^(?:\.\/)+/, '')
      .replace(/\/{2,}/g, '/')
      .replaceAll('/./', '/');
  const regex = plain(pattern)
    .split(any)
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*');
  return plain(pattern).split(any).length < 12 && new RegExp(`^${regex}$`).test(plain(path));
}

interface Written {
  readonly path: string;
  readonly place: string;
}

function writtenPaths(file: PythonFile, call: ScriptCall): Written[] {
  const definitions = new Map<string, Expr | null>();
  eachStmt(file.body, (statement) => {
    if (statement.kind === 'assign' && statement.value)
      for (const target of statement.targets)
        if (target.kind === 'name')
          definitions.set(target.name, definitions.has(target.name) ? null : statement.value);
    if (statement.kind === 'function') for (const { name } of statement.params) definitions.set(name, null);
    if (statement.kind === 'for')
      eachExpr(
        [{ kind: 'expr', value: statement.target, from: statement.from, to: statement.to }],
        (expr) => expr.kind === 'name' && definitions.set(expr.name, null),
      );
  });
  const found: Written[] = [];
  const add = (expr: Expr | undefined, at: number) => {
    if (expr)
      found.push({ path: pathText(expr, definitions, call, 0), place: `${file.path}:${file.lineAt(at)}` });
  };
  eachExpr(file.body, (expr) => {
    if (expr.kind !== 'call') return;
    const name = lastName(expr.callee);
    const positional = expr.args.filter((argument) => argument.name === null).map(({ value }) => value);
    const mode = (at: number): string => {
      const given = expr.args.find((argument) => argument.name === 'mode')?.value ?? positional[at];
      return given === undefined ? 'r' : given.kind === 'const' ? String(given.value) : 'w';
    };
    if (name === 'open' && expr.callee.kind === 'name') {
      if (/[wax]/.test(mode(1))) add(positional[0], expr.from);
    } else if (expr.callee.kind === 'attribute') {
      if (name === 'open' && /[wax]/.test(mode(0)) && dottedName(expr.callee) !== 'os.open')
        add(expr.callee.base, expr.from);
      else if (name === 'write_text' || name === 'write_bytes') add(expr.callee.base, expr.from);
      else if (
        /^(?:to_csv|to_json|to_pickle|to_parquet|to_excel|savetxt|savez|savefig|save_pretrained|save_model|save_weights)$/.test(
          name,
        )
      )
        add(positional[0], expr.from);
      else if (name === 'save') add(positional.at(-1), expr.from);
    } else if (/save|write|dump|export|store|record/i.test(name)) {
      // A function of unknown contents that saves something: where it writes is not known, unless it is read below.
      if (!definitions.has(name) && !isDefined(file, name)) found.push({ path: any, place: '' });
    }
  });
  return found;
}

function isDefined(file: PythonFile, name: string): boolean {
  return file.body.some((statement) => statement.kind === 'function' && statement.name === name);
}

/** The path that an expression stands for, `*` for each part that is not known. */
function pathText(
  expr: Expr,
  definitions: ReadonlyMap<string, Expr | null>,
  call: ScriptCall,
  depth: number,
): string {
  const inner = (part: Expr) => pathText(part, definitions, call, depth + 1);
  if (depth > 12) return any;
  switch (expr.kind) {
    case 'const':
      return typeof expr.value === 'string' || typeof expr.value === 'number' ? String(expr.value) : any;
    case 'format':
      return expr.parts.map((part) => (typeof part === 'string' ? part : inner(part))).join('');
    case 'name': {
      const value = definitions.get(expr.name);
      return value ? inner(value) : any;
    }
    case 'attribute': {
      if (expr.base.kind !== 'name' || !/^(?:args|opt|opts|FLAGS|flags|cfg|config)$/.test(expr.base.name))
        return any;
      const passed = call.passed.find(({ argument }) => argument?.dest === expr.name);
      if (passed) return passed.value ?? any;
      const argument = call.known?.all.find(({ dest }) => dest === expr.name);
      return argument &&
        !argument.positional &&
        (typeof argument.value === 'string' || typeof argument.value === 'number')
        ? String(argument.value)
        : any;
    }
    case 'binary':
      if (expr.op === '+') return `${inner(expr.left)}${inner(expr.right)}`;
      return expr.op === '/' ? `${inner(expr.left)}/${inner(expr.right)}` : any;
    case 'call': {
      const name = dottedName(expr.callee) ?? '';
      const parts = expr.args.filter(({ name: key }) => key === null).map(({ value }) => value);
      if (
        /(?:^|\.)(?:join|Path|PurePath)$/.test(name) &&
        parts.length > 0 &&
        !expr.args.some(({ spread }) => spread !== '')
      )
        return parts.map(inner).join('/');
      return name === 'str' && parts[0] ? inner(parts[0]) : any;
    }
    default:
      return any;
  }
}
