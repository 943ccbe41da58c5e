/** The built panel in a real browser, under the content policy it gets in VS Code, with a host made of fixtures. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Axe from 'axe-core';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { parsePanelIntent } from '../../src/protocol/parsePanelIntent';
import type { PageName, PanelIntent, ToPanel } from '../../src/protocol/view';
import { firstQuery } from '../../webview-ui/src/state/panelState';
import { panelScene, panelView, type PanelScene, type PanelSceneName } from '../fixtures/panelViews';
import themes from '../fixtures/themes.json';

const pages: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline'];
const quiet = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

type Theme = keyof typeof themes;

interface Opened {
  readonly page: Page;
  readonly intents: PanelIntent[];
  /** Sends the view of what is looked at, as a host does when something changed. */
  readonly refresh: (scene?: PanelScene) => Promise<void>;
  readonly post: (message: ToPanel) => Promise<void>;
  /** Policy violations and page errors so far. */
  readonly wrongs: () => Promise<readonly string[]>;
}

const executablePath = await ensureChromium().catch(() => undefined);
let browser: Browser;
let server: Server;
let origin = '';

describe.skipIf(executablePath === undefined)(
  `the panel in a browser (${executablePath ?? 'no Chromium: skipped'})`,
  () => {
    beforeAll(async () => {
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
      server = createServer((request, response) => {
        const url = new URL(request.url ?? '/', 'http://panel');
        const [type, body] = files.get(url.pathname) ?? ['text/html', ''];
        response.setHeader('content-type', `${type}; charset=utf-8`);
        if (url.pathname === '/') {
          response.setHeader('content-security-policy', policy);
          response.end(
            documentOf(url.searchParams.get('theme') as Theme, url.searchParams.get('lang') ?? 'en'),
          );
        } else response.end(body);
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      browser = await chromium.launch({ executablePath, args: quiet.split(' ') });
    });

    afterAll(async () => {
      await browser.close();
      server.close();
    });

    test.each<[PanelSceneName, Theme, string]>([
      ['running', 'dark', 'en'],
      ['checkpoint', 'light', 'zh-cn'],
      ['restricted', 'hc', 'en'],
      ['foreign', 'hcLight', 'en'],
      ['empty', 'dark', 'zh-cn'],
    ])(
      'every page of the scene %s in %s (%s) draws within the policy and is accessible',
      async (name, theme, lang) => {
        const { page, wrongs } = await open(name, { theme, lang });
        for (const each of pages) {
          await page.click(`#tab-${each}`);
          await page.waitForSelector(`[aria-labelledby=tab-${each}] :is(h2, [data-index])`);
          expect(await accessibility(page), `${each} in ${theme}`).toEqual([]);
        }
        expect(await wrongs()).toEqual([]);
        await page.close();
      },
    );

    test('a keyboard alone finds a run, reads its log and cancels it after being asked once more', async () => {
      const { page, intents, post } = await open('running');
      await page.focus('#tab-plan');
      await page.keyboard.press('ArrowRight');
      await page.waitForSelector('[data-index="0"]');
      await page.focus('[data-index="0"]');
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown'])
        await page.keyboard.press(key);
      expect(await focusedLine(page)).toContain('R006');
      await page.keyboard.press('Enter');
      await post({
        type: 'log',
        run: 'R006',
        from: 0,
        text: 'waiting for \x1b[32mgpu1\x1b[0m\n',
        ended: false,
      });
      await page.waitForSelector('.log-line .fg-ansi-green');
      expect(intents).toContainEqual({ type: 'log.follow', run: 'R006' });
      await page.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
      expect(intents.some((intent) => intent.type === 'runs.cancel')).toBe(false);
      await page.getByRole('button', { name: 'Cancel them' }).press('Enter');
      await expect.poll(() => intents).toContainEqual({ type: 'runs.cancel', runs: ['R006'] });
      await page.close();
    });

    test('the focus stays on a line while snapshots arrive and lines move', async () => {
      const { page, refresh } = await open('running', { first: 'runs' });
      await page.focus('[data-index="0"]');
      for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowDown');
      expect(await focusedLine(page)).toContain('R003');
      const scene = panelScene('running', Date.now());
      await refresh({ ...scene, runs: scene.runs.filter((run) => run.id !== 'R000') });
      await page.waitForFunction(() => document.activeElement?.getAttribute('data-index') === '3');
      expect(await focusedLine(page)).toContain('R003');
      await page.close();
    });

    test('ten thousand runs scroll with fewer than a hundred lines in the page, and the end is reached', async () => {
      const { page, intents } = await open('tenThousand', { first: 'runs' });
      const asked = intents.length;
      const seen = await page.evaluate(async () => {
        const list = document.querySelector('.grid-scroller');
        if (list === null) throw new Error('There is no list');
        const frames: number[] = [];
        let most = 0;
        for (let last = performance.now(); frames.length < 90;) {
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          frames.push(now - last);
          last = now;
          list.scrollTop += 400;
          most = Math.max(most, document.querySelectorAll('[data-index]').length);
        }
        list.scrollTop = list.scrollHeight;
        return { most, perSecond: (1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0) };
      });
      await page.waitForSelector('.grid-run[aria-rowindex="10004"]');
      expect(seen.most).toBeLessThan(100);
      expect(intents.length - asked).toBeLessThan(90);
      console.log(
        `10,000 runs: ${seen.perSecond.toFixed(1)} frames a second, ${seen.most} lines in the page`,
      );
      await page.close();
    });

    test('markup in names and logs stays text', async () => {
      const { page, post, wrongs } = await open('foreign', { first: 'runs' });
      await page.getByText('<img src=x onerror=alert(1)>').first().click();
      await post({ type: 'log', run: 'R005', from: 0, text: '<script>alert(1)</script>\n', ended: true });
      await page.getByText('<script>alert(1)</script>').waitFor();
      expect(await page.locator('#panel :is(img, script)').count()).toBe(0);
      expect(await wrongs()).toEqual([]);
      await page.close();
    });

    test('approving the first milestone sends it alone with the hash of what was shown', async () => {
      const { page, intents } = await open('checkpoint', { first: 'needs' });
      await page.getByRole('button', { name: 'Approve Main only' }).click();
      await expect
        .poll(() => intents)
        .toContainEqual({ type: 'checkpoint.approve', hash: '3f9c1d20', milestones: ['M2'] });
      await page.close();
    });

    test('a workspace that is not trusted can be read, and every button that would start something is off', async () => {
      const { page, intents } = await open('restricted', { first: 'needs' });
      await page.getByRole('button', { name: 'Approve all' }).click({ force: true });
      await page.getByRole('button', { name: 'Retry' }).click({ force: true });
      await page.getByRole('button', { name: 'Manage trust' }).click();
      await expect.poll(() => intents).toContainEqual({ type: 'trust.manage' });
      expect(intents.filter(({ type }) => /approve|retry/.test(type))).toEqual([]);
      await page.close();
    });

    test('a panel that was hidden comes back to its page and its unsent reason', async () => {
      const { page } = await open('checkpoint', { first: 'needs' });
      await page.getByRole('button', { name: 'Not now…' }).click();
      await page.locator('vscode-text-area textarea').fill('Too dear before Monday');
      await page.reload();
      await expect
        .poll(() => page.locator('vscode-text-area textarea').inputValue())
        .toBe('Too dear before Monday');
      await page.close();
    });
  },
);

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
  name: PanelSceneName,
  options: { readonly theme?: Theme; readonly lang?: string; readonly first?: PageName } = {},
): Promise<Opened> {
  let scene = panelScene(name, Date.now());
  const page = await browser.newPage({ viewport: { width: 1180, height: 780 } });
  page.setDefaultTimeout(4_000);
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
async function accessibility(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof Axe };
    const { violations } = await axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

const focusedLine = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
