import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './harness/axe';
import { notification, pressDialogButton, dialogText } from './harness/notifications';
import { openFile, palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { themes, withTheme } from './harness/theme';
import { openContainer, toggleRow, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

/** The study that a person would open: the bundled one, in a folder of its own. */
function copyStudy(name: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'bridge-study-')), name);
  cpSync(resolve('examples/digits'), folder, {
    recursive: true,
    filter: (path) => !/\/(results|\.bridge|__pycache__)$/.test(path),
  });
  return folder;
}

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

/** How often each run was asked for. */
function requests(workspace: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of journal(workspace).split('\n')) {
    if (!line.includes('"attempt.requested"')) continue;
    const { job } = JSON.parse(line) as { job: string };
    counts.set(job, (counts.get(job) ?? 0) + 1);
  }
  return counts;
}

const panel = (bench: Workbench) => webviewFrame(bench.page, 'body[data-bridge-panel]');
const page = (frame: Frame, name: string) => frame.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
const read = (workspace: string, path: string) => readFileSync(join(workspace, path), 'utf8');

describe('from the palette to results, in a real VS Code', () => {
  const workspace = copyStudy('digits');
  let bench: Workbench;

  beforeAll(async () => {
    bench = await openWorkbench({ workspace });
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

  it('shows the milestones and runs of the plan before anything was run', async () => {
    await openContainer(bench.page, 'Bridge');
    const rows = await treeRows(bench.page, 'Study');
    expect(rows.filter((row) => row.level === 1).map((row) => row.label.slice(0, 2))).toEqual([
      'M0',
      'M1',
      'M2',
      'M3',
    ]);
    await screenshot(bench.page, 'tree-before');
    expect(existsSync(join(workspace, '.bridge'))).toBe(false);
  });

  it('asks with the override syntax and shows the sanity command before anything has ever run', async () => {
    await palette(bench.page, 'Bridge: Deploy Plan');
    const input = await quickInput(bench.page);
    await screenshot(bench.page, 'deploy-input');
    await input.type('"EXPERIMENT_PLAN.md" — compact: true');
    await input.accept();
    expect(await dialogText(bench.page)).toContain('R001');
    await screenshot(bench.page, 'small-gate');
    expect(existsSync(join(workspace, '.bridge'))).toBe(false);
    await pressDialogButton(bench.page, 'Run Sanity');
  });

  it('runs sanity and then waits at the checkpoint, in every kind of theme', async () => {
    const frame = await panel(bench);
    await page(frame, 'Needs you');
    await frame.getByRole('button', { name: /^Approve all/ }).waitFor({ timeout: 60_000 });
    expect([...requests(workspace).keys()]).toEqual(['R001']);
    for (const theme of themes) {
      await withTheme(bench.page, workspace, theme);
      await screenshot(bench.page, `checkpoint-${theme}`);
      const serious = (await axe(frame)).filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      );
      expect(serious).toEqual([]);
    }
    await withTheme(bench.page, workspace, 'dark');
  });

  it('starts the deployment with the approve button', async () => {
    const frame = await panel(bench);
    await frame.getByRole('button', { name: /^Approve all/ }).click();
    await page(frame, 'Runs');
    await frame.getByText('running', { exact: true }).first().waitFor();
    await screenshot(bench.page, 'runs-live');
    await expect.poll(() => requests(workspace).size, { timeout: 60_000 }).toBeGreaterThan(5);
  });

  it('shows the truth after the window was closed and opened in the middle, and the runs have gone on', async () => {
    const before = requests(workspace).size;
    await bench.page.goto('about:blank');
    await expect.poll(() => requests(workspace).size, { timeout: 60_000 }).toBeGreaterThan(before + 1);
    await bench.page.goBack();
    await bench.page.locator('#status\\.host').waitFor();
    await openContainer(bench.page, 'Bridge');
    await palette(bench.page, 'Bridge: Open Control Panel');
    const frame = await panel(bench);
    await page(frame, 'Runs');
    await frame.getByText('done', { exact: true }).first().waitFor();
    await screenshot(bench.page, 'runs-reopened');
  });

  it('follows a log that grows', async () => {
    const frame = await panel(bench);
    const running = frame.locator('[role="row"]', { hasText: 'running' }).first();
    await running.click();
    await screenshot(bench.page, 'log-live');
    await palette(bench.page, 'Bridge: Open Log');
    const input = await quickInput(bench.page);
    const [row] = await input.rows();
    await input.pick(row!.label);
    await screenshot(bench.page, 'log-terminal');
  });

  it('comes to results that open, with tracker, versions and MANIFEST.md true', async () => {
    await expect
      .poll(() => journal(workspace).includes('"study.ended"'), { timeout: 240_000, interval: 500 })
      .toBe(true);
    const results = read(workspace, 'refine-logs/EXPERIMENT_RESULTS.md');
    expect(results).toContain('### M0: Sanity — PASSED');
    expect(results).toMatch(/mean ± /);
    expect(read(workspace, 'refine-logs/EXPERIMENT_TRACKER.md').match(/\| DONE\s*\|/g)).toHaveLength(24);
    expect(
      readdirSync(join(workspace, 'refine-logs')).some((name) =>
        /^EXPERIMENT_RESULTS_\d{8}_\d{6}(_\d+)?\.md$/.test(name),
      ),
    ).toBe(true);
    expect(read(workspace, 'MANIFEST.md')).toContain('refine-logs/EXPERIMENT_RESULTS.md');
    expect(read(workspace, 'EXPERIMENT_LOG.md')).toContain('## R012');
    expect([...requests(workspace).values()].every((count) => count === 1)).toBe(true);
    const frame = await panel(bench);
    for (const name of ['Results', 'Runs', 'Plan', 'Timeline', 'Needs you']) {
      await page(frame, name);
      await frame.locator('[role="tabpanel"], main').first().waitFor();
      await screenshot(bench.page, `finished-${name.toLowerCase().replace(' ', '-')}`);
    }
    await palette(bench.page, 'Bridge: Show Results');
    await bench.page.locator('.tab', { hasText: 'EXPERIMENT_RESULTS.md' }).waitFor();
    await webviewFrame(bench.page, 'body.vscode-body table');
    await screenshot(bench.page, 'results-open');
  });

  it('shows its tree with the outcome, and breaks no rule of the content security policy', async () => {
    await openContainer(bench.page, 'Bridge');
    const rows = await treeRows(bench.page, 'Study');
    const first = rows.find((row) => row.level === 1)!;
    if (first.expanded === false) await toggleRow(bench.page, 'Study', first.label);
    await screenshot(bench.page, 'tree-finished');
    expect(bench.consoleErrors.filter((said) => /content security policy/i.test(said))).toEqual([]);
  });
});

describe('in Restricted Mode', () => {
  const workspace = copyStudy('stranger');
  let bench: Workbench;

  beforeAll(async () => {
    bench = await openWorkbench({
      workspace,
      workspaceTrust: true,
      userSettings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('reads and shows the plan, and runs nothing', async () => {
    await openContainer(bench.page, 'Bridge');
    await treeRows(bench.page, 'Study');
    await palette(bench.page, 'Bridge: Open Control Panel');
    const frame = await panel(bench);
    await frame
      .getByText(/not trusted/)
      .first()
      .waitFor();
    await screenshot(bench.page, 'restricted');
    expect(
      await frame
        .getByRole('button', { name: /^Deploy plan/i })
        .first()
        .isDisabled(),
    ).toBe(true);
    expect(existsSync(join(workspace, '.bridge'))).toBe(false);
    expect(existsSync(join(workspace, 'results'))).toBe(false);
  });
});

describe('without a plan', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'bridge-empty-'));
  let bench: Workbench;

  beforeAll(async () => {
    bench = await openWorkbench({ workspace });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('says where a plan was looked for and offers a template', async () => {
    await palette(bench.page, 'Bridge: Deploy Plan');
    await notification(bench.page, 'EXPERIMENT_PLAN.md').waitFor();
    await screenshot(bench.page, 'no-plan');
  });
});

describe('problems of a plan', () => {
  const workspace = copyStudy('problems');
  let bench: Workbench;

  beforeAll(async () => {
    bench = await openWorkbench({ workspace });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('stand in the Problems panel with their line', async () => {
    const { writeFileSync } = await import('node:fs');
    const path = join(workspace, 'refine-logs', 'experiments.yaml');
    writeFileSync(path, read(workspace, 'refine-logs/experiments.yaml').replace('R001', 'R002'));
    await openFile(bench.page, 'refine-logs/experiments.yaml');
    await palette(bench.page, 'Problems: Focus on Problems View');
    await bench.page.locator('.markers-panel .monaco-list-row[aria-label*="already used"]').first().waitFor();
    await screenshot(bench.page, 'problems');
  });
});
