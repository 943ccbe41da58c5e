import type { PageName } from '../../protocol/panelIntent';

const pages: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline', 'doctor'];

export function isPageName(value: unknown): value is PageName {
  return pages.includes(value as PageName);
}
