import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Git-ignored; looked at by people. */
const folder = join('test', 'e2e', 'screenshots');

/** Keeps a picture of the window as `test/e2e/screenshots/NAME.png` and gives its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const path = pathOf(name);
  await page.screenshot({ path });
  return path;
}

/** A picture of one part of the window, for the walkthrough and the README (`npm run pictures` takes it over). */
export async function picture(page: Page, name: string, selector: string): Promise<string> {
  const path = pathOf(name);
  await page.locator(selector).first().screenshot({ path });
  return path;
}

function pathOf(name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
