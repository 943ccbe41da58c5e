import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bridge } from '../integration/harness/bridge';
import { Workspace, writeTally } from '../integration/harness/workspace';
import { screenshot } from './harness/screenshot';
import { openWorkbench, type Workbench } from './harness/workbench';

/** Types a question into the chat and returns the newest answer once it is whole. */
async function ask(page: Page, question: string) {
  await page.locator('.interactive-input-part .monaco-editor').first().click();
  await page.keyboard.type(question, { delay: 15 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  // The list draws only what is in view, so that answers are not counted: the newest is below its question.
  await page
    .locator('.interactive-request', { hasText: question.replace('@bridge ', '') })
    .last()
    .waitFor();
  const answer = page.locator('.interactive-response').last();
  await answer.waitFor();
  return answer;
}

describe('a chat in a real VS Code, with a scripted language model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-chat-'));
  let study: Workspace;
  let bench: Workbench;

  beforeAll(async () => {
    study = new Workspace();
    writeTally(study, [
      { id: 'R019', milestone: 'M0', does: 'echo begin\npython3 -c "import torch_not_there"' },
      { id: 'R020' },
    ]);
    await bridge(study, ['run']);
    const vsix = join(folder, 'chat.vsix');
    execFileSync(
      process.execPath,
      [
        ...[resolve('node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--out', vsix],
        ...['--allow-missing-repository', '--skip-license'],
      ],
      { cwd: resolve('test/e2e/chatHost'), stdio: 'pipe' },
    );
    bench = await openWorkbench({
      ...{ workspace: study.root, besides: [vsix], env: { XDG_CONFIG_HOME: study.configHome } },
      userSettings: { 'chat.disableAIFeatures': false, 'bridge.notifications': 'none' },
    });
    const input = bench.page.locator('.interactive-input-part .monaco-editor').first();
    // The chat is there once the participant of the tests is.
    for (let tries = 0; tries < 10 && !(await input.isVisible()); tries++) {
      await bench.page.keyboard.press('Control+Alt+I');
      await input.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await input.waitFor();
  });
  afterAll(async () => {
    await bench?.close();
    study?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' && bench) {
      await screenshot(bench.page, `failed-chat-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
      console.error(bench.consoleErrors.join('\n'));
    }
  });

  it('@bridge, asked why a run failed, names the class and links the line of the log and what starts it', async () => {
    const answer = await ask(bench.page, '@bridge why did R019 fail');
    await answer.getByText('missing-module').waitFor();
    await answer.getByText('Log, line 4:').waitFor();
    const link = answer.locator('a, .chat-inline-anchor-widget', { hasText: /^\W*log\W*4/ }).first();
    await link.waitFor();
    await answer
      .getByText(/experiments\.yaml\W*3/)
      .first()
      .waitFor();
    await screenshot(bench.page, 'chat-why');
    await link.click();
    await bench.page.locator('.editor-instance', { hasText: 'torch_not_there' }).first().waitFor();
    await bench.page
      .getByText(/Ln 4, Col 1/)
      .first()
      .waitFor();
    await screenshot(bench.page, 'chat-why-line');
  });

  it('@bridge, asked what is left tonight, names what waits and why', async () => {
    const answer = await ask(bench.page, '@bridge what is left tonight');
    await answer.getByText('R020').first().waitFor();
    expect(await answer.innerText()).toContain('the gate of M0 failed');
  });

  it('a language model finds the same by the tools that Bridge offers', async () => {
    const answer = await ask(bench.page, 'why did R019 fail');
    await answer.getByText(/R019 is missing-module, line \d+/).waitFor();
    await screenshot(bench.page, 'chat-tool');
  });
});
