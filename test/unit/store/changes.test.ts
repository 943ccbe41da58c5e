import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hunksOf } from '../../../src/core/agents/change';
import { FileChanges } from '../../../src/store/changes';

let root: string;
let changes: FileChanges;
const nobody = () => null;
const all = { files: null, hunks: null };
const numbers = Array.from({ length: 30 }, (_, index) => `line ${index}`);
const long = `${numbers.join('\n')}\n`;
const edited = long.replace('line 2\n', 'line two\n').replace('line 25\n', 'line twenty-five\n');

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-changes-')));
  changes = new FileChanges(root, join(root, '.bridge'));
});
afterEach(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('a change is taken whole: files are written, made and removed', async () => {
  write('a.py', 'a\n');
  write('old.py', 'old\n');
  await changes.keep('c1', [
    { path: 'a.py', before: 'a\n', after: 'b\n' },
    { path: 'lib/new.py', before: null, after: 'new\n' },
    { path: 'old.py', before: 'old\n', after: null },
  ]);
  expect(read('.bridge/changes/c1/patch.diff')).toContain('+++ b/lib/new.py');
  await changes.prepare('c1', all);
  expect(await changes.take('c1', nobody)).toEqual({
    ...{ written: ['a.py', 'lib/new.py', 'old.py'], conflicts: [], refused: [], partly: [] },
  });
  expect([read('a.py'), read('lib/new.py'), existsSync(join(root, 'old.py'))]).toEqual([
    'b\n',
    'new\n',
    false,
  ]);
  expect(await changes.read('c1')).toEqual([]);
});

test('a hunk is taken alone, and the rest waits and can be taken later', async () => {
  write('a.py', long);
  const file = { path: 'a.py', before: long, after: edited };
  await changes.keep('c1', [file]);
  expect(hunksOf(file)).toHaveLength(2);
  await changes.prepare('c1', { files: null, hunks: { 'a.py': [1] } });
  expect(await changes.take('c1', nobody)).toMatchObject({ written: ['a.py'], partly: ['a.py'] });
  expect(read('a.py')).toBe(long.replace('line 25\n', 'line twenty-five\n'));
  expect(hunksOf((await changes.read('c1'))[0]!)).toHaveLength(1);
  await changes.prepare('c1', all);
  await changes.take('c1', nobody);
  expect(read('a.py')).toBe(edited);
});

test('what was edited meanwhile, what is locked and what a link leads outside is left alone', async () => {
  write('a.py', 'mine\n');
  await changes.keep('c1', [
    { path: 'a.py', before: 'a\n', after: 'b\n' },
    { path: 'plan.md', before: null, after: 'easier\n' },
    { path: '../out.py', before: null, after: 'out\n' },
  ]);
  await changes.prepare('c1', all);
  expect(await changes.take('c1', (path) => (path === 'plan.md' ? 'locked' : null))).toEqual({
    ...{ written: [], conflicts: ['a.py'], refused: ['plan.md', '../out.py'], partly: [] },
  });
  expect(read('a.py')).toBe('mine\n');
});

test('a take that was cut off and is done again writes nothing twice', async () => {
  write('a.py', long);
  await changes.keep('c1', [{ path: 'a.py', before: long, after: edited }]);
  await changes.prepare('c1', { files: null, hunks: { 'a.py': [0] } });
  const first = await changes.take('c1', nobody);
  expect(await changes.take('c1', nobody)).toEqual(first);
  expect(read('a.py')).toBe(long.replace('line 2\n', 'line two\n'));
});
