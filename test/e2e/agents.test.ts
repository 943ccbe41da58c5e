import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  reviewOf,
  rightLabels,
  rightScript,
  writeStudy,
  wrongLabels,
  wrongLine,
  wrongScript,
} from '../fixtures/labelsStudy';
import { startLanguageModels, type LanguageModels, type ModelAnswer } from './harness/languageModels';
import { notification, pressDialogButton } from './harness/notifications';
import { openFile, palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { openContainer, problem, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const compile = 'python3 -m py_compile train.py';
const read = (workspace: string, path: string) =>
  existsSync(join(workspace, path)) ? readFileSync(join(workspace, path), 'utf8') : '';
const panel = (bench: Workbench) => webviewFrame(bench.page, 'body[data-bridge-panel]');
const go = (frame: Frame, name: string) => frame.getByRole('tab', { name: new RegExp(`^${name}`) }).click();

/** What the two models say: one writes, first wrongly, then as the review asks; the other reviews. */
function scripted({
  model,
  sent,
  results,
}: Parameters<Parameters<typeof startLanguageModels>[0]>[0]): ModelAnswer {
  if (model === 'gpt-5.4') return { text: reviewOf(sent) };
  const mends = sent.includes('You mend the code');
  if (mends) {
    const steps: ModelAnswer[] = [
      { calls: [['read_file', { path: 'train.py' }]] },
      { calls: [['write_file', { path: 'train.py', text: rightScript }]] },
    ];
    return steps[results.length] ?? { text: 'The labels of the data set are used now.' };
  }
  const steps: ModelAnswer[] = [
    { text: 'I look first.', calls: [['read_file', { path: 'refine-logs/EXPERIMENT_PLAN.md' }]] },
    { calls: [['write_file', { path: 'train.py', text: wrongScript }]] },
    { calls: [['run_command', { command: compile }]] },
  ];
  return steps[results.length] ?? { text: 'train.py is written.' };
}

describe('agents in a real VS Code, with nothing but its own language models', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'bridge-agents-'));
  const config = mkdtempSync(join(tmpdir(), 'bridge-agents-config-'));
  let models: LanguageModels;
  let bench: Workbench;

  beforeAll(async () => {
    writeStudy(workspace);
    models = await startLanguageModels(scripted);
    bench = await openWorkbench({
      ...{ workspace, besides: [models.vsix], env: { ...models.env, XDG_CONFIG_HOME: config } },
      userSettings: { 'chat.disableAIFeatures': false },
    });
  });
  afterAll(async () => {
    await bench?.close();
    await models?.close();
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
    rmSync(config, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(bench.page, `failed-agents-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
    console.error(models.questions.map(({ model, results }) => `${model} ${results.length}`).join(', '));
    console.error(bench.consoleErrors.join('\n'));
  });

  it('offers the language models that are there, and sends nothing before a person has chosen', async () => {
    const { page } = bench;
    await openContainer(page, 'Bridge');
    await palette(page, 'Bridge: Choose Author and Reviewer');
    await page.locator('.quick-input-title', { hasText: '(1/2)' }).waitFor();
    let input = await quickInput(page);
    expect((await input.rows()).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Nobody', 'Claude Writer', 'GPT 5.4']),
    );
    await screenshot(page, 'agents-choose-author');
    await input.pick('Claude Writer');
    await page.locator('.quick-input-title', { hasText: '(2/2)' }).waitFor();
    input = await quickInput(page);
    expect((await input.rows()).find(({ label }) => label === 'Claude Writer')?.detail).toContain(
      'own family',
    );
    await input.pick('GPT 5.4');
    await screenshot(page, 'agents-choose-reviewer');
    await input.accept();
    await notification(page, 'Claude Writer writes, GPT 5.4 reviews. Nothing has been sent yet').waitFor();
    expect(models.questions).toEqual([]);
  });

  it('the author writes what is missing, and asks before it runs a command', async () => {
    const { page } = bench;
    await palette(page, 'Bridge: Deploy Plan');
    await (await quickInput(page)).accept();
    await pressDialogButton(page, 'Run Sanity');
    const frame = await panel(bench);
    await go(frame, 'Needs you');
    const request = frame.getByRole('article').filter({ hasText: 'asks to run a command' });
    await request.waitFor({ timeout: 60_000 });
    expect(await request.innerText()).toContain(compile);
    expect(await frame.locator('.activity').innerText()).toContain('writes what is missing');
    await screenshot(page, 'agents-permission');
    expect(read(workspace, 'train.py')).toBe('');
    await expect
      .poll(async () => (await treeRows(page, 'Study')).map(({ description }) => description))
      .toContain(compile);
    await request.getByRole('button', { name: 'Once' }).click();
    const change = frame.getByRole('article').filter({ hasText: 'What was missing' });
    await change.waitFor({ timeout: 60_000 });
    expect(await change.innerText()).toContain('train.py');
    await screenshot(page, 'agents-change-card');
  });

  it('what it wrote arrives as a diff, and is in the workspace once it is taken', async () => {
    const { page } = bench;
    const frame = await panel(bench);
    const change = frame.getByRole('article').filter({ hasText: 'What was missing' });
    await change.getByRole('button', { name: 'Show diff' }).click();
    await page.locator('.tab.active', { hasText: 'train.py (Proposed' }).waitFor();
    await page.locator('.monaco-diff-editor .view-line', { hasText: wrongLabels }).first().waitFor();
    await screenshot(page, 'agents-diff');
    expect(read(workspace, 'train.py')).toBe('');
    await palette(page, 'Bridge: Take a Proposed Change');
    await expect.poll(() => read(workspace, 'train.py'), { timeout: 30_000 }).toBe(wrongScript);
  });

  it('the reviewer’s finding stands at its line: in Problems and as a thread', async () => {
    const { page } = bench;
    const row = await problem(page, 'Predictions are judged by themselves');
    await row.first().waitFor({ timeout: 60_000 });
    expect(await row.first().getAttribute('aria-label')).toContain(`line ${wrongLine}`);
    await openFile(page, 'train.py');
    await page.locator('.review-widget', { hasText: 'Predictions are judged by themselves' }).waitFor();
    await screenshot(page, 'agents-thread');
    const asked = models.questions.find(({ model }) => model === 'gpt-5.4')!;
    expect(asked.sent).not.toContain('train.py is written.');
  });

  it('the author mends it, a second review agrees, and the runs end in results after one approval', async () => {
    const { page } = bench;
    await palette(page, 'Bridge: Open Control Panel');
    const frame = await panel(bench);
    await go(frame, 'Needs you');
    const change = frame.getByRole('article').filter({ hasText: 'What the review found' });
    await change.waitFor({ timeout: 60_000 });
    await screenshot(page, 'agents-fix-card');
    // One place of it, from inside the diff editor: at the cursor, by a button of the editor's title.
    await change.getByRole('button', { name: 'Show diff' }).click();
    await page.locator('.tab.active', { hasText: 'train.py (Proposed' }).waitFor();
    const mended = page.locator('.monaco-diff-editor .modified .view-line', { hasText: rightLabels });
    await mended.first().click();
    await page
      .locator('.editor-actions')
      .getByRole('button', { name: 'Take This Place of the Change' })
      .click();
    await expect.poll(() => read(workspace, 'train.py'), { timeout: 30_000 }).toBe(rightScript);
    await palette(page, 'Bridge: Open Control Panel');
    // The page was put away behind the diff, and is drawn anew.
    const again = await panel(bench);
    await go(again, 'Needs you');
    const checkpoint = again.getByRole('article').filter({ hasText: 'Checkpoint' });
    await checkpoint.waitFor({ timeout: 90_000 });
    const said = await checkpoint.innerText();
    expect(said).toContain('Review by gpt-5.4 (VS Code), round 2: 0 critical');
    expect(said).toContain('The reviewer says that the evaluation uses the data set’s own labels');
    await screenshot(page, 'agents-checkpoint');
    await checkpoint.getByRole('button', { name: /^Approve all/ }).click();
    await expect
      .poll(() => read(workspace, 'refine-logs/EXPERIMENT_RESULTS.md'), { timeout: 90_000 })
      .toContain('Review by gpt-5.4 (VS Code), round 2');
    const results = read(workspace, 'refine-logs/EXPERIMENT_RESULTS.md');
    expect(results).toContain('accuracy = [0.975]');
    expect(bench.consoleErrors).toEqual([]);
  });
});
