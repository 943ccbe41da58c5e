import type { Page } from 'playwright-core';
import { palette } from './palette';

/** Puts the cursor of the active editor on a line and column, both from 1. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('F1');
  const widget = page.locator('.quick-input-widget');
  await widget.waitFor();
  await widget.locator('.quick-input-box input').fill(`:${line}:${column}`);
  await widget.locator('.quick-input-box input').press('Enter');
  await widget.waitFor({ state: 'hidden' });
  await page.locator('#status\\.editor\\.selection', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
}

/** Puts the cursor into the nth occurrence (from 1) of a piece of a text that the active editor shows. */
export async function goToText(page: Page, text: string, piece: string, nth = 1): Promise<void> {
  let offset = -1;
  for (let count = 0; count < nth; count++) offset = text.indexOf(piece, offset + 1);
  if (offset < 0) throw new Error(`"${piece}" does not stand ${nth} times in the text`);
  const before = text.slice(0, offset).split(/\r\n|\n/);
  await goTo(page, before.length, before.at(-1)!.length + 2);
}

/** Where the cursor of the active editor is. */
export async function place(page: Page): Promise<{ file: string; line: number }> {
  const file = await page
    .locator('.editor-group-container.active .tab.active')
    .getAttribute('data-resource-name');
  const text = await page.locator('#status\\.editor\\.selection').innerText();
  return { file: file ?? '', line: Number(/Ln (\d+)/.exec(text)?.[1]) };
}

/** What the lenses on the screen say, top to bottom. */
export async function lenses(page: Page): Promise<string[]> {
  return page
    .locator('.editor-group-container.active .codelens-decoration')
    .evaluateAll((elements) =>
      elements
        .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
        .map((element) => element.textContent ?? ''),
    );
}

/** The hover at the cursor, once it says this. */
export async function hover(page: Page, says: string | RegExp): Promise<string> {
  await palette(page, 'Show or Focus Hover');
  const shown = page.locator('.monaco-hover:not(.hidden) .hover-contents', { hasText: says }).first();
  await shown.waitFor();
  return shown.innerText();
}

/** Takes a quick fix at the cursor by its title. */
export async function quickFix(page: Page, title: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+.');
  const row = page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first();
  await row.waitFor();
  // The list catches the mouse until it has moved; the keyboard works at once.
  const focused = row.and(page.locator('.focused'));
  for (let step = 0; step < 20 && (await focused.count()) === 0; step++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await row.waitFor({ state: 'hidden' });
}

/** F2 at the cursor. */
export async function rename(page: Page, to: string): Promise<void> {
  await page.keyboard.press('F2');
  const input = page.locator('.rename-box input');
  await input.waitFor();
  await input.fill(to);
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** F2 at the cursor where that is refused: what the editor says instead. */
export async function refusedRename(page: Page): Promise<string> {
  await page.keyboard.press('F2');
  const message = page.locator('.monaco-editor-overlaymessage .message');
  await message.waitFor();
  return message.innerText();
}

/** The labels on offer for what is typed at the cursor. */
export async function suggestions(page: Page): Promise<string[]> {
  await page.keyboard.press('Control+Space');
  const rows = page.locator('.suggest-widget.visible .monaco-list-row .label-name');
  await rows.first().waitFor();
  return rows.allInnerTexts();
}
