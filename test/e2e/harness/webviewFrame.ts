import type { Frame, Page } from 'playwright-core';

/**
 * The document of a webview, found by a CSS selector that only it has, e.g. `body[data-page="panel"]`. A webview is a
 * frame in a frame and several may be open, so all of them are looked through until one matches.
 */
export async function webviewFrame(page: Page, marker: string, timeoutMs = 30_000): Promise<Frame> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    for (const frame of page.frames()) {
      if (frame !== page.mainFrame() && (await has(frame, marker))) return frame;
    }
    if (Date.now() > until) {
      const urls = page.frames().map((frame) => frame.url().slice(0, 100));
      throw new Error(`no webview with ${marker} within ${timeoutMs} ms; frames: ${urls.join(', ')}`);
    }
    await page.waitForTimeout(100);
  }
}

async function has(frame: Frame, marker: string): Promise<boolean> {
  try {
    return (await frame.locator(marker).count()) > 0;
  } catch {
    // Replaced or closed while it was looked at.
    return false;
  }
}
