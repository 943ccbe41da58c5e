// @ts-check
// Serving a VS Code on the loopback interface, with the packaged extension installed as a person would.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, plainEnvironment } from './process.mjs';

/** @typedef {import('./vscodeInstall.mjs').VsCode} VsCode */

/** Settings that keep a fresh VS Code quiet: nothing asks, nothing calls home, nothing opens by itself. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
};

/**
 * Installs a packaged extension for the servers that use the same two folders.
 * @param {VsCode} vsCode
 * @param {{ vsix: string, serverDataDir: string, extensionsDir: string }} where absolute paths
 */
export async function installVsix(vsCode, { vsix, serverDataDir, extensionsDir }) {
  const folders = ['--server-data-dir', serverDataDir, '--extensions-dir', extensionsDir];
  const args = [
    vsCode.serverMain,
    '--install-extension',
    vsix,
    '--force',
    '--accept-server-license-terms',
    ...folders,
  ];
  await must('install the extension', vsCode.node, args, { env: serverEnvironment() });
}

/**
 * Starts the server on a free port of 127.0.0.1, behind a secret of its own, and waits until it answers.
 * @param {VsCode} vsCode
 * @param {{
 *   serverDataDir: string, extensionsDir: string,
 *   userSettings?: Record<string, unknown>,
 *   workspaceTrust?: boolean,
 *   env?: NodeJS.ProcessEnv,
 *   autoShutdown?: boolean,
 * }} options absolute folders, made if missing; without `workspaceTrust` every folder is trusted;
 *   with `autoShutdown` the server ends itself five minutes after the last window
 * @returns {Promise<{ url: string, urlFor: (folder: string) => string, ended: Promise<unknown>, log: string, stop: () => Promise<void> }>} `ended` settles when the server is gone
 */
export async function startServer(vsCode, options) {
  const {
    serverDataDir,
    extensionsDir,
    userSettings = {},
    workspaceTrust = false,
    env = {},
    autoShutdown = false,
  } = options;
  const user = join(serverDataDir, 'data', 'User');
  mkdirSync(user, { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  writeFileSync(
    join(user, 'settings.json'),
    JSON.stringify({ ...quietSettings, ...userSettings }, undefined, 2),
  );
  const token = randomBytes(16).toString('hex');
  const tokenFile = join(serverDataDir, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const log = join(serverDataDir, 'server.log');

  const args = [
    vsCode.serverMain,
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--connection-token-file',
    tokenFile,
  ];
  args.push('--accept-server-license-terms', '--telemetry-level', 'off');
  args.push('--server-data-dir', serverDataDir, '--extensions-dir', extensionsDir);
  if (!workspaceTrust) args.push('--disable-workspace-trust');
  if (autoShutdown) args.push('--enable-remote-auto-shutdown');
  // A group of its own: the extension host is a child of the server and would outlive it by seconds.
  const child = spawn(vsCode.node, args, {
    env: serverEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const killGroup = () => signalGroup(child.pid, 'SIGKILL');
  process.once('exit', killGroup);
  const stop = async () => {
    signalGroup(child.pid, 'SIGTERM');
    const hurry = setTimeout(killGroup, 5_000);
    await ended;
    clearTimeout(hurry);
    killGroup();
    process.off('exit', killGroup);
  };

  try {
    const port = await listeningPort(child, log);
    const url = `http://127.0.0.1:${port}`;
    await answers(`${url}/version`, 30_000);
    const urlFor = (/** @type {string} */ folder) =>
      `${url}/?${new URLSearchParams({ tkn: token, folder }).toString()}`;
    return { url, urlFor, ended, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {number | undefined} pid of the group's first process
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

/** @param {NodeJS.ProcessEnv} [extra] */
function serverEnvironment(extra = {}) {
  // No gallery: nothing is fetched from outside, and the extension under test stays the one that was installed.
  return plainEnvironment({ EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra });
}

/**
 * The port the server chose, from its own words; all of its words go into the log.
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} log
 * @returns {Promise<number>}
 */
function listeningPort(child, log) {
  const file = createWriteStream(log);
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (/** @type {Buffer} */ data) => {
      file.write(data);
      if (said.length > 100_000) return;
      said += data.toString();
      const port = /agent listening on (\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => {
      file.end();
      reject(new Error(`the VS Code server ended with ${code} before it listened:\n${said.slice(-2000)}`));
    });
  });
}

/**
 * @param {string} url
 * @param {number} timeoutMs
 */
async function answers(url, timeoutMs) {
  const until = Date.now() + timeoutMs;
  for (;;) {
    /** @type {unknown} */
    let cause;
    try {
      const response = await fetch(url);
      if (response.ok) return;
      cause = new Error(`status ${response.status}`);
    } catch (error) {
      cause = error;
    }
    if (Date.now() > until) throw new Error(`${url} did not answer within ${timeoutMs} ms`, { cause });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
