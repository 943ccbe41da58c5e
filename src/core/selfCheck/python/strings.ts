const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** The text that a Python string literal stands for; escapes beyond the common ones stay as they are written. */
export function stringValue(literal: string): string {
  const match = /^([a-zA-Z]*)("""|'''|"|')/.exec(literal);
  if (!match) return literal;
  const quote = match[2]!;
  const start = match[0].length;
  const end =
    literal.endsWith(quote) && literal.length >= start + quote.length
      ? literal.length - quote.length
      : literal.length;
  const body = literal.slice(start, end);
  return /r/i.test(match[1]!) ? body : body.replace(/\\([ntr\\'"\n])/g, (_, mark: string) => escapes[mark]!);
}

/** The value of a number literal (`1e-3`, `1_000`, `0x10`); NaN for what JavaScript has no number for (`3j`). */
export function numberValue(literal: string): number {
  return Number(literal.replaceAll('_', ''));
}
