import { expect, it } from 'vitest';
import { describeSpark, sparkline } from '../../../src/cli/sparkline';

it('a falling loss is drawn falling, from the highest bar to the lowest', () => {
  expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1])).toBe('█▇▆▅▄▃▂▁');
});

it('values that do not change are a line in the middle', () => {
  expect(sparkline([0.5, 0.5, 0.5])).toBe('▄▄▄');
});

it('the newest value stands behind its line, and nothing where there is none', () => {
  expect(describeSpark([0.5, 0.123456])).toBe('█▁ 0.1235');
  expect(describeSpark([])).toBe('');
});
