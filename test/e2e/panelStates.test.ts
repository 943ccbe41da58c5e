/** Every state of the panel in the real webview: VS Code's own themes, fonts and content policy, views of fixtures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageName } from '../../src/protocol/panelIntent';
import type { ToPanel } from '../../src/protocol/view';
import { firstQuery } from '../../webview-ui/src/state/panelState';
import { panelScene, panelView, type PanelSceneName } from '../fixtures/panelViews';
import { axe } from './harness/axe';
import { palette } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { themes, withTheme } from './harness/theme';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const pages: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline', 'doctor'];

/** Each state, and the page that shows it best: that one is kept as a picture. */
const states: Readonly<Record<PanelSceneName, PageName>> = {
  empty: 'plan',
  beforeDeploy: 'plan',
  checkpoint: 'needs',
  running: 'runs',
  failures: 'needs',
  finished: 'results',
  tenThousand: 'runs',
  restricted: 'plan',
  offline: 'runs',
  oneRun: 'runs',
  foreign: 'runs',
};
const names = Object.keys(states) as PanelSceneName[];

describe.each([
  ['English', undefined],
  ['Chinese', 'zh-cn'],
] as const)('the panel in %s', (_language, locale) => {
  const workspace = mkdtempSync(join(tmpdir(), 'bridge-states-'));
  const suffix = locale === undefined ? '' : '-zh';
  let bench: Workbench;
  let frame: Frame;
  let revision = 0;

  beforeAll(async () => {
    bench = await openWorkbench({ workspace, ...(locale === undefined ? {} : { locale }) });
    await palette(bench.page, locale === undefined ? 'Bridge: Open Control Panel' : 'Bridge: 打开控制面板');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByRole('tab').first().waitFor();
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  const post = (message: ToPanel) => frame.evaluate((data) => window.postMessage(data, '*'), message);
  const show = async (name: PanelSceneName, page: PageName) => {
    await post({ type: 'go', page });
    await frame.locator(`[aria-labelledby=tab-${page}] :is(h2, [data-index])`).first().waitFor();
    const view = panelView(panelScene(name, Date.now()), page, firstQuery, ++revision);
    // The host answers for its empty folder once, when a page is turned; from then on what is sent here stays.
    const sentence = frame.locator('header.header').getByText(view.header.sentence);
    await expect
      .poll(
        async () => {
          await post({ type: 'view', view });
          await frame.evaluate(() => new Promise(requestAnimationFrame));
          return sentence.count();
        },
        { timeout: 20_000, interval: 150 },
      )
      .toBeGreaterThan(0);
  };
  const serious = async () =>
    (await axe(frame)).filter(({ impact }) => impact === 'serious' || impact === 'critical');

  it.each(themes)(
    'has no serious finding of axe in any state, and is kept as pictures: %s',
    async (theme) => {
      await withTheme(bench.page, workspace, theme);
      for (const name of names)
        for (const page of locale === undefined ? pages : [states[name]]) {
          await show(name, page);
          expect(await serious(), `${name}, ${page}, ${theme}`).toEqual([]);
          if (page === states[name]) await screenshot(bench.page, `state-${name}-${theme}${suffix}`);
        }
    },
  );

  it.each(themes)('says that it is reading, and why it refused: %s', async (theme) => {
    await withTheme(bench.page, workspace, theme);
    await show('running', 'plan');
    await post({ type: 'refused', sentence: 'The checkpoint shows no milestone M9. It shows M2, M3.' });
    await frame.getByText('no milestone M9').waitFor();
    expect(await serious()).toEqual([]);
    await screenshot(bench.page, `state-refused-${theme}${suffix}`);
    await frame.getByRole('tab').first().press('ArrowRight');
  });

  it('breaks no rule of the content security policy', () => {
    expect(bench.consoleErrors.filter((said) => /content security policy/i.test(said))).toEqual([]);
  });
});
