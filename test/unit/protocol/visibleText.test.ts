import { expect, it } from 'vitest';
import { visibleText } from '../../../src/protocol/visibleText';

it('shows what would turn text around, and leaves the marks of right-to-left writing alone', () => {
  expect(visibleText('rm -rf \u202Egpj.exe\u202C')).toBe('rm -rf [U+202E]gpj.exe[U+202C]');
  expect(visibleText('\u2067a\u2069')).toBe('[U+2067]a[U+2069]');
  expect(visibleText('מומנטום \u200Ev2 \u200F动量')).toBe('מומנטום \u200Ev2 \u200F动量');
});
