import type { Job, Manifest } from '../../manifest/model';
import type { PythonFile } from '../sourceFile';
import { readInvocations, unknownText, type Invocation } from './commandLine';
import { joinPath } from './hydra';
import { readArguments, type Workspace } from './readArguments';
import { findArgument, type ScriptArgument, type ScriptArguments } from './scriptArguments';

/** One script that one job calls, with what is known of both. */
export interface ScriptCall {
  readonly job: Job;
  readonly invocation: Invocation;
  /** Path in the workspace, or null where it leads out of it or only the shell knows it. */
  readonly path: string | null;
  readonly file: PythonFile | null;
  readonly known: ScriptArguments | null;
  /** What is passed, in order. */
  readonly passed: readonly Passed[];
}

export interface Passed {
  /** `--lr`, `-l`, `lr` of `lr=0.1`; null for a positional word. */
  readonly name: string | null;
  /** Null for a switch, or where only the shell knows it. */
  readonly value: string | null;
  readonly argument: ScriptArgument | null;
}

/** Every script that a job of the manifest calls. */
export function scriptCalls(manifest: Manifest, workspace: Workspace): ScriptCall[] {
  const byPath = new Map(workspace.python.map((file) => [file.path, file]));
  const read = new Map<PythonFile, ScriptArguments>();
  return manifest.jobs.flatMap((job) =>
    readInvocations(job.command).map((invocation): ScriptCall => {
      const path = pathOf(job, invocation);
      const file =
        path === null
          ? null
          : (byPath.get(path) ?? byPath.get(path.replace(/\.py$/, '/__main__.py')) ?? null);
      let known = file ? (read.get(file) ?? null) : null;
      if (file && !known) read.set(file, (known = readArguments(file, workspace)));
      return { job, invocation, path, file, known, passed: readPassed(invocation.args, known) };
    }),
  );
}

function pathOf(job: Job, { script, folder }: Invocation): string | null {
  if (
    `${job.cwd}${script}${folder}`.includes(unknownText) ||
    /^[/~]/.test(job.cwd) ||
    /^[/~]/.test(folder) ||
    /^[/~]/.test(script)
  )
    return null;
  const path = joinPath(`${job.cwd}/${folder}`, script).replace(/\/$/, '');
  return path.startsWith('../') ? null : path;
}

function readPassed(args: readonly string[], known: ScriptArguments | null): Passed[] {
  const passed: Passed[] = [];
  const value = (text: string) => (text.includes(unknownText) ? null : text);
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const isName = /^--?[A-Za-z]/.test(word) && !/^-\d/.test(word);
    if (!isName) {
      const pair = /^\+{0,2}~?([\w./@-]+)=(.*)$/s.exec(word);
      if (known?.style === 'hydra' && pair)
        passed.push({ name: pair[1]!, value: value(pair[2]!), argument: findArgument(known, pair[1]!) });
      else passed.push({ name: null, value: value(word), argument: null });
      continue;
    }
    const [name, given] = word.includes('=')
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word, null];
    const argument = known ? findArgument(known, name) : null;
    if (given !== null) passed.push({ name: name, value: value(given), argument });
    else {
      const next = args[at + 1];
      const takes = next !== undefined && !/^--?[A-Za-z]/.test(next) && argument?.flag !== true;
      passed.push({ name: name, value: takes ? value(next) : null, argument });
      if (takes) at++;
    }
  }
  return passed;
}
