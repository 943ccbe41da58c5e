import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DriverIntent } from '../../../src/core/run/intent';
import { Inbox } from '../../../src/store/inbox';

let folder: string;
let inbox: Inbox;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'bridge-inbox-')), 'inbox');
  inbox = new Inbox(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));
const cancel = (run: string): DriverIntent => ({ type: 'run.cancel', runs: [run], by: 'person' });

test('what was put there is listed oldest first, until it is removed', () => {
  expect(inbox.isEmpty()).toBe(true);
  const late = inbox.put(cancel('b'), 2000);
  const early = inbox.put(cancel('a'), 999);
  expect(inbox.list()).toEqual({
    items: [
      { id: early, intent: cancel('a') },
      { id: late, intent: cancel('b') },
    ],
    refused: [],
  });
  inbox.remove(early);
  inbox.remove(early);
  expect(inbox.list().items.map(({ id }) => id)).toEqual([late]);
  expect(inbox.isEmpty()).toBe(false);
});

test('two wishes of one moment are two wishes', () => {
  inbox.put(cancel('a'), 5);
  inbox.put(cancel('a'), 5);
  expect(inbox.list().items).toHaveLength(2);
});

test('a file that is no intent is refused with its reason, and the others count', () => {
  inbox.put(cancel('a'), 1);
  writeFileSync(join(folder, '2.json'), '{"type":"launch.missiles"}');
  writeFileSync(join(folder, '3.json'), '{"type":"run.cancel","runs":[]}');
  writeFileSync(join(folder, '4.json'), 'half a fi');
  const { items, refused } = inbox.list();
  expect(items).toHaveLength(1);
  expect(refused.map(({ id }) => id)).toEqual(['2', '3', '4']);
  for (const { why } of refused) expect(why.length).toBeGreaterThan(5);
});

test('what is not yet in place is not seen', () => {
  inbox.put(cancel('a'), 1);
  writeFileSync(join(folder, '.000-x.json.tmp'), '');
  writeFileSync(join(folder, '.hidden.json'), '{}');
  expect(inbox.list()).toMatchObject({ items: [{ intent: cancel('a') }], refused: [] });
  expect(readdirSync(folder)).toHaveLength(3);
});
