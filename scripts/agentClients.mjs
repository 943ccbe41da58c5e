// @ts-check
// Real agent clients for the integration tests, kept in a cache outside the checkout: they are 300 to 400 MB each, so
// the extension never depends on them; a person has their own. `node scripts/agentClients.mjs NAME…` prints where
// their programs are, as JSON, and installs what is missing first.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { must, npmCommand, plainEnvironment } from './process.mjs';

/** What the tests run: the last Codex that is an MCP server, a current one, and the two adapters that speak ACP. */
const clients = {
  'codex-mcp': { package: '@openai/codex', version: '0.153.4', program: 'codex' },
  codex: { package: '@openai/codex', version: '0.169.0', program: 'codex' },
  'claude-acp': {
    package: '@agentclientprotocol/claude-agent-acp',
    version: '0.101.0',
    program: 'claude-agent-acp',
  },
  'mcp-inspector': {
    package: '@modelcontextprotocol/inspector',
    version: '1.0.3',
    program: 'mcp-inspector',
  },
  'codex-acp': { package: '@agentclientprotocol/codex-acp', version: '2.6.0', program: 'codex-acp' },
};
/** @typedef {keyof typeof clients} ClientName */

/**
 * Finds a client in the cache, or installs it there. An install is made under a name of its own and then renamed, so a
 * killed one leaves nothing that looks whole.
 * @param {ClientName} name
 * @param {(line: string) => void} [note]
 * @returns {Promise<string>} its program
 */
export async function ensureAgentClient(name, note = (line) => console.error(line)) {
  const client = clients[name];
  if (client === undefined)
    throw new Error(`There is no client ${name}; there are ${Object.keys(clients).join(', ')}`);
  const home = join(cacheRoot(), `${name}-${client.version}-${process.platform}-${process.arch}`);
  if (!existsSync(home)) await installInto(home, client, note);
  return join(home, 'node_modules', '.bin', client.program);
}

/** Folder of the installs; `BRIDGE_AGENT_CACHE` overrides it. */
function cacheRoot() {
  if (process.env.BRIDGE_AGENT_CACHE) return process.env.BRIDGE_AGENT_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bridge-agents');
}

/**
 * @param {string} home
 * @param {{ package: string, version: string, program: string }} client
 * @param {(line: string) => void} note
 */
async function installInto(home, client, note) {
  const root = dirname(home);
  mkdirSync(root, { recursive: true });
  removeAbandoned(root);
  const partial = `${home}.partial-${process.pid}-${randomUUID().slice(0, 8)}`;
  const abandon = () => rmSync(partial, { recursive: true, force: true, maxRetries: 10 });
  const interrupted = () => process.exit(130);
  process.once('exit', abandon).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    mkdirSync(partial);
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    note(`Installing ${client.package} ${client.version} into ${root} (once; 300 to 700 MB)`);
    const [npm, first] = npmCommand();
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-save'];
    await must(
      `install ${client.package}`,
      npm,
      [...first, 'install', ...flags, `${client.package}@${client.version}`],
      { cwd: partial, env: plainEnvironment() },
    );
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
 * Removes what killed installs left: unfinished folders whose process is gone.
 * @param {string} root
 */
function removeAbandoned(root) {
  for (const name of readdirSync(root)) {
    const pid = Number(/\.partial-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(pid)) continue;
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH')
        rmSync(join(root, name), { recursive: true, force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = /** @type {ClientName[]} */ (process.argv.slice(2));
  try {
    /** @type {Record<string, string>} */
    const programs = {};
    for (const name of names) programs[name] = await ensureAgentClient(name);
    console.log(JSON.stringify(programs));
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 1;
  }
}
