/** Characters that turn the text after them around: overrides, embeddings, isolates and what ends them. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * Text of a stranger with the characters that turn text around made visible, as VS Code's editor does: `gpj.exe` must not
 * read as `exe.jpg`, least of all in a command that is approved. Marks of direction that real Arabic and Hebrew use stay.
 */
export function visibleText(text: string): string {
  return text.replace(turning, (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`);
}
