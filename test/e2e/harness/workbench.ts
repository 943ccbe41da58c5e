import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/chromium.mjs';
import { ensureVsCode } from '../../../scripts/vscodeInstall.mjs';
import { installVsix, startServer } from '../../../scripts/vscodeServer.mjs';

export interface WorkbenchOptions {
  /** Absolute path of the folder to open. */
  workspace: string;
  /** The packaged extension; by default the one `npm run package` makes. */
  vsix?: string;
  /** Packaged extensions beside it. */
  besides?: readonly string[];
  /** True to meet workspace trust as a person does (Restricted Mode first); otherwise every folder is trusted. */
  workspaceTrust?: boolean;
  userSettings?: Record<string, unknown>;
  /** Display language of the editor and the extension. */
  locale?: 'zh-cn';
  /** Added to the environment of the server and thus of the extension. */
  env?: NodeJS.ProcessEnv;
}

/** A real VS Code with the extension installed, open on a folder in a headless browser. */
export interface Workbench {
  readonly page: Page;
  readonly workspace: string;
  /** 1.100.3 or, with `BRIDGE_VSCODE=newest`, the newest one the extension is tried with. */
  readonly version: string;
  /** What the browser's console said at level error, oldest first, without VS Code's own noise: CSP violations, exceptions. */
  readonly consoleErrors: readonly string[];
  /** Another window of the same server, by default on the same folder. */
  openWindow(workspace?: string): Promise<Page>;
  /** Loads the first window anew, as "Developer: Reload Window" does: the extension starts afresh. */
  reload(): Promise<void>;
  /** Ends browser and server and removes what they kept; the workspace stays. */
  close(): Promise<void>;
}

const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What this server says in every session: files it does not carry, and farewells. */
const noise = [
  /404.*(vsda|favicon|update\/check)/s,
  /service ?worker/i,
  /404\) was received when fetching the script/,
  /\[lifecycle\] Long running operations/,
  /native-watchdog/,
];

/** Installs the extension into a fresh VS Code, serves it and opens the workspace. Close it in `afterAll`. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const vsCode = await ensureVsCode({
    version: process.env.BRIDGE_VSCODE === 'newest' ? 'newest' : 'oldest',
  });
  const executablePath = await ensureChromium();
  const home = mkdtempSync(join(tmpdir(), 'bridge-e2e-'));
  const owned: (() => Promise<unknown>)[] = [
    async () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const close = async () => {
    for (const dispose of owned.splice(0).reverse()) await dispose();
  };
  try {
    const folders = { serverDataDir: join(home, 'server'), extensionsDir: join(home, 'extensions') };
    await installVsix(vsCode, { ...folders, vsix: options.vsix ?? resolve('dist/bridge.vsix') });
    for (const vsix of options.besides ?? []) await installVsix(vsCode, { ...folders, vsix });
    const { workspaceTrust = false, userSettings = {}, env = {} } = options;
    const server = await startServer(vsCode, {
      ...folders,
      workspaceTrust,
      userSettings,
      env,
      autoShutdown: true,
    });
    owned.push(() => server.stop());
    const browser = await chromium.launch({ executablePath, args: browserArgs });
    owned.push(() => browser.close());
    const context = await newContext(browser, options.locale);
    const consoleErrors: string[] = [];
    const openWindow = async (workspace = options.workspace) => {
      const page = await context.newPage();
      page.on('console', (message) => {
        const said = `${message.text()} (${message.location().url})`;
        if (message.type() === 'error' && !noise.some((each) => each.test(said))) consoleErrors.push(said);
      });
      page.on('pageerror', (error) => consoleErrors.push(String(error)));
      await page.goto(server.urlFor(workspace));
      await ready(page);
      return page;
    };
    const page = await openWindow();
    const reload = async () => {
      await page.reload();
      await ready(page);
    };
    return {
      page,
      workspace: options.workspace,
      version: vsCode.version,
      consoleErrors,
      openWindow,
      reload,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function newContext(browser: Browser, locale: WorkbenchOptions['locale']): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(30_000);
  if (locale !== undefined) {
    // The only route by which this server takes a display language without a language pack.
    await context.addInitScript(
      (language) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: language }),
      locale,
    );
  }
  return context;
}

/** The workbench is drawn and connected: the status bar shows the remote indicator only then. */
async function ready(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .activitybar').waitFor();
  await page.locator('#status\\.host').waitFor();
}
