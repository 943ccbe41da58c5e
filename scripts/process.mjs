// @ts-check
// Starting other programs from the project's scripts: where they are, what they said, how they ended.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/** Something the machine lacks; the message names it and the command that gets it. */
export class MissingEnvironment extends Error {
  /** @override */
  name = 'MissingEnvironment';
}

/**
 * Absolute path of a program, looked for as a shell would.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const endings = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here: the next folder.
      }
    }
  }
  return undefined;
}

/**
 * Runs a program to its end with the terminal of this one. A Ctrl-C is left to the program, which has its own way of
 * ending; this one waits for it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 128 and more: ended by a signal, as a shell counts
 */
export async function run(command, args, options = {}) {
  const leave = () => {};
  process.on('SIGINT', leave);
  try {
    return (await watch(command, args, { stdio: 'inherit', ...options })).code;
  } finally {
    process.off('SIGINT', leave);
  }
}

/**
 * Runs a program to its end and keeps what it printed: `output` has both streams as they came.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string }>}
 */
export function capture(command, args, options = {}) {
  return watch(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * As `capture`, but an exit code other than 0 is an error that shows the output, of a long one both ends.
 * @param {string} what for the message: "could not ${what}"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>}
 */
export async function must(what, command, args, options) {
  const { code, output } = await capture(command, args, options);
  if (code === 0) return output;
  const lines = output.trim().split('\n');
  const shown = lines.length <= 30 ? lines : [...lines.slice(0, 15), '…', ...lines.slice(-15)];
  throw new Error(
    `could not ${what}: \`${[basename(command), ...args].join(' ')}\` ended with ${code}\n${shown.join('\n')}`,
  );
}

/**
 * The npm that started this script, else the one beside node, else the one on PATH, as command and first arguments.
 * @returns {[string, string[]]}
 */
export function npmCommand() {
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const started = process.env.npm_execpath;
  if (started !== undefined && basename(started) === 'npm-cli.js') return [process.execPath, [started]];
  if (existsSync(beside)) return [process.execPath, [beside]];
  const found = findProgram('npm');
  if (found === undefined)
    throw new MissingEnvironment('npm is missing: it comes with Node.js, https://nodejs.org');
  return [found, []];
}

/**
 * The environment for a program that is not part of this run: without what `npm run` and vitest put there, which
 * would change where a nested npm installs and how an editor behaves.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function plainEnvironment(extra = {}) {
  const ours =
    /^(npm_(config_local_prefix|config_ignore_scripts|lifecycle_|package_|command|execpath)|VSCODE_|VITEST|NODE_ENV$|NODE_OPTIONS$|ELECTRON_)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number, output: string, stdout: string }>}
 */
function watch(command, args, options) {
  return new Promise((resolve, reject) => {
    let output = '';
    let stdout = '';
    const child = spawn(command, args, options);
    child.stdout?.on('data', (/** @type {Buffer} */ data) => {
      output += data.toString();
      stdout += data.toString();
    });
    child.stderr?.on('data', (/** @type {Buffer} */ data) => (output += data.toString()));
    child.on('error', (cause) =>
      reject(new Error(`could not start ${command}: ${cause.message}`, { cause })),
    );
    child.on('close', (code, signal) =>
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 137), output, stdout }),
    );
  });
}
