import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';

export type Theme = 'light' | 'dark' | 'hc-dark' | 'hc-light';

export const themes: readonly Theme[] = ['light', 'dark', 'hc-dark', 'hc-light'];

/** The built-in theme of each kind, and what VS Code then writes on the body of every webview. */
const names: Record<Theme, { setting: string; webviewKind: string; workbenchClass: string }> = {
  light: { setting: 'Default Light Modern', webviewKind: 'vscode-light', workbenchClass: 'vs' },
  dark: { setting: 'Default Dark Modern', webviewKind: 'vscode-dark', workbenchClass: 'vs-dark' },
  'hc-dark': {
    setting: 'Default High Contrast',
    webviewKind: 'vscode-high-contrast',
    workbenchClass: 'hc-black',
  },
  'hc-light': {
    setting: 'Default High Contrast Light',
    webviewKind: 'vscode-high-contrast-light',
    workbenchClass: 'hc-light',
  },
};

/** Changes the colour theme of an open workspace through its settings, and waits until window and webviews have it. */
export async function withTheme(page: Page, workspace: string, theme: Theme): Promise<void> {
  const { setting, webviewKind, workbenchClass } = names[theme];
  changeSettings(workspace, { 'workbench.colorTheme': setting });
  await page.locator(`.monaco-workbench.${workbenchClass}`).waitFor();
  await Promise.all(page.frames().map((frame) => kindIs(frame, webviewKind)));
}

/** Sets keys of the workspace's `.vscode/settings.json` (plain JSON) and leaves the others. */
export function changeSettings(workspace: string, changes: Record<string, unknown>): void {
  const file = join(workspace, '.vscode', 'settings.json');
  mkdirSync(join(workspace, '.vscode'), { recursive: true });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  writeFileSync(file, JSON.stringify({ ...before, ...changes }, undefined, 2));
}

/** Waits for the theme in a webview; a frame that is none, or was closed meanwhile, is no reason to wait. */
async function kindIs(frame: Frame, kind: string): Promise<void> {
  const isWebview = await frame
    .locator('body[data-vscode-theme-kind]')
    .count()
    .catch(() => 0);
  if (isWebview > 0) await frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
}
