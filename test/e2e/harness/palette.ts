import type { Locator, Page } from 'playwright-core';

export interface QuickPickRow {
  label: string;
  description: string;
  detail: string;
}

/** The box at the top of the window in which VS Code asks: palette, quick pick or input box. */
export interface QuickInput {
  /** The rows on offer that fit, top to bottom. */
  rows(): Promise<QuickPickRow[]>;
  /** What it says above or below the field: prompt or validation message. */
  message(): Promise<string>;
  type(text: string): Promise<void>;
  /** Chooses the row whose label is exactly this. */
  pick(label: string): Promise<void>;
  /** Enter: takes the typed text or the focused row. */
  accept(): Promise<void>;
  cancel(): Promise<void>;
}

/** Runs a command by its full title, e.g. `Bridge: Run the Plan`, through the command palette. */
export async function palette(page: Page, title: string): Promise<void> {
  // A window that has just opened may not know the command yet, and the list does not learn of it: it is asked anew.
  for (let tries = 1; ; tries++) {
    const widget = await openQuickInput(page, `>${title}`);
    try {
      return await row(widget, title).click({ timeout: 6000 });
    } catch (error) {
      if (tries === 5) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** The question that VS Code shows now; waits for it. */
export async function quickInput(page: Page): Promise<QuickInput> {
  const widget = page.locator('.quick-input-widget');
  await widget.waitFor();
  const rows = widget.locator('.quick-input-list .monaco-list-row');
  return {
    rows: async () => {
      await rows.first().waitFor();
      return rows.evaluateAll((elements) => {
        const textOf = (element: Element, selector: string) =>
          element.querySelector(selector)?.textContent ?? '';
        return elements.map((element) => ({
          label: textOf(element, '.label-name'),
          description: textOf(element, '.label-description'),
          detail: textOf(element, '.quick-input-list-label-meta'),
        }));
      });
    },
    message: async () => (await widget.locator('.quick-input-message').innerText()).trim(),
    type: (text) => widget.locator('.quick-input-box input').fill(text),
    pick: (label) => row(widget, label).click(),
    accept: () => widget.locator('.quick-input-box input').press('Enter'),
    cancel: async () => {
      await page.keyboard.press('Escape');
      await widget.waitFor({ state: 'hidden' });
    },
  };
}

/** Opens a file of the workspace by its relative path and waits until its editor is the active one. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = path.split('/').at(-1) ?? path;
  const widget = await openQuickInput(page, path);
  await row(widget, name).first().click();
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}

async function openQuickInput(page: Page, text: string): Promise<Locator> {
  const widget = page.locator('.quick-input-widget');
  // A key that is pressed while a webview takes the focus is lost.
  for (let tries = 1; ; tries++) {
    await page.keyboard.press('F1');
    const shown = await widget.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (shown) break;
    if (tries === 5) throw new Error('F1 opens nothing');
  }
  await widget.locator('.quick-input-box input').fill(text);
  return widget;
}

function row(widget: Locator, label: string): Locator {
  const exact = widget
    .page()
    .locator('.label-name')
    .filter({ hasText: new RegExp(`^\\s*${escapeRegExp(label)}\\s*$`) });
  return widget.locator('.quick-input-list .monaco-list-row').filter({ has: exact });
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
}
