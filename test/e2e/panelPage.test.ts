/** The built panel in a real browser, under the content policy it gets in VS Code, with a host made of fixtures. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureChromium } from '../../scripts/chromium.mjs';
import type { PageName } from '../../src/protocol/panelIntent';
import { panelScene, type PanelSceneName } from '../fixtures/panelViews';
import {
  accessibility,
  startPanelBrowser,
  type OpenOptions,
  type PanelBrowser,
  type Theme,
} from './harness/panelBrowser';

const pages: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline'];
const executablePath = await ensureChromium().catch(() => undefined);
let browser: PanelBrowser;
const open = (name: PanelSceneName, options?: OpenOptions) => browser.open(name, options);

describe.skipIf(executablePath === undefined)(
  `the panel in a browser (${executablePath ?? 'no Chromium: skipped'})`,
  () => {
    beforeAll(async () => {
      browser = await startPanelBrowser(executablePath!);
    });

    afterAll(() => browser.close());

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

const focusedLine = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
