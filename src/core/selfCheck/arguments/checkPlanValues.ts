import type { Plan } from '../../plan/model';
import type { Finding } from '../finding';
import { eachExpr } from '../python/walk';
import type { PythonFile } from '../sourceFile';
import { meansSame, planValues, type PlanValue } from './planValues';
import type { ScriptCall } from './scriptCalls';

/**
 * Is every hyperparameter that the plan fixes an argument of a script that a run calls, and does some run use the planned
 * value? Silent as soon as one of the scripts takes its arguments in a way that can't be read to the end.
 */
export function checkPlanValues(plan: Plan, calls: readonly ScriptCall[], planPath: string): Finding[] {
  const read = calls.filter((call) => call.file && call.known);
  if (
    read.length === 0 ||
    read.length < calls.length ||
    read.some(({ known }) => known!.open || known!.style === 'argv')
  )
    return [];
  const findings: Finding[] = [];
  const told = new Set<string>();
  for (const value of planValues(plan)) {
    if (told.has(`${value.name} ${value.value}`)) continue;
    const reflected = read.filter(
      ({ known, passed }) =>
        known!.all.some(({ names, dest }) => [dest, ...names].some((name) => meansSame(value.name, name))) ||
        passed.some(({ name }) => name !== null && meansSame(value.name, name)),
    );
    const finding =
      reflected.length === 0
        ? notReachable(value, read, planPath)
        : differing(value, planValues(plan), reflected, planPath);
    if (finding) {
      told.add(`${value.name} ${value.value}`);
      findings.push(finding);
    }
  }
  return findings;
}

function notReachable(value: PlanValue, calls: readonly ScriptCall[], planPath: string): Finding | null {
  const files = [...new Set(calls.map(({ file }) => file!))];
  const fixed = files.map((file) => constantOf(file, value)).find((each) => each !== null);
  return {
    severity: fixed && fixed.value === value.value ? 'MINOR' : 'MAJOR',
    file: planPath,
    line: value.line,
    endLine: value.line,
    title: `${value.name} (${value.written}) of the plan is no argument of any script`,
    why: `Block ${value.block} fixes ${value.written}; ${fixed ? `${fixed.place} sets ${fixed.text} in the code` : 'nothing of that name is set in the code either'}. The runs call ${files
      .map(({ path }) => path)
      .slice(0, 4)
      .join(', ')}.`,
    fix: `Let the script take ${value.name} as an argument with ${value.value} as its default, and use it.`,
    check: 'hyperparameters',
  };
}

/** `SGD(momentum=0.8)`, `BATCH_SIZE = 32`: where the code fixes what should be an argument. */
function constantOf(
  file: PythonFile,
  value: PlanValue,
): { value: number; text: string; place: string } | null {
  let found: { value: number; text: string; place: string } | null = null;
  const take = (name: string, number: unknown, at: number) => {
    if (!found && typeof number === 'number' && meansSame(value.name, name))
      found = { value: number, text: `${name}=${number}`, place: `${file.path}:${file.lineAt(at)}` };
  };
  eachExpr(file.body, (expr, statement) => {
    if (expr.kind === 'call')
      for (const { name, value: given } of expr.args)
        if (name && given.kind === 'const') take(name, given.value, given.from);
    if (statement.kind === 'assign' && expr.kind === 'name' && statement.value?.kind === 'const')
      take(expr.name, statement.value.value, expr.from);
  });
  return found;
}

/** The argument is there, but every run that could use a planned value uses another. */
function differing(
  value: PlanValue,
  all: readonly PlanValue[],
  calls: readonly ScriptCall[],
  planPath: string,
): Finding | null {
  const planned = new Set(all.filter(({ name }) => name === value.name).map((each) => each.value));
  const used: { value: number; where: string }[] = [];
  for (const { known, passed, job, file } of calls) {
    const named = known!.all.filter(({ names, dest }) =>
      [dest, ...names].some((name) => meansSame(value.name, name)),
    );
    if (named.length !== 1) return null;
    const [argument] = named;
    const given = passed.find((each) => each.argument === argument);
    const text = given ? given.value : argument!.value;
    if (text === null || typeof text === 'boolean') return null;
    const number = Number(text);
    if (!Number.isFinite(number)) return null;
    used.push({
      value: number,
      where: given
        ? `${job.id} passes ${given.name} ${given.value}`
        : `${file!.path}:${argument!.file.lineAt(argument!.at)} defaults to ${String(argument!.value)}`,
    });
  }
  if (used.length === 0 || used.some((each) => planned.has(each.value))) return null;
  return {
    severity: 'MAJOR',
    file: planPath,
    line: value.line,
    endLine: value.line,
    title: `No run uses the ${value.name} of the plan (${value.written})`,
    why: `Block ${value.block} fixes ${value.written}; ${[...new Set(used.map(({ where }) => where))].slice(0, 4).join('; ')}.`,
    fix: `Pass ${value.value} in the commands, or correct the plan.`,
    check: 'hyperparameters',
  };
}
