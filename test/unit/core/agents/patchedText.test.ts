import { describe, expect, it } from 'vitest';
import { patchedText } from '../../../../src/core/agents/patchedText';

const text = 'a = 1\nb = 2\nc = 3\n';
const patch = '--- a/src/eval.py\n+++ b/src/eval.py\n@@ -2,1 +2,2 @@\n-b = 2\n+b = 20\n+b2 = 4\n';
/** The text with the replacement done, as an editor does it. */
const applied = (before: string, given = patch, file = 'src/eval.py') => {
  const change = patchedText(before, file, given);
  if (change === null) return null;
  const lines = before.split('\n').map((line, at, all) => (at < all.length - 1 ? `${line}\n` : line));
  return [...lines.slice(0, change.from), change.text, ...lines.slice(change.to)].join('');
};

describe('a reviewer’s patch as a quick fix', () => {
  it('replaces just the lines it changes', () => {
    expect(patchedText(text, 'src/eval.py', patch)).toEqual({ from: 1, to: 2, text: 'b = 20\nb2 = 4\n' });
    expect(applied(text)).toBe('a = 1\nb = 20\nb2 = 4\nc = 3\n');
  });
  it('fits a file that moved a little, one with Windows line ends, and one without a last line end', () => {
    expect(applied(`# new\n${text}`)).toBe('# new\na = 1\nb = 20\nb2 = 4\nc = 3\n');
    expect(applied(text.replaceAll('\n', '\r\n'))).toBe('a = 1\r\nb = 20\r\nb2 = 4\r\nc = 3\r\n');
    expect(applied('a = 1\nb = 2')).toBe('a = 1\nb = 20\nb2 = 4');
  });
  it('is not offered for another file, for text that is not there any more, or when it is no patch', () => {
    expect(applied(text, patch, 'src/train.py')).toBeNull();
    expect(applied('a = 1\nb = 3\n')).toBeNull();
    for (const nonsense of ['', 'b = 20', '--- a\n+++ b\n@@ nonsense', `${patch}${patch}`])
      expect(applied(text, nonsense)).toBeNull();
  });
});
