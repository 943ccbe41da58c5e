import { expect, test } from 'vitest';
import { memoryByGroup } from '../../../../src/backends/machine/peaks';

test('the memory of a run is that of all processes of its group', () => {
  const said = '  100  2048\n  100  1024\n    7   512\nps: a warning\n\n';
  expect([...memoryByGroup(said)]).toEqual([
    [100, 3],
    [7, 0.5],
  ]);
});
