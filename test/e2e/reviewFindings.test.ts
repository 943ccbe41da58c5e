import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import { says, startScriptedModel, type ScriptedModel } from '../fakes/scriptedModel';
import { realClients } from '../integration/agentsInstall';
import { pressDialogButton } from './harness/notifications';
import { openFile, palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { openContainer, problem, problems } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const programs = realClients('codex-mcp', 'codex');
const fixture = 'test/fixtures/wrong-study';

/** Line, counted from 1, of the first line of a file of the study that holds a text. */
function lineOf(file: string, text: string): number {
  const index = readFileSync(join(fixture, file), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file} does not hold ${text}`);
  return index + 1;
}

const patch = `--- a/train.py
+++ b/train.py
@@ -17,3 +17,3 @@
 rows = [(x, int(x[0] > x[1])) for x, _ in rows]
-train = rows
+train = rows[50:]
 test = rows[:50]
`;
const evaluated = {
  ...{ severity: 'CRITICAL', file: 'evaluate.py', line: lineOf('evaluate.py', 'teacher.predict') },
  ...{ title: 'Evaluated against the teacher', check: 'ground-truth', patch: null },
};
const split = {
  ...{ severity: 'CRITICAL', file: 'train.py', line: lineOf('train.py', 'test = rows[:50]') },
  ...{ title: 'Test rows are training rows', check: 'logic', patch },
};
const seed = {
  ...{ severity: 'MAJOR', file: 'train.py', line: lineOf('train.py', 'random.random()') },
  ...{ title: 'The seed argument is never used', check: 'stability', patch: null },
};
const madeUp = {
  ...{ severity: 'MINOR', file: 'train.py', line: lineOf('train.py', 'import random') },
  ...{ title: 'Data is made up', check: 'method', patch: null },
};
const found = [evaluated, split, seed, madeUp];
const review = {
  findings: found.map((each) => ({
    ...each,
    ...{ endLine: each.line, why: 'The plan says otherwise.', fix: 'Do as the plan says.' },
  })),
  groundTruth: {
    ...{ answer: 'no', evaluationType: 'synthetic_proxy', sameForAllMethods: true, officialScript: 'none' },
    ...{ file: 'evaluate.py', line: evaluated.line },
  },
};
const severityNames: Readonly<Record<string, string>> = {
  CRITICAL: 'Error',
  MAJOR: 'Warning',
  MINOR: 'Info',
};

/** The thread that says this, in the editor that is shown. */
const threadOf = (page: Page, title: string) => page.locator('.review-widget').filter({ hasText: title });

/** Writes into a thread's field and presses one of its buttons. */
async function say(page: Page, title: string, words: string, button: string): Promise<void> {
  const thread = threadOf(page, title);
  // The field folds away a moment after what was said.
  await thread.locator('.review-thread-reply-button').click();
  await thread.locator('.comment-form .monaco-editor').first().click();
  await page.keyboard.type(words);
  await thread
    .getByRole('button', { name: new RegExp(`^${button}\\b`) })
    .last()
    .click();
}

const carriers = programs
  ? ([
      ['codex-mcp', programs['codex-mcp'], 'Codex 0.153 over MCP'],
      ['codex-exec', programs.codex, 'the current Codex over exec'],
    ] as const)
  : [];

describe.each(carriers)('a wrong study that %s reviews, in a real VS Code', (reviewer, path, name) => {
  const workspace = mkdtempSync(join(tmpdir(), 'bridge-review-'));
  const config = mkdtempSync(join(tmpdir(), 'bridge-review-config-'));
  let home: ClientHome;
  let model: ScriptedModel;
  let bench: Workbench;

  beforeAll(async () => {
    cpSync(fixture, workspace, { recursive: true });
    home = new ClientHome();
    model = await startScriptedModel(() => says(JSON.stringify(review)));
    bench = await openWorkbench({
      workspace,
      env: { XDG_CONFIG_HOME: config, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' },
      userSettings: {
        'bridge.reviewers': [reviewer],
        'bridge.codex.path': path,
        'bridge.codex.config': providerConfig(model.url),
      },
    });
  });
  afterAll(async () => {
    await bench?.close();
    // What was resolved is reviewed again; that ends by itself, and leaves nothing that runs.
    await vi.waitFor(() => expect(home?.processes() ?? []).toEqual([]), { timeout: 60_000 });
    await model?.close();
    home?.dispose();
    for (const folder of [workspace, config]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(
      bench.page,
      `failed-review-${reviewer}-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`,
    );
    console.error(bench.consoleErrors.join('\n'));
  });

  it(`the findings of ${name} are problems at their lines, each as grave as it is`, async () => {
    const { page } = bench;
    await openContainer(page, 'Bridge');
    expect(model.requests).toEqual([]);
    await palette(page, 'Bridge: Deploy Plan');
    await (await quickInput(page)).accept();
    await pressDialogButton(page, 'Run Sanity');
    // The panel that opens takes the keyboard; then it can be had again.
    await (await webviewFrame(page, 'body[data-bridge-panel]')).getByRole('tab').first().waitFor();
    await page.locator('#status\\.problems', { hasText: '2' }).waitFor({ timeout: 90_000 });
    await (await problem(page, evaluated.title)).first().waitFor({ timeout: 90_000 });
    const shown = await problems(page);
    for (const { severity, title, line } of found) {
      const row = shown.find((each) => each.includes(title));
      expect(row).toMatch(new RegExp(`^${severityNames[severity]}\\b`));
      expect(row).toContain(`line ${line} `);
    }
    // Under the file that each is about.
    for (const { title, file } of found) {
      const before = shown.slice(
        0,
        shown.findIndex((each) => each.includes(title)),
      );
      expect(before.findLast((each) => /problems? in file/.test(each))).toContain(file);
    }
    await screenshot(page, `review-${reviewer}-problems`);
  });

  it('its request holds paths and the task, and nothing of the author’s opinion', () => {
    const sent = model.sent();
    for (const each of ['refine-logs/EXPERIMENT_PLAN.md', 'refine-logs/FINAL_PROPOSAL.md', 'evaluate.py'])
      expect(sent).toContain(each);
    const opinion = readFileSync(join(fixture, 'AGENTS.md'), 'utf8').trim().split('\n').at(-1)!;
    expect(opinion.length).toBeGreaterThan(10);
    expect(sent).not.toContain(opinion);
    expect(sent).not.toContain('def accuracy');
    expect(existsSync(join(workspace, 'results'))).toBe(false);
  });

  // What happens to a finding afterwards does not depend on who found it.
  it.runIf(reviewer === 'codex-mcp')(
    'a person replies to a finding and disputes it in its thread',
    async () => {
      const { page } = bench;
      // A comment of the thread, not the field in which it was written.
      const said = (text: string) =>
        threadOf(page, evaluated.title).locator('.review-comment .comment-body', { hasText: text });
      await openFile(page, 'evaluate.py');
      await threadOf(page, evaluated.title).waitFor();
      await say(page, evaluated.title, 'Which labels then?', 'Reply');
      await said('Which labels then?').waitFor();
      await say(page, evaluated.title, 'The teacher is the truth here.', 'Dispute');
      await said('The teacher is the truth here.').waitFor();
      await screenshot(page, 'review-thread-disputed');
    },
  );

  it.runIf(reviewer === 'codex-mcp')('a waiver with a reason takes the problem away', async () => {
    const { page } = bench;
    await say(page, evaluated.title, 'a demonstration of distillation', 'Waive with This Reason');
    const row = await problem(page, evaluated.title);
    await row.waitFor({ state: 'detached' });
    await screenshot(page, 'review-thread-waived');
  });

  it.runIf(reviewer === 'codex-mcp')('a finding moves with the text that is written above it', async () => {
    const { page } = bench;
    await openFile(page, 'train.py');
    await threadOf(page, split.title).waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# one\n# two\n');
    const row = await problem(page, split.title);
    await expect
      .poll(async () => (await row.first().getAttribute('aria-label')) ?? '')
      .toContain(`line ${split.line + 2} `);
  });

  it.runIf(reviewer === 'codex-mcp')('once that is saved, the findings are marked as stale', async () => {
    const { page } = bench;
    await palette(page, 'File: Save');
    const row = await problem(page, seed.title);
    await expect
      .poll(async () => (await row.first().getAttribute('aria-label')) ?? '')
      .toContain('The code was edited since');
    await openFile(page, 'train.py');
    await threadOf(page, split.title).getByText('edited since').first().waitFor();
    await screenshot(page, 'review-stale');
  });

  it.runIf(reviewer === 'codex-mcp')(
    'in a window that is loaded anew, a finding stands where its line is now',
    async () => {
      await bench.reload();
      const { page } = bench;
      await openContainer(page, 'Bridge');
      // The editor opens its list of comments by itself, over the problems: so that comes first.
      const listed = page.locator('.comments-panel .monaco-list-row', { hasText: split.title });
      await expect
        .poll(() => listed.first().innerText(), { timeout: 90_000 })
        .toContain(`Ln ${split.line + 2}]`);
      await expect
        .poll(async () => (await problems(page)).find((each) => each.includes(split.title)) ?? '', {
          timeout: 90_000,
        })
        .toContain(`line ${split.line + 2} `);
      await screenshot(page, 'review-restored');
    },
  );

  it.runIf(reviewer === 'codex-mcp')('the reviewer’s patch is a quick fix, at the moved lines', async () => {
    const { page } = bench;
    await (await problem(page, split.title)).first().dblclick();
    await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    await palette(page, 'Quick Fix...');
    const fix = page.locator('.action-widget').getByText(`Apply the reviewer’s fix: ${split.title}`);
    await fix.waitFor();
    await screenshot(page, 'review-quick-fix');
    await page.keyboard.press('Enter');
    await fix.waitFor({ state: 'hidden' });
    await palette(page, 'File: Save');
    await expect
      .poll(() => readFileSync(join(workspace, 'train.py'), 'utf8'))
      .toContain('train = rows[50:]\ntest = rows[:50]');
  });

  it.runIf(reviewer === 'codex-mcp')('a finding that is resolved is no problem any more', async () => {
    const { page } = bench;
    await openFile(page, 'train.py');
    await threadOf(page, split.title).getByRole('button', { name: 'Resolve Finding' }).click();
    await (await problem(page, split.title)).first().waitFor({ state: 'detached' });
    await screenshot(page, 'review-resolved');
  });
});
