import type { Ground } from './lineStyle';

/** What a canvas cannot take from a style sheet by itself: the theme's colours and font as they are now. */
export interface PlotLook {
  readonly ground: Ground;
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly background: string;
  readonly font: string;
}

export function readLook(): PlotLook {
  const style = getComputedStyle(document.body);
  const token = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const { classList } = document.body;
  const light = classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
  const text = token('--vscode-foreground', style.color);
  const contrast = classList.contains('vscode-high-contrast');
  return {
    ground: light ? 'light' : 'dark',
    text,
    quiet: contrast ? text : token('--vscode-descriptionForeground', text),
    grid: `color-mix(in srgb, ${text} 14%, transparent)`,
    background: token('--vscode-editor-background', light ? '#ffffff' : '#1f1f1f'),
    font: `${Math.round(Number.parseFloat(style.fontSize) * 0.92)}px ${style.fontFamily}`,
  };
}

/** VS Code writes a new theme onto the page's root and the body's classes. Returns how to stop watching. */
export function watchLook(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] };
  observer.observe(document.documentElement, attributes);
  observer.observe(document.body, attributes);
  return () => observer.disconnect();
}
