// @ts-check
// What has to be there before the demo and the tests can start: tools, dependencies, the built programs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingEnvironment, capture, findProgram, must, npmCommand } from './process.mjs';

/** Absolute path of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** @throws {MissingEnvironment} when this node is too old for the project */
export function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  throw new MissingEnvironment(
    `Node.js 20 or newer is needed, this is ${process.versions.node}: https://nodejs.org`,
  );
}

/**
 * Tries Python 3 rather than looking for it: some systems have a `python3` that only says how to get one.
 * @throws {MissingEnvironment} when there is none that works, which the example study runs with
 */
export async function requirePython() {
  const names = process.platform === 'win32' ? ['python3', 'py', 'python'] : ['python3'];
  for (const name of names) {
    const path = findProgram(name);
    if (path === undefined) continue;
    const { code } = await capture(path, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']);
    if (code === 0) return;
  }
  const get = findProgram('apt-get') ? '`sudo apt-get install python3`' : 'https://www.python.org/downloads/';
  throw new MissingEnvironment(
    `A working Python 3.8 or newer is missing; the example study runs with it: ${get}`,
  );
}

/**
 * Installs the dependencies when they are missing or not those of package-lock.json.
 * @param {(line: string) => void} note
 */
export async function ensureDependencies(note) {
  if (dependenciesAreCurrent()) return;
  note('Installing dependencies (npm ci)');
  const [npm, first] = npmCommand();
  const args = [
    ...first,
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-progress',
  ];
  await must('install the dependencies', npm, args, { cwd: root });
}

/** npm writes what it installed into node_modules/.package-lock.json; every package needed here must be there alike. */
function dependenciesAreCurrent() {
  const installedList = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(installedList);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there === undefined ? entry.optional === true : there.version === entry.version;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * Bundles the extension, the CLI and the panel into dist/.
 * @param {(line: string) => void} note
 */
export async function build(note) {
  note('Building');
  await must('build', process.execPath, ['esbuild.mjs'], { cwd: root });
}

/**
 * Bundles for release and packs the extension.
 * @param {(line: string) => void} note
 * @returns {Promise<string>} absolute path of the .vsix
 */
export async function packageExtension(note) {
  note('Building and packaging the extension');
  const [npm, first] = npmCommand();
  await must('package the extension', npm, [...first, 'run', '--silent', 'package'], { cwd: root });
  return join(root, 'dist', 'bridge.vsix');
}
