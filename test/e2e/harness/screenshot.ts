import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Git-ignored; looked at by people. */
const folder = join('test', 'e2e', 'screenshots');

/** Keeps a picture of the window as `test/e2e/screenshots/NAME.png` and gives its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
