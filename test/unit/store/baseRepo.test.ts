import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkRepoUrl, cloneBaseRepo } from '../../../src/store/baseRepo';

let outer: string;
let root: string;
let url: string;
const { signal } = new AbortController();

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'bridge-base-'));
  root = join(outer, 'study');
  const source = join(outer, 'source');
  for (const folder of [root, source]) mkdirSync(folder);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: source });
  git('init', '--quiet');
  writeFileSync(join(source, 'model.py'), 'print(1)\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  url = `file://${source}`;
});
afterEach(() => rmSync(outer, { recursive: true, force: true }));

test('a base repo is cloned, shallow and once', async () => {
  const cloned = await cloneBaseRepo(root, url, signal);
  expect(cloned.kind).toBe('cloned');
  expect(readFileSync(join(root, 'base_repo/model.py'), 'utf8')).toBe('print(1)\n');
  expect(existsSync(join(root, 'base_repo/.git/hooks'))).toBe(false);
  expect(await cloneBaseRepo(root, url, signal)).toEqual({ ...cloned, kind: 'there' });
});

test('a folder with other content is left as it is', async () => {
  mkdirSync(join(root, 'base_repo'));
  writeFileSync(join(root, 'base_repo/mine.py'), 'mine\n');
  const failed = await cloneBaseRepo(root, url, signal);
  expect(failed).toMatchObject({ kind: 'failed' });
  expect(JSON.stringify(failed)).toContain('is no clone of');
  expect(readFileSync(join(root, 'base_repo/mine.py'), 'utf8')).toBe('mine\n');
});

test('a repository that is not there is said, and nothing of it stays', async () => {
  const failed = await cloneBaseRepo(root, `${url}-missing`, signal);
  expect(JSON.stringify(failed)).toContain('there is no such repository');
  expect(existsSync(join(root, 'base_repo'))).toBe(false);
});

test('what git would take for an option or a program is no address', () => {
  for (const bad of ['--upload-pack=touch x', 'ext::sh -c touch% x', 'https://-x', 'a b', 'git@host:-x', ''])
    expect(checkRepoUrl(bad), bad).not.toBeNull();
  for (const good of [
    'https://github.com/org/project',
    'git@github.com:org/project.git',
    'ssh://h/p',
    './repo',
  ])
    expect(checkRepoUrl(good), good).toBeNull();
});
