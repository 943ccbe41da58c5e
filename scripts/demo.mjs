// @ts-check
// `npm run demo`: the example study in a real VS Code in the browser, or with `-- --headless` in this terminal.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyExample } from './exampleCopy.mjs';
import { MissingEnvironment, findProgram, run } from './process.mjs';
import { build, ensureDependencies, packageExtension, requireNode, requirePython, root } from './setUp.mjs';
import { stopRuns } from './stopRuns.mjs';
import { ensureVsCode } from './vscodeInstall.mjs';
import { installVsix, startServer } from './vscodeServer.mjs';

const usage = `npm run demo [-- OPTIONS]
  --headless        run the whole study in this terminal; needs neither a browser nor VS Code
  --workspace DIR   use this folder (new, empty, or the copy of an earlier demo) instead of a scratch folder
  --no-open         do not open the browser
  --newest          the newest VS Code tried instead of the oldest supported`;

const cli = join(root, 'dist', 'cli.js');
const note = (/** @type {string} */ line) => console.log(line);

/** @returns {Promise<number>} exit code */
async function main() {
  const { values } = parseArgs({
    options: {
      headless: { type: 'boolean' },
      workspace: { type: 'string' },
      'no-open': { type: 'boolean' },
      newest: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    note(usage);
    return 0;
  }
  requireNode();
  await requirePython();
  const workspace = await copyExample(values.workspace);
  note(`The study: ${workspace}`);
  await ensureDependencies(note);
  if (values.headless) return runHeadless(workspace);
  return serve(workspace, values.newest ? 'newest' : 'oldest', !values['no-open']);
}

/**
 * @param {string} workspace
 * @returns {Promise<number>}
 */
async function runHeadless(workspace) {
  await build(note);
  note(`> node dist/cli.js run --workspace ${workspace} --yes\n`);
  const code = await run(process.execPath, [cli, 'run', '--workspace', workspace, '--yes']);
  const results = join(workspace, 'refine-logs', 'EXPERIMENT_RESULTS.md');
  note(
    existsSync(results)
      ? `\nThe results: ${results}`
      : `\nNo results were written; the study is in ${workspace}`,
  );
  if (code === 130) note(`Go on from here: npm run demo -- --headless --workspace ${workspace}`);
  return code;
}

/**
 * @param {string} workspace
 * @param {'oldest' | 'newest'} version
 * @param {boolean} mayOpen
 * @returns {Promise<number>}
 */
async function serve(workspace, version, mayOpen) {
  const vsix = await packageExtension(note);
  const vsCode = await ensureVsCode({ version, note });
  const home = mkdtempSync(join(tmpdir(), 'bridge-demo-vscode-'));
  try {
    const folders = { serverDataDir: join(home, 'server'), extensionsDir: join(home, 'extensions') };
    const interrupted = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.once(signal, () => resolve('interrupted'));
    });
    await installVsix(vsCode, { ...folders, vsix });
    const server = await startServer(vsCode, folders);
    const url = server.urlFor(workspace);
    note(`\nVS Code ${vsCode.version} with Bridge is open on the study at\n\n  ${url}\n`);
    note(
      'Next: choose the Bridge icon on the left, then the rocket above the tree ("Bridge: Deploy Plan"). Ctrl-C here ends everything.',
    );
    if (mayOpen) openBrowser(url);
    const why = await Promise.race([interrupted, server.ended]);
    note(why === 'interrupted' ? '\nStopping' : '\nThe VS Code server ended by itself.');
    await server.stop();
    const left = await stopRuns(cli, workspace);
    if (left.length > 0)
      note(
        `Still running: ${left.join(', ')}. node ${cli} cancel ${left.join(' ')} --workspace ${workspace}`,
      );
    note(`The study and what was found stay in ${workspace}`);
    return why === 'interrupted' ? 0 : 1;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} url */
function openBrowser(url) {
  const hasDisplay = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = process.platform === 'darwin' ? 'open' : findProgram('xdg-open');
  if (!hasDisplay || opener === undefined) return;
  // The address is printed already, so an opener that fails is no reason to stop.
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode =
      error instanceof MissingEnvironment ? 3 : error?.code?.startsWith?.('ERR_PARSE_ARGS') ? 2 : 1;
  },
);
