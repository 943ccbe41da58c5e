// How long the extension's own activation takes in a real VS Code, on opening a workspace with a plan. The extension
// measures itself and writes it into its log channel; here that log is read back, beside VS Code's own start.
//   node test/bench/activation.mjs        (needs dist/bridge.vsix: npm run package)
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { ensureVsCode } from '../../scripts/vscodeInstall.mjs';
import { installVsix, startServer } from '../../scripts/vscodeServer.mjs';

const rounds = 5;
const home = mkdtempSync(join(tmpdir(), 'bridge-activation-'));
const folders = { serverDataDir: join(home, 'server'), extensionsDir: join(home, 'extensions') };
const workspace = join(home, 'digits');
cpSync(resolve('examples/digits'), workspace, { recursive: true });

/** Every "… in N ms" that Bridge's log channels say, newest last. */
function said(pattern) {
  const found = [];
  for (const name of readdirSync(home, { recursive: true }).map(String).sort())
    if (/Bridge.*\.log$/.test(name))
      for (const match of readFileSync(join(home, name), 'utf8').matchAll(pattern))
        found.push(Number(match[1]));
  return found;
}

const vsCode = await ensureVsCode({ version: 'oldest', note: () => undefined });
await installVsix(vsCode, { ...folders, vsix: resolve('dist/bridge.vsix') });
const server = await startServer(vsCode, {
  ...folders,
  workspaceTrust: false,
  userSettings: {},
  env: {},
  autoShutdown: true,
});
const browser = await chromium.launch({
  executablePath: await ensureChromium(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const starts = [];
try {
  for (let round = 1; round <= rounds; round++) {
    const page = await (await browser.newContext()).newPage();
    const begun = performance.now();
    await page.goto(server.urlFor(workspace));
    await page.locator('#status\\.host').waitFor();
    starts.push(performance.now() - begun);
    while (said(/study read in ([\d.]+) ms/g).length < round) await page.waitForTimeout(50);
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}
/** Evaluating the bundle, which VS Code does before it calls `activate`; every name of the editor's API is a stand-in. */
const loads = Array.from({ length: rounds }, () =>
  Number(
    execFileSync(process.execPath, [
      '-e',
      `const module = require('node:module');
       const load = module._load;
       const any = new Proxy(class {}, { get: (_, name) => (name === 'prototype' ? {} : any) });
       module._load = (request, ...rest) => (request === 'vscode' ? any : load(request, ...rest));
       const begun = performance.now();
       require(${JSON.stringify(resolve('dist/extension.js'))});
       console.log(performance.now() - begun);`,
    ]),
  ),
);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const own = said(/activated in ([\d.]+) ms/g);
const read = said(/study read in ([\d.]+) ms/g);
rmSync(home, { recursive: true, force: true });
const range = (values) =>
  `${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
console.log(`activation, own time, median of ${own.length}: ${range(own)}; aim: under 50 ms`);
console.log(`  before it, evaluating the bundle: ${range(loads)}`);
console.log(`  afterwards, off the activation path, reading the study: ${range(read)}`);
console.log(
  `  reference, VS Code's own window: ${range(starts)}; ratio ${(median(own) / median(starts)).toFixed(4)}`,
);
