/** What a window shows while the host still reads, and what a second window on the same study shows. */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './harness/axe';
import { signalExtensionHosts } from './harness/extensionHosts';
import { pressDialogButton } from './harness/notifications';
import { openFile, palette } from './harness/palette';
import { Queue } from './harness/queue';
import { screenshot } from './harness/screenshot';
import { themes, withTheme } from './harness/theme';
import { openContainer, rowMenu, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const words = {
  en: {
    open: 'Bridge: Open Control Panel',
    loading: 'Reading',
    cancel: 'Cancel Run',
    cancelled: 'cancelled',
    running: 'running',
    study: 'Study',
  },
  'zh-cn': {
    open: 'Bridge: 打开控制面板',
    loading: '正在读取',
    cancel: '取消运行',
    cancelled: '已取消',
    running: '运行中',
    study: '研究',
  },
} as const;

describe.each([
  ['English', undefined],
  ['Chinese', 'zh-cn'],
] as const)('windows on one study, in %s', (_language, locale) => {
  const said = words[locale ?? 'en'];
  const suffix = locale === undefined ? '' : '-zh';
  const queue = new Queue(`
project: sweep
max_parallel: 2
jobs:
  - { id: t1, gpus: 0, cmd: "while [ ! -e go ]; do sleep 0.1; done" }
  - { id: t2, gpus: 0, cmd: "while [ ! -e go ]; do sleep 0.1; done" }
  - { id: t3, gpus: 0, cmd: "true" }
`);
  let bench: Workbench;
  let second: Page;

  beforeAll(async () => {
    queue.write('notes.md', '# Notes\n');
    queue.drive();
    bench = await openWorkbench({
      ...{ workspace: queue.root, env: { BRIDGE_TEST_MARK: queue.outer } },
      ...(locale === undefined ? {} : { locale }),
    });
  });
  afterAll(async () => {
    signalExtensionHosts(queue.outer, 'SIGCONT');
    queue.write('go');
    await bench?.close();
    queue.dispose();
  });

  const spoken = async (page: Page, label: string) =>
    (await treeRows(page, said.study)).find((row) => row.label === label)?.accessibleName ?? '';
  const panelOf = (page: Page) => webviewFrame(page, 'body[data-bridge-panel]');
  const serious = async (frame: Frame) =>
    (await axe(frame)).filter(({ impact }) => impact === 'serious' || impact === 'critical');

  it('a second window shows what the first one does, and what one asks for the other shows', async () => {
    const first = bench.page;
    await openContainer(first, 'Bridge');
    await expect.poll(() => spoken(first, 't1')).toContain(said.running);
    second = await bench.openWindow();
    await openContainer(second, 'Bridge');
    await expect.poll(() => spoken(second, 't1')).toContain(said.running);
    await palette(second, said.open);
    const frame = await panelOf(second);
    await frame.getByRole('tab').nth(1).click();
    await frame.getByText('t2').first().waitFor();
    for (const theme of themes) {
      await withTheme(second, queue.root, theme);
      expect(await serious(frame), theme).toEqual([]);
      await screenshot(second, `state-second-window-${theme}${suffix}`);
    }
    await rowMenu(second, said.study, 't2', said.cancel);
    await pressDialogButton(second, said.cancel);
    for (const page of [first, second]) await expect.poll(() => spoken(page, 't2')).toContain(said.cancelled);
  });

  it('a panel whose host still reads says so', async () => {
    const page = second;
    await openFile(page, 'notes.md');
    // The panel is unloaded behind the file; drawn again, it asks a host that does not answer yet.
    expect(signalExtensionHosts(queue.outer, 'SIGSTOP')).toBeGreaterThan(0);
    try {
      await page.locator('.tab', { hasText: 'Bridge ·' }).click();
      const frame = await panelOf(page);
      await frame.locator('.loading').waitFor();
      expect(await frame.locator('.loading').innerText()).toContain(said.loading);
      for (const theme of themes) {
        await withTheme(page, queue.root, theme);
        expect(await serious(frame), theme).toEqual([]);
        await screenshot(page, `state-loading-${theme}${suffix}`);
      }
    } finally {
      signalExtensionHosts(queue.outer, 'SIGCONT');
    }
    await (await panelOf(page)).getByRole('tab').first().waitFor();
  });
});
