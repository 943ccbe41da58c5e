/** The built panel in a real browser, under the content policy it gets in VS Code, with a host made of fixtures. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Axe from 'axe-core';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { CurvesQuery, CurvesView } from '../../../src/protocol/curves';
import { parsePanelIntent } from '../../../src/protocol/parsePanelIntent';
import type { ToPanel } from '../../../src/protocol/view';
import type { PageName, PanelIntent } from '../../../src/protocol/panelIntent';
import { firstQuery } from '../../../webview-ui/src/state/panelState';
import { curvesView } from '../../fixtures/panelCurves';
import { panelScene, panelView, type PanelScene, type PanelSceneName } from '../../fixtures/panelViews';
import themes from '../../fixtures/themes.json';

const quiet = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

export type Theme = keyof typeof themes;

export interface OpenPanel {
  readonly page: Page;
  readonly intents: PanelIntent[];
  /** Sends the view of what is looked at, as a host does when something changed. */
  readonly refresh: (scene?: PanelScene) => Promise<void>;
  readonly post: (message: ToPanel) => Promise<void>;
  /** Policy violations and page errors so far. */
  readonly wrongs: () => Promise<readonly string[]>;
}

export interface OpenOptions {
  readonly theme?: Theme;
  readonly lang?: string;
  readonly first?: PageName;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels a CSS pixel. */
  readonly scale?: number;
  readonly reducedMotion?: boolean;
  readonly curves?: (query: CurvesQuery) => CurvesView;
}

export interface PanelBrowser {
  open(name: PanelSceneName, options?: OpenOptions): Promise<OpenPanel>;
  close(): Promise<void>;
}

/** Builds the panel, serves it and starts a browser. Close it in `afterAll`. */
export async function startPanelBrowser(executablePath: string): Promise<PanelBrowser> {
  const { outputFiles } = await build({
    entryPoints: { panel: 'webview-ui/src/main.tsx' },
    outdir: 'out',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const file = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const files = new Map([
    ['/panel.js', ['text/javascript', file('.js')]],
    ['/panel.css', ['text/css', file('.css')]],
  ]);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://panel');
    const [type, body] = files.get(url.pathname) ?? ['text/html', ''];
    response.setHeader('content-type', `${type}; charset=utf-8`);
    if (url.pathname === '/') {
      response.setHeader('content-security-policy', policy);
      response.end(documentOf(url.searchParams.get('theme') as Theme, url.searchParams.get('lang') ?? 'en'));
    } else response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({ executablePath, args: quiet.split(' ') });
  return {
    open: (name, options = {}) => open(browser, origin, name, options),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

const policy =
  `default-src 'none'; script-src 'nonce-test'; style-src http://127.0.0.1:* 'nonce-test'; ` +
  `font-src http://127.0.0.1:*; img-src http://127.0.0.1:*`;

function documentOf(theme: Theme, language: string): string {
  const { body, variables } = themes[theme];
  const style = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>Bridge</title>
    <meta property="csp-nonce" content="test"><link rel="stylesheet" href="/panel.css">
    <style nonce="test">:root { ${style.join(' ')} }</style></head>
    <body data-bridge-panel class="${body}"><div id="panel"></div>
    <script nonce="test">
      window.wrongs = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.wrongs.push(event.violatedDirective + ' ' + event.sample);
      });
      window.acquireVsCodeApi = () => ({
        postMessage: (message) => window.toHost(message),
        getState: () => JSON.parse(sessionStorage.getItem('kept')),
        setState: (state) => sessionStorage.setItem('kept', JSON.stringify(state)),
      });
    </script><script type="module" nonce="test" src="/panel.js"></script></body></html>`;
}

async function open(
  browser: Browser,
  origin: string,
  name: PanelSceneName,
  options: OpenOptions,
): Promise<OpenPanel> {
  let scene = panelScene(name, Date.now());
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1180, height: options.height ?? 780 },
    deviceScaleFactor: options.scale ?? 1,
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  page.setDefaultTimeout(30_000);
  const intents: PanelIntent[] = [];
  const errors: string[] = [];
  let look: Extract<PanelIntent, { type: 'look' }> = { type: 'look', page: 'plan', runs: null };
  let revision = 0;
  page.on('pageerror', (error) => errors.push(error.message));
  const post = (message: ToPanel) => page.evaluate((data) => window.postMessage(data, '*'), message);
  const refresh = async (changed?: PanelScene) => {
    scene = changed ?? scene;
    await post({ type: 'view', view: panelView(scene, look.page, look.runs ?? firstQuery, ++revision) });
  };
  await page.exposeFunction('toHost', (message: unknown) => {
    const parsed = parsePanelIntent(message);
    if (!parsed.ok) return void errors.push(parsed.problem);
    intents.push(parsed.value);
    if (parsed.value.type === 'curves.look' && parsed.value.curves !== null)
      return post({ type: 'curves', curves: (options.curves ?? curvesView)(parsed.value.curves) });
    if (parsed.value.type !== 'look') return undefined;
    look = parsed.value;
    return refresh();
  });
  await page.goto(`${origin}/?theme=${options.theme ?? 'dark'}&lang=${options.lang ?? 'en'}`);
  await page.waitForSelector('[role=tab]');
  if (options.first !== undefined) {
    await page.click(`#tab-${options.first}`);
    await page.waitForSelector(`[aria-labelledby=tab-${options.first}] :is(h2, [data-index])`);
  }
  const wrongs = async () => [
    ...errors,
    ...(await page.evaluate(() => (window as unknown as { wrongs: string[] }).wrongs)),
  ];
  return { page, intents, refresh, post, wrongs };
}

/** Serious and critical findings of axe, one sentence each. */
export async function accessibility(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof Axe };
    const { violations } = await axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
