/** Curves in the built panel, in a real browser under the content policy of VS Code. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureChromium } from '../../scripts/chromium.mjs';
import type { PanelIntent } from '../../src/protocol/panelIntent';
import { curvesView, manyCurves } from '../fixtures/panelCurves';
import { accessibility, startPanelBrowser, type PanelBrowser, type Theme } from './harness/panelBrowser';

type Saved = Extract<PanelIntent, { type: 'file.save' }>;

const executablePath = await ensureChromium().catch(() => undefined);
let browser: PanelBrowser;

describe.skipIf(executablePath === undefined)(
  `curves in a browser (${executablePath ?? 'no Chromium: skipped'})`,
  () => {
    beforeAll(async () => {
      browser = await startPanelBrowser(executablePath!);
    });
    afterAll(() => browser.close());

    const results = async (options: Parameters<PanelBrowser['open']>[1] = {}) => {
      const opened = await browser.open('finished', { first: 'results', ...options });
      await opened.page.waitForSelector('.u-over');
      await opened.page.locator('.curves-notes').scrollIntoViewIfNeeded();
      return opened;
    };

    test.each<[Theme, string]>([
      ['dark', 'en'],
      ['light', 'zh-cn'],
      ['hc', 'en'],
      ['hcLight', 'en'],
    ])('are drawn within the policy and are accessible in %s (%s)', async (theme, lang) => {
      const { page, wrongs } = await results({ theme, lang });
      await page.locator('.curves .foldable-head').click();
      expect(await inked(page)).toBeGreaterThan(1_000);
      expect(await accessibility(page)).toEqual([]);
      expect(await wrongs()).toEqual([]);
      await page.close();
    });

    test('are told in words and as a table to those who cannot see them', async () => {
      const { page } = await results();
      const said = await page.locator('.curves-figure').getAttribute('aria-label');
      expect(said).toMatch(
        /^Chart of val\/loss by step, 4 lines: sgd is at 0\.\d+ at step 9,950 \(mean of 5\);/,
      );
      await page.getByRole('button', { name: 'The same as a table' }).click();
      expect(await page.locator('.curves-table tbody tr').count()).toBe(4);
      await page.close();
    });

    test('name the value under the pointer and under the keys', async () => {
      const { page } = await results();
      expect(await page.locator('.curves-step').textContent()).toBe('newest values');
      const before = await page.locator('.curves-entry .number').first().textContent();
      const plot = (await page.locator('.u-over').boundingBox())!;
      await page.mouse.move(plot.x + plot.width / 4, plot.y + plot.height / 2);
      await page.getByText(/^at step 2,\d+$/).waitFor();
      expect(await page.locator('.curves-entry .number').first().textContent()).not.toBe(before);
      await page.locator('.curves-figure').focus();
      const step = await page.locator('.curves-step').textContent();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('.curves-step').textContent()).not.toBe(step);
      await page.close();
    });

    test('are zoomed by dragging, and one button brings all of them back', async () => {
      const { page } = await results();
      const reset = page.getByRole('button', { name: 'Reset zoom' });
      const whole = await picture(page);
      await drag(page);
      await expect.poll(() => reset.isEnabled()).toBe(true);
      expect(await picture(page)).not.toBe(whole);
      await page.mouse.move(0, 0);
      await reset.click();
      await expect.poll(() => picture(page)).toBe(whole);
      await page.close();
    });

    test('that grow while they are zoomed stay where they are', async () => {
      const { page, post, intents } = await results();
      await drag(page);
      const reset = page.getByRole('button', { name: 'Reset zoom' });
      await expect.poll(() => reset.isEnabled()).toBe(true);
      const asked = intents.findLast((intent) => intent.type === 'curves.look');
      if (asked?.type !== 'curves.look' || asked.curves === null) throw new Error('Nothing was asked for');
      await post({ type: 'curves', curves: curvesView(asked.curves, 300) });
      await page.getByRole('img', { name: /step 14,950/ }).waitFor();
      expect(await reset.isEnabled()).toBe(true);
      await page.close();
    });

    test('are hidden by their entry in the legend', async () => {
      const { page } = await results();
      const whole = await inked(page);
      await page.getByRole('button', { name: /^sgd/, pressed: true }).last().click();
      await page.getByRole('button', { name: /^sgd/, pressed: false }).last().waitFor();
      await expect.poll(() => inked(page)).toBeLessThan(whole);
      await page.close();
    });

    test('that are smoothed say so, and show what was measured behind', async () => {
      const { page } = await results();
      expect(await page.getByText(/Smoothed/).count()).toBe(0);
      await page.getByRole('slider', { name: 'Smoothing' }).fill('0.8');
      await page.getByText('Smoothed, not as measured').waitFor();
      await page.close();
    });

    test('are saved as a picture and as a table', async () => {
      const { page, intents } = await results();
      const saved = async (button: string) => {
        await page.getByRole('button', { name: button }).click();
        const wanted = button.includes('PNG') ? 'val-loss.png' : 'val-loss.csv';
        const isIt = (intent: PanelIntent): intent is Saved =>
          intent.type === 'file.save' && intent.name === wanted;
        await expect.poll(() => intents.some(isIt)).toBe(true);
        return Buffer.from(intents.find(isIt)!.bytes);
      };
      const png = await saved('Save as PNG…');
      expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect(png.readUInt32BE(16)).toBeGreaterThan(400);
      const csv = (await saved('Save as CSV…')).toString('utf8').trimEnd().split('\r\n');
      expect(csv).toHaveLength(1 + 4 * 200);
      expect(csv[1]).toMatch(/^val\/loss,sgd,sgd,R002 R003 R004 R005 R006,0,2\.\d+,0\.\d+,5$/);
      await page.close();
    });

    test('of the ticked runs are asked for by their ids and no longer when they are closed', async () => {
      const { page, intents } = await browser.open('running', { first: 'runs' });
      for (const index of [4, 5]) await page.click(`[data-index="${index}"] [data-act=tick]`);
      await page.getByRole('button', { name: 'Curves of 2' }).click();
      await page.waitForSelector('.u-over');
      const asked = intents.findLast((intent) => intent.type === 'curves.look');
      expect(asked).toMatchObject({ curves: { by: 'run', runs: ['R003', 'R006'] } });
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await expect.poll(() => intents.at(-1)).toEqual({ type: 'curves.look', curves: null });
      await page.close();
    });

    test('a hundred of ten thousand points each are drawn, zoomed and read without a stall', async () => {
      const { page } = await browser.open('finished', {
        first: 'results',
        curves: (query) => manyCurves(query, 100, 10_000),
      });
      await page.waitForSelector('.u-over');
      await page.locator('.curves-drawn').scrollIntoViewIfNeeded();
      const read = await framesWhile(page, async () => {
        const plot = (await page.locator('.u-over').boundingBox())!;
        for (let at = 0; at < 60; at++)
          await page.mouse.move(plot.x + (plot.width * at) / 60, plot.y + plot.height / 2);
      });
      const zoomed = await framesWhile(page, () => drag(page));
      console.log(
        `100 curves of 10,000 points: reading ${read.perSecond.toFixed(0)} frames a second, slowest ${read.slowestMs.toFixed(0)} ms; zoom's slowest frame ${zoomed.slowestMs.toFixed(0)} ms`,
      );
      expect(read.slowestMs).toBeGreaterThan(0);
      expect(zoomed.slowestMs).toBeGreaterThan(0);
      await page.close();
    });
  },
);

async function drag(page: Page): Promise<void> {
  const plot = (await page.locator('.u-over').boundingBox())!;
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.4, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.7, y, { steps: 5 });
  await page.mouse.up();
}

/** Pixels of the plot that are not transparent. */
const inked = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.uplot canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
    return count;
  });

const picture = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLCanvasElement>('.uplot canvas')!.toDataURL());

async function framesWhile(
  page: Page,
  act: () => Promise<void>,
): Promise<{ readonly perSecond: number; readonly slowestMs: number }> {
  await page.evaluate(() => {
    const frames: number[] = [];
    const watch = { frames, on: true };
    Object.assign(window, { watch });
    let last = performance.now();
    const step = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (watch.on) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  await act();
  return page.evaluate(() => {
    const { watch } = window as unknown as { watch: { frames: number[]; on: boolean } };
    watch.on = false;
    const sum = watch.frames.reduce((total, frame) => total + frame, 0);
    return { perSecond: (1000 * watch.frames.length) / sum, slowestMs: Math.max(...watch.frames) };
  });
}
