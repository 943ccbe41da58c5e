/** A newcomer's first ten minutes on the bundled example, by keyboard alone; on the way the pictures of the walkthrough. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { picture, screenshot } from './harness/screenshot';
import { withTheme } from './harness/theme';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

describe('a whole deployment by keyboard alone', () => {
  const workspace = join(mkdtempSync(join(tmpdir(), 'bridge-keyboard-')), 'digits');
  let bench: Workbench;
  let frame: Frame;

  beforeAll(async () => {
    cpSync(resolve('examples/digits'), workspace, {
      recursive: true,
      filter: (path) => !/\/(results|\.bridge|__pycache__)$/.test(path),
    });
    bench = await openWorkbench({ workspace });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      await screenshot(bench.page, `failed-keyboard-${task.name.slice(0, 30)}`);
  });

  const press = (key: string) => bench.page.keyboard.press(key);
  const quickInput = () => bench.page.locator('.quick-input-widget');
  /** Runs a command as a person does who does not touch the mouse. */
  const command = async (title: string) => {
    const row = quickInput().locator('.monaco-list-row.focused', { hasText: title });
    // A window that has just opened may not know the command yet, and the list does not learn of it: it is asked anew.
    for (let tries = 1; ; tries++) {
      await press('F1');
      await quickInput().waitFor();
      await bench.page.keyboard.type(title);
      const known = await row.waitFor({ timeout: 6000 }).then(
        () => true,
        () => false,
      );
      if (known) return press('Enter');
      if (tries === 5) throw new Error(`the palette has no "${title}"`);
      await press('Escape');
    }
  };
  const focused = () =>
    frame.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
    });
  /** Presses a key until what has the focus begins with these words. */
  const until = async (key: string, words: string) => {
    for (let times = 0; times < 80; times++) {
      if ((await focused()).startsWith(words)) return;
      await press(key);
    }
    throw new Error(`${key} never came to "${words}", but to "${await focused()}"`);
  };
  const journal = () => {
    const folder = join(workspace, '.bridge', 'journal');
    if (!existsSync(folder)) return '';
    const segments = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    return segments.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  };
  const pictures = async (name: string) => {
    for (const theme of ['light', 'dark'] as const) {
      await withTheme(bench.page, workspace, theme);
      await picture(bench.page, `walkthrough-${name}-${theme}`, '.split-view-view > .editor-group-container');
    }
  };

  it('reads the plan', async () => {
    await command('Bridge: Open Control Panel');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByRole('heading', { name: 'Milestones' }).first().waitFor();
    await pictures('plan');
  });

  it('starts sanity, after its command was shown', async () => {
    await command('Bridge: Deploy Plan');
    await bench.page.locator('.quick-input-message, .quick-input-title').first().waitFor();
    await press('Enter');
    const dialog = bench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await expect.poll(() => dialog.locator(':focus').innerText()).toContain('Run Sanity');
    for (const theme of ['light', 'dark'] as const) {
      await withTheme(bench.page, workspace, theme);
      await picture(bench.page, `walkthrough-deploy-${theme}`, '.monaco-dialog-box');
    }
    await press('Enter');
    await expect.poll(journal, { timeout: 60_000 }).toContain('"attempt.started"');
  });

  it('approves the checkpoint', async () => {
    await expect.poll(journal, { timeout: 90_000 }).toContain('"checkpoint.shown"');
    await command('Bridge: Open Control Panel');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByRole('tab').first().waitFor();
    await until('Tab', 'Plan');
    await until('ArrowRight', 'Needs you');
    await frame.getByRole('button', { name: /^Approve all/ }).waitFor();
    await pictures('approve');
    await until('Tab', 'Approve all');
    await press('Enter');
    await expect.poll(journal, { timeout: 60_000 }).toContain('"checkpoint.approved"');
  });

  it('finds a run in the list and opens its log', async () => {
    await until('Shift+Tab', 'Needs you');
    await until('ArrowLeft', 'Runs');
    await frame.locator('[data-index="0"]').waitFor();
    await until('Tab', 'Run');
    // The names of the columns that sort stand between the filters and the list.
    const inList = () => frame.evaluate(() => document.activeElement?.hasAttribute('data-index') === true);
    for (let times = 0; times < 40 && !(await inList()); times++) await press('Tab');
    expect(await inList()).toBe(true);
    await press('ArrowDown');
    await press('Enter');
    await frame.locator('.run-detail .log').waitFor();
    await pictures('watch');
  });

  it('comes to results, and opens the report', async () => {
    await expect.poll(journal, { timeout: 300_000, interval: 500 }).toContain('"study.ended"');
    await until('Shift+Tab', 'Runs');
    await until('ArrowRight', 'Results');
    await frame
      .getByText(/^Main result/)
      .first()
      .waitFor();
    await pictures('results');
    await command('Bridge: Show Results');
    await bench.page.locator('.tab', { hasText: 'EXPERIMENT_RESULTS.md' }).waitFor();
    await webviewFrame(bench.page, 'body.vscode-body table');
    expect(
      readFileSync(join(workspace, 'refine-logs/EXPERIMENT_TRACKER.md'), 'utf8').match(/\| DONE\s*\|/g),
    ).toHaveLength(24);
  });

  it('looks at the machine and says that nothing which is needed is missing', async () => {
    await command('Bridge: Doctor');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByText('Nothing is missing.').waitFor();
    await screenshot(bench.page, 'doctor');
    expect(bench.consoleErrors.filter((said) => /content security policy/i.test(said))).toEqual([]);
  });
});
