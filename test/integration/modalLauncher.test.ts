import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LauncherFacts, launcherScript } from '../../src/backends/modal/launcher';
import { parseAppId, parseApps, parseEnd, parseListing } from '../../src/backends/modal/parse';

const client = resolve('test/fakes/modal/modal');
let folder: string;
let state: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-modal-'));
  state = join(folder, 'modal');
  mkdirSync(join(folder, 'code', 'sub'), { recursive: true });
  mkdirSync(state);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function modal(args: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(client, args, {
    encoding: 'utf8',
    env: { ...process.env, BRIDGE_FAKE_MODAL: state, ...environment },
  });
}

function launcher(more: Partial<LauncherFacts> = {}): string {
  const path = join(folder, 'launcher.py');
  const facts: LauncherFacts = {
    ...{ run: 'R001', attempt: 1, name: 'bridge-R001-1-abc', codeFolder: join(folder, 'code'), cwd: '.' },
    ...{ script: 'echo hello; mkdir -p results; echo \'{"a": 1}\' > results/R001.json', gpu: ['H100:2'] },
    ...{ timeoutSeconds: 3600, volume: 'bridge-volume', python: '3.11', requirements: null },
    ...{ expectedOutputs: ['results/*.json'], ignore: ['.git'] },
    ...more,
  };
  writeFileSync(path, launcherScript(facts));
  return path;
}

const volume = (...path: string[]) => join(state, 'volumes', 'bridge-volume', ...path);
const ending = () => parseEnd(readFileSync(volume('ends', 'bridge-R001-1-abc'), 'utf8'));

describe('the launcher that Modal runs', () => {
  it('runs the command, keeps log and outputs on the volume and says how it ended', () => {
    const { stdout, status } = modal(['run', '--detach', launcher()]);
    expect(status).toBe(0);
    expect(parseAppId(stdout)).toMatch(/^ap-/);
    expect(readFileSync(volume('attempts', 'bridge-R001-1-abc', 'log'), 'utf8')).toBe('hello\n');
    expect(ending()).toMatchObject({ code: 0, outputs: ['results/R001.json'] });
    expect(existsSync(volume('shared', 'results', 'R001.json'))).toBe(true);
  });

  it('a second container of the same attempt leaves without running anything', () => {
    const path = launcher({ script: `echo x >> ${join(folder, 'ledger')}` });
    for (const input of ['a', 'b', 'c']) modal(['run', path], { FAKE_INPUT_ID: input });
    expect(readFileSync(join(folder, 'ledger'), 'utf8')).toBe('x\n');
    expect(ending()).toMatchObject({ code: 0 });
  });

  it('a container that Modal restarts on its input says that it was preempted', () => {
    mkdirSync(volume('attempts', 'bridge-R001-1-abc'), { recursive: true });
    writeFileSync(volume('attempts', 'bridge-R001-1-abc', 'claim'), 'in-1');
    modal(['run', launcher()], { FAKE_INPUT_ID: 'in-1' });
    expect(ending()).toMatchObject({ ended: 'preempted' });
    expect(existsSync(volume('shared'))).toBe(false);
  });

  it('what earlier runs made is there, and only what this attempt wrote is its own', () => {
    mkdirSync(volume('shared', 'results'), { recursive: true });
    writeFileSync(volume('shared', 'results', 'R000.json'), '{"b": 2}');
    modal(['run', launcher({ script: 'cp results/R000.json results/R001.json' })]);
    expect(ending()).toMatchObject({ code: 0, outputs: ['results/R001.json'] });
  });

  it('exit codes and signals are told as a shell tells them', () => {
    modal(['run', launcher({ script: 'exit 3' })]);
    expect(ending()).toMatchObject({ code: 3, outputs: [] });
    modal(['run', launcher({ name: 'bridge-R001-2-abc', script: 'kill -9 $$' })]);
    expect(parseEnd(readFileSync(volume('ends', 'bridge-R001-2-abc'), 'utf8'))).toMatchObject({ code: 137 });
  });

  it.each(['"; touch pwned; echo "', "'''\nimport os\n'''", '\\"\\', '${HOME} `id`', '中文 \u2028'])(
    'text of a plan is a string in it: %j',
    (text) => {
      const path = launcher({
        run: text,
        script: `printf %s ${JSON.stringify('ok')} # ${text.replaceAll('\n', ' ')}`,
      });
      expect(spawnSync('python3', ['-m', 'py_compile', path], { encoding: 'utf8' }).stderr).toBe('');
      modal(['run', path]);
      expect(existsSync(join(folder, 'code', 'pwned'))).toBe(false);
      expect(ending()).toMatchObject({ code: 0 });
    },
  );
});

describe('what the client prints', () => {
  it('apps are known by name, whatever the columns are called', () => {
    expect(parseApps('[{"App ID":"ap-1","Description":"bridge-x","State":"ephemeral (detached)"}]')).toEqual([
      { id: 'ap-1', name: 'bridge-x', state: 'running' },
    ]);
    expect(parseApps('[{"app_id":"ap-1","name":"bridge-x","state":"stopped"}]')).toEqual([
      { id: 'ap-1', name: 'bridge-x', state: 'stopped' },
    ]);
    expect(parseApps('Token missing')).toBeNull();
  });

  it('a folder of the volume is listed by file name', () => {
    expect(parseListing('[{"Filename":"ends/a","Type":"file"}]')).toEqual(['a']);
    expect(parseListing('Error')).toBeNull();
  });
});
