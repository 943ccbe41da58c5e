import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeCode, probeEnvironment, pythonOf } from '../../../src/engine/originProbe';
import { LocalHost } from '../../../src/hosts/local/host';

let root: string;
const { signal } = new AbortController();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bridge-origin-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const host = () => new LocalHost(join(root, '.bridge'));
const git = (...args: string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
  });

describe('the code of a run', () => {
  it('is its commit, and clean while only Bridge’s own files change', async () => {
    git('init', '-q');
    mkdirSync(join(root, 'refine-logs'));
    writeFileSync(join(root, 'refine-logs/EXPERIMENT_TRACKER.md'), 'TODO\n');
    writeFileSync(join(root, 'train.py'), 'print(1)\n');
    git('add', '-A');
    git('commit', '-qm', 'x');
    writeFileSync(join(root, 'refine-logs/EXPERIMENT_TRACKER.md'), 'DONE\n');
    mkdirSync(join(root, 'results'));
    writeFileSync(join(root, 'results/R1.json'), '{}');
    expect(await probeCode(host(), root, signal)).toEqual({
      ...{ commit: git('rev-parse', 'HEAD').trim(), dirty: false, diff: '', untracked: [] },
    });
    writeFileSync(join(root, 'train.py'), 'print(2)\n');
    writeFileSync(join(root, 'new.py'), '');
    const dirty = await probeCode(host(), root, signal);
    expect(dirty).toMatchObject({ dirty: true, untracked: ['new.py'] });
    expect(dirty.diff).toContain('+print(2)');
  });

  it('is unknown outside git, and that is no error', async () => {
    expect(await probeCode(host(), root, signal)).toMatchObject({ commit: null, dirty: null });
  });
});

describe('the environment of a run', () => {
  it('is that of the interpreter which its command names', async () => {
    const job = { command: 'python3 train.py', environment: { kind: 'none' }, setup: '' } as const;
    const facts = await probeEnvironment(host(), job, root, signal);
    const version = execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim();
    expect(`Python ${facts.python!.version}`).toBe(version);
    expect(facts.os).toMatch(/\w/);
    expect(facts.note).toBeNull();
  });

  it('names no Python for a command that uses none, and warns of set-up lines', async () => {
    const job = { command: 'Rscript fit.R', environment: { kind: 'none' }, setup: 'module load R' } as const;
    expect(await probeEnvironment(host(), job, root, signal)).toMatchObject({
      ...{ python: null, packages: {} },
      note: expect.stringContaining('set-up lines') as string,
    });
  });

  it('is asked in the venv or the conda environment of the job', () => {
    expect(pythonOf('python -m x', { kind: 'venv', path: 'env' })).toEqual(['env/bin/python']);
    expect(pythonOf('torchrun t.py', { kind: 'conda', name: 'r', hook: null })).toEqual([
      'conda',
      'run',
      '-n',
      'r',
      'python',
    ]);
    expect(pythonOf('cd a && /opt/py/python3.12 t.py', { kind: 'none' })).toEqual(['/opt/py/python3.12']);
    expect(pythonOf('make all', { kind: 'none' })).toBeNull();
  });
});
