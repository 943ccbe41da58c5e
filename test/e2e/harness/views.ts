import type { Locator, Page } from 'playwright-core';
import { palette } from './palette';

export interface TreeRow {
  label: string;
  description: string;
  /** 1 for the outermost rows. */
  level: number;
  /** Undefined for a row without children. */
  expanded: boolean | undefined;
  /** What a screen reader says. */
  accessibleName: string;
}

/** Shows a view container of the activity bar, by its title; one that is open already stays open. */
export async function openContainer(page: Page, title: string): Promise<void> {
  // A badge or a key binding may follow the title.
  const tab = page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${title}($|[\\s(-])`) });
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  await page.locator('.sidebar .composite.title', { hasText: title }).waitFor();
}

/** One view of the open container, by its title; a lone view has its title merged into the container's. */
export function view(page: Page, title: string): Locator {
  return page.locator(`.sidebar .pane:has(> .pane-header[aria-label="${title} Section"])`);
}

/** The visible rows of a tree view, top to bottom (VS Code draws only those that fit). */
export async function treeRows(page: Page, title: string): Promise<TreeRow[]> {
  const rows = view(page, title).locator('.monaco-list-row');
  await rows.first().waitFor();
  return rows.evaluateAll((elements) =>
    elements
      .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
      .map((element) => ({
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        level: Number(element.getAttribute('aria-level')),
        expanded: element.hasAttribute('aria-expanded')
          ? element.getAttribute('aria-expanded') === 'true'
          : undefined,
        accessibleName: element.getAttribute('aria-label') ?? '',
      })),
  );
}

/** The row with exactly this label. */
export function treeRow(page: Page, title: string, label: string): Locator {
  return view(page, title)
    .locator('.monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(label, { exact: true }) });
}

/** Opens or closes a row that has children. */
export async function toggleRow(page: Page, title: string, label: string): Promise<void> {
  const row = treeRow(page, title, label);
  const before = await row.getAttribute('aria-expanded');
  await row.locator('.monaco-tl-twistie').click();
  await treeRow(page, title, label)
    .and(page.locator(`[aria-expanded="${before === 'true' ? 'false' : 'true'}"]`))
    .waitFor();
}

/** Chooses from a row's context menu. */
export async function rowMenu(page: Page, title: string, label: string, item: string): Promise<void> {
  await treeRow(page, title, label).click({ button: 'right' });
  await chooseMenuItem(page, item);
}

/** Chooses from the menu that is open or opening. */
export async function chooseMenuItem(page: Page, item: string): Promise<void> {
  const entry = page.getByRole('menuitem', { name: item });
  await entry.hover();
  // A menu ignores the mouse button for its first tenth of a second, but not the keyboard once the entry has the focus.
  await page
    .locator('.monaco-menu .action-item.focused')
    .filter({ has: page.getByRole('menuitem', { name: item }) })
    .waitFor();
  await entry.press('Enter');
  await entry.waitFor({ state: 'hidden' });
}

/** Opens the Problems view and gives the row that says this; `locator.waitFor()` waits for the problem to be found. */
export async function problem(page: Page, text: string): Promise<Locator> {
  await palette(page, 'Problems: Focus on Problems View');
  return page.locator(`.markers-panel .monaco-list-row[aria-label*="${text.replaceAll('"', '\\"')}"]`);
}

/** What the Problems view shows at this moment, as a screen reader says it: files, then severity, message and place. */
export async function problems(page: Page): Promise<string[]> {
  await palette(page, 'Problems: Focus on Problems View');
  await page.locator('.markers-panel').waitFor();
  const rows = page.locator('.markers-panel .monaco-list-row');
  return rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
}
