import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LocalWorkspaceFiles } from '../../../src/store/workspaceFiles';

let outer: string;
let root: string;
let files: LocalWorkspaceFiles;
beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'bridge-files-'));
  root = join(outer, 'study');
  mkdirSync(root);
  files = new LocalWorkspaceFiles(root);
});
afterEach(() => rmSync(outer, { recursive: true }));
const put = (path: string, text = 'x') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe('reading and writing', () => {
  test('what is written is what is read, folders are made, and nothing half-written is left', async () => {
    await files.write('a/b/c.md', 'text\r\n');
    expect(await files.read('a/b/c.md')).toBe('text\r\n');
    expect(readdirSync(join(root, 'a/b'))).toEqual(['c.md']);
  });

  test('what is not there is null, and so is a folder where a file was asked for', async () => {
    expect(await files.read('none.md')).toBeNull();
    mkdirSync(join(root, 'folder'));
    expect(await files.read('folder')).toBeNull();
    expect(await files.hash('none.md')).toBeNull();
    expect(await files.list('none')).toEqual([]);
  });

  test('a file that cannot be written is named by its own path and the system’s reason, without its code', async () => {
    put('taken');
    await expect(files.write('taken/x.md', '')).rejects.toThrow(
      /^taken\/x\.md cannot be written: (not a directory|file already exists)$/,
    );
  });
});

describe('the border of the workspace', () => {
  test.each(['../x.md', 'a/../../x.md', '/etc/hosts'])(
    '%s is not read, not written and not listed',
    async (path) => {
      for (const call of [
        () => files.read(path),
        () => files.write(path, ''),
        () => files.hash(path),
        () => files.list(path),
      ])
        await expect(call()).rejects.toThrow(`${path} leaves the workspace`);
    },
  );

  test('a link out of it is the outside, one within is not', async () => {
    writeFileSync(join(outer, 'secret'), 'secret');
    symlinkSync(join(outer, 'secret'), join(root, 'out'));
    put('real.md', 'inside');
    symlinkSync(join(root, 'real.md'), join(root, 'in'));
    await expect(files.read('out')).rejects.toThrow('leaves the workspace');
    expect(await files.read('in')).toBe('inside');
  });

  test('nothing is written through a link that leads out', async () => {
    mkdirSync(join(outer, 'elsewhere'));
    symlinkSync(join(outer, 'elsewhere'), join(root, 'logs'));
    await expect(files.write('logs/new.md', 'x')).rejects.toThrow('leaves the workspace');
    expect(readdirSync(join(outer, 'elsewhere'))).toEqual([]);
  });

  test('whether a file of the outside exists may be asked: a command may name it', async () => {
    writeFileSync(join(outer, 'beside.py'), '');
    expect(await files.exists('../beside.py')).toBe(true);
    expect(await files.exists(join(outer, 'beside.py'))).toBe(true);
    expect(await files.exists('../none.py')).toBe(false);
  });

  test('a workspace that is itself reached through a link is not outside of itself', async () => {
    put('a.md', 'text');
    symlinkSync(root, join(outer, 'alias'));
    expect(await new LocalWorkspaceFiles(join(outer, 'alias')).read('a.md')).toBe('text');
  });
});

describe('what an approval is bound to', () => {
  const names = async (excluded: string[] = [], named: string[] = []) =>
    Object.keys(await files.codeHashes(excluded, named));

  test('is code: no prose, no results, no folder of tools', async () => {
    for (const path of [
      'train.py',
      'src/net.cu',
      'conf/a.yaml',
      'Makefile',
      'README.md',
      'out/r.json',
      'data/x.csv',
    ])
      put(path);
    for (const path of [
      '.bridge/id.py',
      'node_modules/x.js',
      '.venv/lib/a.py',
      'src/__pycache__/a.py',
      'refine-logs/a.py',
    ])
      put(path);
    expect(await names()).toEqual(['Makefile', 'conf/a.yaml', 'src/net.cu', 'train.py']);
  });

  test('is without outputs and data, whatever their kind, and with what a command names', async () => {
    for (const path of ['train.py', 'out/gen.py', 'data/prep.py', 'weights.bin']) put(path);
    expect(await names(['out/*.py', 'data/'], ['weights.bin', 'none.bin'])).toEqual([
      'train.py',
      'weights.bin',
    ]);
  });

  test('is, in a repository, what git does not ignore', async () => {
    for (const path of ['kept.py', 'new.py', 'scratch/tmp.py']) put(path);
    put('.gitignore', 'scratch/\n');
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', 'kept.py'], { cwd: root });
    expect(await names()).toEqual(['kept.py', 'new.py']);
  });

  test('changes with the content and not with the time of a file', async () => {
    put('a.py', 'one');
    const before = await files.codeHashes([], []);
    utimesSync(join(root, 'a.py'), 1, 1);
    expect(await files.codeHashes([], [])).toEqual(before);
    put('a.py', 'two');
    expect(await files.codeHashes([], [])).not.toEqual(before);
    expect(readFileSync(join(root, 'a.py'), 'utf8')).toBe('two');
  });
});
