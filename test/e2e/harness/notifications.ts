import type { Locator, Page } from 'playwright-core';

/** The notification toast that contains this text; `locator.waitFor()` waits for it. */
export function notification(page: Page, text: string): Locator {
  return page.locator('.notification-toast').filter({ hasText: text });
}

/** The modal dialog's message and detail; waits for one. */
export async function dialogText(page: Page): Promise<string> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  return dialog.locator('.dialog-message-container').innerText();
}

export async function pressDialogButton(page: Page, button: string): Promise<void> {
  await page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();
}
