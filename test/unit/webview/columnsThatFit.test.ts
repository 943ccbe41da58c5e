import { describe, expect, test } from 'vitest';
import { firstState } from '../../../webview-ui/src/state/panelState';
import { columnsThatFit } from '../../../webview-ui/src/state/columnsThatFit';
import { unusedColumns } from '../../../webview-ui/src/state/runsLines';
import { manyRuns, runRow, runsPage } from '../../fixtures/panelRuns';

describe('columns of the list of runs', () => {
  test('a wide panel has all of them', () => {
    expect(columnsThatFit(1400, []).names).toHaveLength(11);
  });

  test.each([1400, 1090, 1000, 900, 800, 700, 600, 500])(
    'at %i pixels nothing runs out of the panel',
    (width) => {
      expect(columnsThatFit(width, []).least).toBeLessThanOrEqual(width);
    },
  );

  test('what gives way first says least: run, system and status stay, and then the list scrolls', () => {
    const fits = (width: number) => columnsThatFit(width, []).names;
    expect(fits(1000)).not.toContain('estimate');
    expect(fits(700)).toContain('metric');
    expect(fits(700)).toContain('why');
    expect(fits(320)).toEqual(['select', 'id', 'system', 'status']);
    expect(columnsThatFit(320, []).least).toBeGreaterThan(320);
  });

  test('a column that would be empty leaves its room to the others', () => {
    expect(columnsThatFit(1000, ['progress', 'why']).names).toContain('estimate');
  });

  test('a finished study has no progress to show; of a list longer than its slice that is not known', () => {
    const done = [0, 1, 2].map((index) => runRow(index, { status: 'completed', spark: [] }));
    expect(unusedColumns(runsPage(done, firstState.query))).toEqual(['progress', 'spark', 'why']);
    expect(unusedColumns(runsPage(manyRuns(2_000), firstState.query))).toEqual([]);
  });
});
