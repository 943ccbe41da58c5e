import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { QueueWorkspace } from '../faults/queueWorkspace';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

/** What conda does as far as a shell sees it: its hook makes `conda activate` known. */
const conda = `#!/bin/sh
[ "$1" = shell.bash ] && [ "$2" = hook ] || exit 2
echo 'conda() { [ "$1" = activate ] && [ "$2" != nowhere ] && export CONDA_DEFAULT_ENV="$2"; }'
`;
const jobs = (line: string) => `jobs: [{ id: a, gpus: 0, cmd: 'echo "${line}" >> ledger' }]\n`;

/** Runs one job in this environment; what it wrote. */
async function ran(manifest: string): Promise<string> {
  ws.write('m.yaml', manifest);
  const { code, stderr } = await ws.queue();
  expect(stderr).not.toMatch(/✕/);
  expect(code).toBe(0);
  return ws.ledger().join('\n');
}

function home(...files: string[]): string {
  const folder = join(ws.root, '..', 'home');
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), conda, { mode: 0o755 });
  }
  ws.env.HOME = folder;
  ws.env.PATH = '/usr/bin:/bin:/usr/local/bin';
  return folder;
}

describe('a run is in its environment before its command starts', () => {
  it('conda, found on PATH', async () => {
    ws = new QueueWorkspace();
    ws.program('conda', conda);
    expect(await ran(`env: { conda: research }\n${jobs('$CONDA_DEFAULT_ENV')}`)).toBe('research');
  });

  it('conda, found where it is mostly installed when it is not on PATH', async () => {
    ws = new QueueWorkspace();
    home('miniconda3/bin/conda');
    expect(await ran(`conda: research\n${jobs('$CONDA_DEFAULT_ENV')}`)).toBe('research');
  });

  it.each([
    ['a path of conda', '~/my conda/bin/conda'.replace(' ', '-')],
    ['a path with $HOME', '$HOME/my-conda/bin/conda'],
    ['a whole line', 'eval "$($HOME/my-conda/bin/conda shell.bash hook)"'],
  ])('conda, by a hook that is %s', async (_, hook) => {
    ws = new QueueWorkspace();
    home('my-conda/bin/conda');
    const manifest = `conda: research\nconda_hook: '${hook}'\n${jobs('$CONDA_DEFAULT_ENV')}`;
    expect(await ran(manifest)).toBe('research');
  });

  it('conda, by a script that the hook names', async () => {
    ws = new QueueWorkspace();
    const script = join(home(), 'etc/conda.sh');
    mkdirSync(join(script, '..'), { recursive: true });
    writeFileSync(script, 'conda() { export CONDA_DEFAULT_ENV="$2"; }\n');
    expect(await ran(`conda: research\nconda_hook: ~/etc/conda.sh\n${jobs('$CONDA_DEFAULT_ENV')}`)).toBe(
      'research',
    );
  });

  it('a virtual environment, and lines of set-up after it', async () => {
    ws = new QueueWorkspace();
    ws.write('.venv/bin/activate', 'export VIRTUAL_ENV=here\n');
    const env = 'env:\n  venv: .venv\n  setup: |\n    export ONE=1\n    export TWO="$VIRTUAL_ENV 2"\n';
    expect(await ran(`${env}${jobs('$VIRTUAL_ENV $ONE $TWO')}`)).toBe('here 1 here 2');
  });

  it('one that cannot be entered fails the run before its command', async () => {
    ws = new QueueWorkspace(`env: { conda: nowhere }\n${jobs('ran')}`);
    ws.program('conda', conda);
    const { code, jobs: ended } = await ws.queue();
    expect(code).toBe(1);
    expect(ended.a).toMatchObject({ status: 'failed', exitCode: 125 });
    expect(ws.ledger()).toEqual([]);
  });
});

describe('a run that is not where it should be', () => {
  it('names the working folder that does not exist', async () => {
    ws = new QueueWorkspace('jobs: [{ id: a, gpus: 0, cwd: nowhere, cmd: "true" }]\n');
    const { jobs: ended } = await ws.queue();
    expect(ended.a).toMatchObject({ status: 'failed', reason: 'missing-file' });
    expect(ended.a?.why).toContain('nowhere');
  });

  it('writes its outputs beside its folder, where the manifest says so', async () => {
    ws = new QueueWorkspace(
      'jobs: [{ id: a, gpus: 0, cwd: code, cmd: "echo {} > ../out/a_1.json", expected_output: "../out/a_*.json" }]\n',
    );
    ws.write('code/x.py', '');
    ws.write('out/b.json', '');
    expect((await ws.queue()).jobs.a?.status).toBe('completed');
  });

  it('sees no GPU when it says that it needs none', async () => {
    ws = new QueueWorkspace('jobs: [{ id: a, gpus: 0, cmd: "echo [$CUDA_VISIBLE_DEVICES] >> ledger" }]\n');
    ws.env.CUDA_VISIBLE_DEVICES = '0,1';
    await ws.queue();
    expect(ws.ledger()).toEqual(['[]']);
  });
});
