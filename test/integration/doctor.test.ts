import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDoctorFacts } from '../../src/core/doctor/facts';

const cli = resolve('dist/cli.js');
let root: string;
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-doctor-')))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function doctor(path: string, ...args: string[]) {
  const env = { PATH: path, HOME: root };
  return spawnSync(process.execPath, [cli, 'doctor', '--workspace', root, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
}
const usual = process.env.PATH!;

describe('bridge doctor', () => {
  it('prints one document of facts and sentences, ends with 3 while something is missing, and writes nothing', () => {
    const { stdout, status } = doctor(usual, '--json');
    const document = JSON.parse(stdout) as {
      workspace: string;
      checks: { id: string; state: string; sentence: string }[];
    };
    expect(parseDoctorFacts(document)).toHaveLength(document.checks.length);
    expect(document.workspace).toBe(root);
    expect(document.checks.find(({ id }) => id === 'plan')).toMatchObject({ state: 'missing' });
    expect(document.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'python',
        'gpus',
        'target',
        'slurm',
        'author',
        'reviewers',
        'wandb',
        'git',
        'trust',
      ]),
    );
    expect(status).toBe(3);
    expect(readdirSync(root)).toEqual([]);
  });

  it('finds the tools that are on the PATH, and says which are not', () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const program = (name: string, says: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${says}"\n`);
      chmodSync(join(bin, name), 0o755);
    };
    program('sinfo', 'slurm 23.11.4');
    const facts = () => parseDoctorFacts(JSON.parse(doctor(bin, '--json').stdout))!;
    expect(facts()).toContainEqual({ id: 'slurm', version: '23.11.4', wanted: false });
    expect(facts()).toContainEqual({ id: 'python', program: null, version: null });
    program('python3', 'Python 3.12.1');
    expect(facts()).toContainEqual({ id: 'python', program: join(bin, 'python3'), version: '3.12.1' });
  });

  it('runs no program and imports no module of the workspace', () => {
    const trap = join(root, 'ran');
    writeFileSync(join(root, 'python3'), `#!/bin/sh\ntouch ${trap}\n`);
    chmodSync(join(root, 'python3'), 0o755);
    writeFileSync(join(root, 'wandb.py'), `open(${JSON.stringify(trap)}, 'w')\n`);
    writeFileSync(join(root, 'importlib.py'), `open(${JSON.stringify(trap)}, 'w')\n`);
    doctor(`.:${usual}`, '--json');
    expect(readdirSync(root)).not.toContain('ran');
  });

  it('speaks in a terminal too, with how to mend what is missing', () => {
    const { stdout } = doctor(usual);
    expect(stdout).toMatch(/^✗ Plan: There is no experiment plan in this folder\.\n {4}"bridge template"/m);
    expect(execFileSync(process.execPath, [cli, 'help'], { encoding: 'utf8' })).toContain('doctor');
  });
});
