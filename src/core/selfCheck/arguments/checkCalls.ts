import type { Finding } from '../finding';
import { folded, nearest, type ScriptArguments } from './scriptArguments';
import type { Passed, ScriptCall } from './scriptCalls';

/** Do the commands and the scripts that they call agree? What the shell alone knows, and parsers that accept anything, are not judged. */
export function checkCalls(calls: readonly ScriptCall[], manifestPath: string): Finding[] {
  const found = new Map<string, { finding: Omit<Finding, 'why'>; why: string; jobs: string[] }>();
  const add = (
    call: ScriptCall,
    key: string,
    finding: Pick<Finding, 'severity' | 'title' | 'fix' | 'check'>,
    why: string,
  ) => {
    const line = call.job.span?.start.line ?? 1;
    const full = `${call.path ?? call.invocation.script} ${key}`;
    const before = found.get(full);
    if (before) before.jobs.push(call.job.id);
    else
      found.set(full, {
        finding: { ...finding, file: manifestPath, line, endLine: line },
        why,
        jobs: [call.job.id],
      });
  };
  for (const call of calls) {
    const { path, file, known, passed } = call;
    if (path !== null && !file) {
      add(
        call,
        'missing',
        {
          severity: 'CRITICAL',
          check: 'method',
          title: `${path} is started, but there is no such script`,
          fix: `Write ${path}, or correct the command.`,
        },
        `The command calls ${call.invocation.script}.`,
      );
      continue;
    }
    if (!file || !known) continue;
    if (known.style === 'none') {
      const named = passed.find(({ name }) => name !== null);
      if (named)
        add(
          call,
          'none',
          {
            severity: 'CRITICAL',
            check: 'hyperparameters',
            title: `${file.path} reads no arguments, but gets some`,
            fix: `Let ${file.path} take ${named.name} and the others as arguments (argparse) and use them.`,
          },
          `The command passes ${named.name}, but the script has no parser and doesn't read sys.argv, so that every run is the same.`,
        );
      continue;
    }
    for (const each of passed) judgePassed(add, call, known, each);
    if (known.open || passed.some(({ value, name }) => name === null && value === null)) continue;
    for (const argument of known.all)
      if (
        argument.required &&
        argument.file === file &&
        !passed.some((each) => each.argument === argument) &&
        countParsers(known) === 1
      )
        add(
          call,
          `required ${argument.names[0]}`,
          {
            severity: 'CRITICAL',
            check: 'hyperparameters',
            title: `${file.path} requires ${argument.names.at(-1)}, which is not passed`,
            fix: `Add ${argument.names.at(-1)} to the command, or give it a default.`,
          },
          `${file.path}:${argument.file.lineAt(argument.at)} declares it as required.`,
        );
  }
  return [...found.values()].map(({ finding, why, jobs }) => ({
    ...finding,
    why: `${why} Runs: ${jobs.slice(0, 5).join(', ')}${jobs.length > 5 ? ` and ${jobs.length - 5} more` : ''}.`,
  }));
}

/** Subcommands declare the same positional more than once; what one of them requires another may not. */
function countParsers({ all }: ScriptArguments): number {
  return /add_subparsers|add_parser/.test(all[0]?.file.text ?? '') ? 2 : 1;
}

type Add = (
  call: ScriptCall,
  key: string,
  finding: Pick<Finding, 'severity' | 'title' | 'fix' | 'check'>,
  why: string,
) => void;

function judgePassed(
  add: Add,
  call: ScriptCall,
  known: ScriptArguments,
  { name, value, argument }: Passed,
): void {
  if (name === null) return;
  const path = call.file!.path;
  if (!argument) {
    if (known.open || name === '--help' || name === '-h') return;
    if (
      known.style === 'hydra' &&
      (/^hydra[./]/.test(name) ||
        call.invocation.args.some((word) => word.startsWith(`+${name}=`) || word.startsWith(`++${name}=`)))
    )
      return;
    const names = known.all.flatMap((each) => each.names);
    const near = nearest(name, names);
    add(
      call,
      name,
      {
        severity: 'CRITICAL',
        check: 'hyperparameters',
        title: `${name} is passed to ${path}, which doesn't know it`,
        fix: near
          ? `Pass ${near}${folded(near) === folded(name) ? ', as it is spelled there' : ''}, or let the script take ${name}.`
          : `Let ${path} take ${name} and use it, or drop it from the command.`,
      },
      `Its ${known.style} arguments are ${names.slice(0, 12).join(', ') || 'none'}${names.length > 12 ? ' and more' : ''}.`,
    );
    return;
  }
  if (value === null) return;
  const place = `${argument.file.path}:${argument.file.lineAt(argument.at)}`;
  if (argument.choices && !argument.choices.includes(value))
    add(
      call,
      `${name}=${value}`,
      {
        severity: 'CRITICAL',
        check: 'hyperparameters',
        title: `${name} ${value} is not among the choices of ${path}`,
        fix: `Use one of ${argument.choices.join(', ')}, or add ${value} to them.`,
      },
      `${place} accepts ${argument.choices.join(', ')}.`,
    );
  else if (
    (argument.type === 'int' && !/^[+-]?\d[\d_]*$/.test(value.trim())) ||
    (argument.type === 'float' && !Number.isFinite(Number(value)) && !/^[+-]?(?:inf|nan)/i.test(value))
  )
    add(
      call,
      `${name}:${argument.type}`,
      {
        severity: 'CRITICAL',
        check: 'hyperparameters',
        title: `${name} ${value} is no ${argument.type}, which ${path} expects`,
        fix: `Pass a value that ${argument.type}() accepts, or change the argument's type.`,
      },
      `${place} reads it with type=${argument.type}.`,
    );
}
