/** How the built panel uses its room, in a real browser: nothing is cut that matters, nothing moves without a reason. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureChromium } from '../../scripts/chromium.mjs';
import type { PageName } from '../../src/protocol/panelIntent';
import { panelScene } from '../fixtures/panelViews';
import { headerView, planPage } from '../fixtures/panelPages';
import { accessibility, startPanelBrowser, type PanelBrowser } from './harness/panelBrowser';

const executablePath = await ensureChromium().catch(() => undefined);
let browser: PanelBrowser;

describe.skipIf(executablePath === undefined)(
  `the panel's room (${executablePath ?? 'no Chromium: skipped'})`,
  () => {
    beforeAll(async () => {
      browser = await startPanelBrowser(executablePath!);
    });
    afterAll(() => browser.close());

    test.each([1400, 1090, 900, 700, 520])(
      'at %i pixels the runs fit, and every number is whole',
      async (width) => {
        const { page, refresh } = await browser.open('running', { first: 'runs', width });
        const scene = panelScene('running', Date.now());
        const metric = { name: 'test/a-metric-with-a-very-long-name', value: '-0.000123' };
        await refresh({
          ...scene,
          runs: scene.runs.map((run) => (run.metric === null ? run : { ...run, metric })),
        });
        const value = page.locator('.metric-value').first();
        if (width >= 700) await value.waitFor();
        expect(await cut(page, '.metric-value, .cell-elapsed span, .progress-number')).toEqual([]);
        expect(await overflow(page, '.grid-scroller')).toBe(0);
        await page.close();
      },
    );

    test('where even the least does not fit, the list scrolls sideways and nothing else does', async () => {
      const { page } = await browser.open('running', { first: 'runs', width: 330 });
      expect(await overflow(page, '.grid-scroller')).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(330);
      await page.close();
    });

    test.each<PageName>(['plan', 'runs', 'needs', 'results', 'timeline'])(
      'the page %s fits at a zoom of two and stays accessible',
      async (name) => {
        const scene = name === 'needs' ? 'checkpoint' : name === 'results' ? 'finished' : 'running';
        const { page, wrongs } = await browser.open(scene, {
          first: name,
          width: 590,
          height: 390,
          scale: 2,
        });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(590);
        expect(await accessibility(page)).toEqual([]);
        expect(await wrongs()).toEqual([]);
        await page.close();
      },
    );

    test('bars stand where they belong when a page is opened, and move when something changed', async () => {
      const { page, refresh } = await browser.open('running', { first: 'plan' });
      await page.click('#tab-timeline');
      const later = panelScene('running', Date.now());
      const plan = planPage();
      const done = plan.milestones.map((each) => ({ ...each, completed: each.total, running: 0, failed: 0 }));
      const moved = page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            document.addEventListener('transitionrun', () => resolve('moved'));
            setTimeout(() => resolve('still'), 1_500);
          }),
      );
      await refresh({ ...later, pages: { ...later.pages, plan: { ...plan, milestones: done } } });
      await page.click('#tab-plan');
      await page.waitForSelector('.page-view.moves');
      expect(await moved).toBe('still');
      const moving = page.evaluate(
        () =>
          new Promise<string>((resolve) =>
            document.addEventListener('transitionrun', () => resolve('moved')),
          ),
      );
      await refresh(later);
      expect(await moving).toBe('moved');
      await page.close();
    });

    test('nothing moves for those who asked for less motion', async () => {
      const { page } = await browser.open('running', { first: 'plan', reducedMotion: true });
      const durations = await page.evaluate(() =>
        document.getAnimations().length === 0
          ? [...document.querySelectorAll('.stack span, .progress-fill')].map(
              (bar) => getComputedStyle(bar).transitionProperty,
            )
          : ['animated'],
      );
      expect(new Set(durations)).toEqual(new Set(['none']));
      await page.close();
    });

    test('a study without GPUs says so instead of counting zeros', async () => {
      const { page, post } = await browser.open('running', { first: 'plan' });
      const header = headerView(Date.now(), { gpuHours: { planned: 0, used: 0, forecast: 0, cap: null } });
      await post({ type: 'view', view: { revision: 99, header, page: planPage() } });
      await page.getByText('no GPU needed').waitFor();
      expect(await page.locator('.gpu-hours').count()).toBe(0);
      await page.close();
    });

    test('a title has the room that the others leave', async () => {
      const { page, post } = await browser.open('running', { first: 'plan', width: 1090 });
      const header = headerView(Date.now(), {
        title: 'is momentum more than a larger step on a small data set?',
        sentence: '4 running · 15 waiting · 5 done',
      });
      await post({ type: 'view', view: { revision: 99, header, page: planPage() } });
      await page.getByText('is momentum more').waitFor();
      expect(await cut(page, '.header h1 > bdi, .header-sentence > bdi')).toEqual([]);
      await page.close();
    });

    test('a deployment after the first says that it would run only what failed or changed', async () => {
      const { page, post } = await browser.open('finished', { first: 'plan' });
      const plan = planPage({ whyNotDeploy: null, deployedBefore: true });
      await post({ type: 'view', view: { revision: 99, header: headerView(Date.now()), page: plan } });
      await page.getByRole('button', { name: 'Deploy again' }).waitFor();
      await page.getByText(/only what failed or whose command changed/).waitFor();
      await page.close();
    });
  },
);

/** Texts of elements that are not seen whole. */
const cut = (page: Page, selector: string) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>(wanted)]
        .filter((element) => {
          const cell = element.closest<HTMLElement>('.cell') ?? element.parentElement!;
          const [own, room] = [element.getBoundingClientRect(), cell.getBoundingClientRect()];
          return (
            (element.scrollWidth > element.clientWidth + 1 &&
              getComputedStyle(element).display !== 'inline') ||
            own.right > room.right + 1 ||
            own.left < room.left - 1
          );
        })
        .map((element) => element.textContent),
    selector,
  );

/** Pixels by which the content of an element is wider than the element. */
const overflow = (page: Page, selector: string) =>
  page.evaluate((wanted) => {
    const element = document.querySelector(wanted)!;
    return element.scrollWidth - element.clientWidth;
  }, selector);
