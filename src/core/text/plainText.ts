const link = /!?\[([^[\]\n]{0,400})\]\([^()\n]{0,600}\)/g;
const entities: Record<string, string> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  ge: '≥',
  le: '≤',
  times: '×',
};

/** A piece of Markdown as a person reads it: without emphasis, code marks, links, escapes and line-break tags. */
export function plainText(markdown: string): string {
  let text = markdown;
  if (!/[*_~`\\<&\]]|[^\S ]|  /.test(text)) return text.trim();
  if (text.includes('](')) text = text.replace(link, '$1');
  if (text.includes('<'))
    text = text.replace(/<br\s{0,4}\/?>|<\/?(?:b|i|em|strong|code|sup|sub|kbd|span|u|s|del)>/gi, ' ');
  if (text.includes('&'))
    text = text.replace(/&(nbsp|amp|lt|gt|ge|le|times);/g, (_, name: string) => entities[name]!);
  if (/[*_~`]/.test(text)) {
    text = text
      .replace(/`+/g, '')
      .replace(/\*\*+|~~+/g, '')
      .replace(/(^|[\s([{|"'“（：])[*_]{1,3}(?=[^\s*_])/g, '$1')
      .replace(/([^\s*_\\])[*_]{1,3}(?=[\s)\]}|"'”.,;:!?，。；：）]|$)/g, '$1');
  }
  if (text.includes('\\')) text = text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return text.replace(/\s+/g, ' ').trim();
}
