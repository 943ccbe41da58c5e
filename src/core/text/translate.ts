/**
 * Turns an English message with `{0}`, `{1}` placeholders into the person's language. The English text is the key, as
 * in `vscode.l10n.t`, which fits this type.
 */
export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

/** The translation of where there is no other language: fills the placeholders in. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });
