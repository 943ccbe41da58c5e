import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copyExample } from '../../scripts/exampleCopy.mjs';
import { goToText, hover, place } from './harness/editor';
import { pressDialogButton } from './harness/notifications';
import { openFile, palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const reportPath = 'refine-logs/EXPERIMENT_RESULTS.md';

/** Everything that the journal says, as text. */
function journal(workspace: string): string {
  const folder = join(workspace, '.bridge', 'journal');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

const panel = (bench: Workbench) => webviewFrame(bench.page, 'body[data-bridge-panel]');
const page = (frame: Frame, name: string) => frame.getByRole('tab', { name: new RegExp(`^${name}`) }).click();

describe('honest results in a real VS Code, in Chinese, on a machine that costs money', () => {
  const workspace = join(mkdtempSync(join(tmpdir(), 'bridge-results-')), 'digits');
  let bench: Workbench;

  beforeAll(async () => {
    await copyExample(workspace);
    // Shorter runs: what is looked at is how they are shown, not what they find.
    const script = join(workspace, 'train.py');
    writeFileSync(script, readFileSync(script, 'utf8').replace('default=1000', 'default=400'));
    bench = await openWorkbench({
      workspace,
      userSettings: { 'bridge.language': 'zh', 'bridge.budget.usd': 25, 'bridge.budget.usdPerHour': 12 },
    });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(bench.page, `failed-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
    console.error(bench.consoleErrors.join('\n'));
  });

  it('runs the study from the palette to its main runs', async () => {
    await palette(bench.page, 'Bridge: Deploy Plan');
    await (await quickInput(bench.page)).accept();
    await pressDialogButton(bench.page, 'Run Sanity');
    const frame = await panel(bench);
    await page(frame, 'Needs you');
    const approve = frame.getByRole('button', { name: /^Approve all/ });
    await approve.waitFor({ timeout: 120_000 });
    await approve.click();
    await expect
      .poll(() => journal(workspace).match(/"job\.completed"/g)?.length ?? 0, { timeout: 180_000 })
      .toBeGreaterThan(2);
  });

  it('draws curves that grow while runs run', async () => {
    const frame = await panel(bench);
    await page(frame, 'Results');
    const figure = frame.getByRole('img', { name: /line/ }).first();
    await figure.waitFor({ timeout: 60_000 });
    const said = () => figure.getAttribute('aria-label');
    const first = await said();
    await screenshot(bench.page, 'results-curves-early');
    await expect.poll(said, { timeout: 120_000, interval: 500 }).not.toBe(first);
    await figure.scrollIntoViewIfNeeded();
    await screenshot(bench.page, 'results-curves-growing');
  });

  it('shows what was planned, used and will be used, milestone by milestone', async () => {
    const frame = await panel(bench);
    await page(frame, 'Plan');
    const budget = frame.getByRole('region', { name: 'Budget' });
    const meter = budget.getByRole('meter');
    await meter.first().waitFor();
    await expect.poll(() => meter.last().getAttribute('aria-label')).toMatch(/^\$\d+\.\d\d of \$25\.00$/);
    expect(await budget.getByRole('row', { name: /^M1/ }).last().innerText()).toMatch(/\$/);
    await budget.scrollIntoViewIfNeeded();
    await screenshot(bench.page, 'budget-meter');
  });

  it('writes the report in Chinese, and it opens', async () => {
    await expect
      .poll(() => journal(workspace).includes('"study.ended"'), { timeout: 540_000, interval: 500 })
      .toBe(true);
    const report = readFileSync(join(workspace, reportPath), 'utf8');
    expect(report).toMatch(/[\u4e00-\u9fff]/);
    expect(report).toContain('| Run | System | Key Metric | Status |');
    await palette(bench.page, 'Bridge: Show Results');
    await webviewFrame(bench.page, 'body.vscode-body table');
    await screenshot(bench.page, 'report-chinese');
  });

  it('leads from a number of the report to its file and line, and says what it was made with', async () => {
    const report = readFileSync(join(workspace, reportPath), 'utf8');
    const row = report.split('\n').find((line) => line.startsWith('| R012 |'))!;
    const value = /\[([\d.]+)\]/.exec(row)![1]!;
    await openFile(bench.page, reportPath);
    await goToText(bench.page, report, `[${value}](../results/R012.json`);
    await bench.page.keyboard.press('ArrowRight');
    const said = await hover(bench.page, 'R012.json');
    expect(said).toMatch(/python3 train\.py --run R012/);
    expect(said).toMatch(/commit [0-9a-f]{7}/);
    await bench.page
      .locator('.monaco-hover:not(.hidden).fade-in, .monaco-hover:not(.hidden)')
      .first()
      .evaluate((element) =>
        Promise.all(element.getAnimations({ subtree: true }).map((each) => each.finished)),
      );
    await screenshot(bench.page, 'number-hover');
    await bench.page.keyboard.press('Escape');
    await bench.page.keyboard.press('F12');
    const written = readFileSync(join(workspace, 'results/R012.json'), 'utf8').split('\n');
    const line = 1 + written.findIndex((text) => text.includes(`"accuracy": ${value.slice(0, -1)}`));
    await expect.poll(() => place(bench.page)).toEqual({ file: 'R012.json', line });
    await screenshot(bench.page, 'number-file');
  });

  it('is recomputed from its files without a difference, and a digit that was changed is named', async () => {
    const verify = () => {
      const args = ['dist/cli.js', 'verify', '--json', '--workspace', workspace];
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { status, differences: (JSON.parse(stdout) as { differences: { file: string }[] }).differences };
    };
    expect(verify()).toEqual({ status: 0, differences: [] });
    const path = join(workspace, 'results/R012.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/("test": \{\s*"accuracy": 0\.)\d/, '$11'));
    const { status, differences } = verify();
    expect([status, differences.map(({ file }) => file)]).toEqual([1, ['results/R012.json']]);
  });
});
