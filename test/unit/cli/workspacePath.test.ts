import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/io';
import { workspacePath } from '../../../src/cli/workspacePath';

let outer: string;
let root: string;
beforeEach(() => {
  outer = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-path-')));
  root = join(outer, 'study');
  mkdirSync(join(root, 'refine-logs'), { recursive: true });
});
afterEach(() => rmSync(outer, { recursive: true }));

test('a file of the workspace is told from its root, however it was named', () => {
  expect(workspacePath(root, 'PLAN.md', 'plan')).toBe('PLAN.md');
  expect(workspacePath(root, './refine-logs/../PLAN.md', 'plan')).toBe('PLAN.md');
  expect(workspacePath(root, join(root, 'refine-logs/PLAN.md'), 'plan')).toBe('refine-logs/PLAN.md');
  expect(workspacePath(root, null, 'plan')).toBeNull();
});

test('names that only look as if they left it are fine', () => {
  expect(workspacePath(root, '..plan.md', 'plan')).toBe('..plan.md');
  expect(workspacePath(root, '...', 'plan')).toBe('...');
});

test('what leaves it is wrong input, by dots, by an absolute path or by a link', () => {
  writeFileSync(join(outer, 'other.md'), '');
  symlinkSync(join(outer, 'other.md'), join(root, 'link.md'));
  for (const given of ['../other.md', join(outer, 'other.md'), 'link.md', `${root}-2/PLAN.md`]) {
    const call = () => workspacePath(root, given, 'plan');
    expect(call).toThrow(CliError);
    expect(call).toThrow(`the plan ${given} leaves the workspace ${root}`);
  }
});
