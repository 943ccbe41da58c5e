import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePanelIntent } from '../../../src/protocol/parsePanelIntent';
import { parseToPanel } from '../../../src/protocol/parseToPanel';
import type { PageName, PanelIntent } from '../../../src/protocol/panelIntent';
import { firstQuery } from '../../../webview-ui/src/state/panelState';
import { panelScene, panelView, type PanelSceneName } from '../../fixtures/panelViews';

const now = Date.UTC(2026, 2, 14, 12);
const pages: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline'];
const scenes: readonly PanelSceneName[] = [
  'empty',
  'beforeDeploy',
  'checkpoint',
  'running',
  'failures',
  'finished',
  'tenThousand',
  'restricted',
  'foreign',
];

describe('what the panel sends', () => {
  const intents: readonly PanelIntent[] = [
    { type: 'ready' },
    { type: 'look', page: 'runs', runs: firstQuery },
    { type: 'look', page: 'needs', runs: null },
    { type: 'checkpoint.approve', hash: '3f9c', milestones: ['M2'] },
    { type: 'checkpoint.approve', hash: '3f9c', milestones: null },
    { type: 'checkpoint.reject', hash: '3f9c', reason: 'Too dear.' },
    { type: 'runs.cancel', runs: ['R001', 'R002'] },
    { type: 'file.open', file: 'results/R001.json', line: 4 },
    { type: 'log.follow', run: null },
  ];
  test.each(intents)('$type is read as it was sent', (intent) => {
    expect(parsePanelIntent(structuredClone(intent))).toEqual({ ok: true, value: intent });
  });

  test.each([
    [null, 'Expected an object'],
    ['ready', 'Expected an object'],
    [{ type: 'rm -rf' }, 'Unknown type: "rm -rf"'],
    [{ type: 'toString' }, 'Unknown type: "toString"'],
    [{ type: '__proto__' }, 'Unknown type'],
    [{ type: 'runs.cancel', runs: 'R001' }, 'runs.cancel: runs: '],
    [{ type: 'checkpoint.approve', hash: 'x' }, 'checkpoint.approve: milestones: '],
    [{ type: 'file.open', file: 'a', line: -1 }, 'file.open: line: '],
    [{ type: 'look', page: 'settings', runs: null }, 'look: page: '],
    [
      { type: 'look', page: 'runs', runs: { ...firstQuery, range: { start: 0, count: 100_000 } } },
      'look: runs.range.count: ',
    ],
  ])('a message that departs from the protocol is refused with the place: %j', (message, problem) => {
    const parsed = parsePanelIntent(message);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
  });

  test('nothing that is not an object of the protocol passes, and nothing makes the parser throw', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }),
        (message) => {
          expect(parsePanelIntent(message).ok).toBe(false);
        },
      ),
    );
  });

  test('what an intent carries besides is left behind', () => {
    expect(parsePanelIntent({ type: 'ready', extra: 1 })).toEqual({ ok: true, value: { type: 'ready' } });
  });
});

describe('what the host sends', () => {
  test.each(scenes.flatMap((scene) => pages.map((page) => [scene, page] as const)))(
    'a view of the scene %s, page %s, is read as it was sent',
    (scene, page) => {
      const view = panelView(panelScene(scene, now), page, firstQuery, 7);
      expect(parseToPanel(structuredClone({ type: 'view', view }))).toEqual({
        ok: true,
        value: { type: 'view', view },
      });
    },
  );

  test('a run that diverged, with NaN in its curve, does not cost the view', () => {
    const view = panelView(panelScene('running', now), 'runs', firstQuery, 1);
    const spoilt = structuredClone(view) as unknown as { page: { lines: { run?: { spark: number[] } }[] } };
    spoilt.page.lines[1]?.run?.spark.push(Number.NaN);
    expect(parseToPanel({ type: 'view', view: spoilt }).ok).toBe(true);
  });

  test('a view that lacks a part is refused with the place', () => {
    const view = structuredClone(
      panelView(panelScene('finished', now), 'results', firstQuery, 1),
    ) as unknown as {
      page: Record<string, unknown>;
    };
    delete view.page.mainResult;
    const parsed = parseToPanel({ type: 'view', view });
    expect(parsed.ok ? '' : parsed.problem).toMatch(/^view: view\.page: results: mainResult: /);
  });

  test('the one button of an empty page can only carry an intent', () => {
    const view = structuredClone(panelView(panelScene('empty', now), 'plan', firstQuery, 1)) as unknown as {
      page: { action: { intent: unknown } };
    };
    view.page.action.intent = { type: 'evil' };
    const parsed = parseToPanel({ type: 'view', view });
    expect(parsed.ok ? '' : parsed.problem).toContain('Unknown type: "evil"');
  });
});
