import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const demo = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/demo.mjs', ...args], { encoding: 'utf8' });

test('the demo writes nothing into a folder that holds something else', () => {
  writeFileSync(join(folder, 'thesis.tex'), 'years of work');
  const { status, stderr } = demo('--headless', '--workspace', folder);
  expect(status).toBe(1);
  expect(stderr).toContain(`${folder} is not empty and no copy of the example`);
  expect(readdirSync(folder)).toEqual(['thesis.tex']);
});

test('an option the demo does not know is an error, not ignored', () => {
  const { status, stderr } = demo('--headles');
  expect(status).toBe(2);
  expect(stderr).toContain('--headles');
});
