import axeCore from 'axe-core';
import type { Frame } from 'playwright-core';

export interface AxeViolation {
  id: string;
  impact: string;
  help: string;
  /** Selectors of the elements in question. */
  targets: string[];
}

/**
 * Accessibility violations that axe finds in one document. The source is evaluated rather than added as a script,
 * because a webview's CSP forbids the latter.
 */
export async function axe(frame: Frame): Promise<AxeViolation[]> {
  await frame.evaluate(axeCore.source);
  return frame.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: typeof axeCore }).axe;
    const { violations } = await runner.run(document, { iframes: false });
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact: impact ?? '',
      help,
      targets: nodes.map((node) => node.target.join(' ')),
    }));
  });
}
