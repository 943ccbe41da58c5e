import { describe, expect, it } from 'vitest';
import { parseProjectNotes } from '../../../../src/core/notes/projectNotes';

describe('the project’s notes', () => {
  it('a remote server is read with host, environment, folder and how code goes there', () => {
    const notes = parseProjectNotes(`# Project

## Remote Server
- gpu: remote
- **SSH**: \`ssh my-gpu-server\`
- GPU: 4x A100 (80GB)
- Conda: \`eval "$(/opt/conda/bin/conda shell.bash hook)" && conda activate research\`
- Code dir: \`/home/me/experiments/\`   # on the server
- code_sync: git
- wandb: true
- wandb_project: my-project
- wandb_entity: my-team

## Something else
- gpu: nonsense
`);
    expect(notes).toMatchObject({
      gpu: 'remote',
      remote: {
        host: 'my-gpu-server',
        conda: { name: 'research', hook: 'eval "$(/opt/conda/bin/conda shell.bash hook)"' },
        codeFolder: '/home/me/experiments/',
        codeSync: 'git',
      },
      wandb: { used: true, project: 'my-project', entity: 'my-team' },
      problems: [],
    });
  });

  it('rented machines: budget, image and whether they are destroyed', () => {
    const notes = parseProjectNotes(
      '## Vast.ai\ngpu: vast\nauto_destroy: true\nmax_budget: $12.50\nimage: pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel\n',
    );
    expect(notes.gpu).toBe('vast');
    expect(notes.vast).toEqual({
      ...{ autoDestroy: true, maxBudgetUsd: 12.5 },
      image: 'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel',
    });
  });

  it('Modal: GPU, time limit and volume', () => {
    const notes = parseProjectNotes(
      '## Modal\n\n- gpu: modal\n- modal_gpu: A100-80GB\n- modal_timeout: 6h\n- modal_volume: results\n',
    );
    expect(notes.modal).toEqual({ gpu: 'A100-80GB', timeoutSeconds: 21_600, volume: 'results' });
  });

  it.each([
    ['ssh -p 2222 me@10.0.0.1', 'me@10.0.0.1', 2222],
    ['ssh -i ~/.ssh/key me@host', 'me@host', null],
    ['me@host:2200', 'me@host', 2200],
    ['gpu1', 'gpu1', null],
  ])('SSH: %s is %s', (text, host, port) => {
    expect(parseProjectNotes(`## Remote Server\nSSH: ${text}\n`).remote).toMatchObject({ host, port });
  });

  it.each([
    ['research', 'research'],
    ['conda activate research', 'research'],
    ['research (python 3.10)', 'research'],
  ])('a conda environment written as %s is %s', (text, name) => {
    expect(
      parseProjectNotes(`## Local Environment\n- gpu: local\n- conda: ${text}\n`).local.conda?.name,
    ).toBe(name);
  });

  it('the language stands under the pipeline’s status, or anywhere', () => {
    expect(parseProjectNotes('## Pipeline Status\n- language: zh\n').language).toBe('zh');
    expect(parseProjectNotes('language: cn\n').language).toBe('zh');
    expect(parseProjectNotes('**language:** en').language).toBe('en');
    expect(parseProjectNotes('## Pipeline Status\nstage: idea\n').language).toBeNull();
  });

  it('a value that is none is told with its line, and left out', () => {
    const { problems, vast } = parseProjectNotes('# x\n\n## Vast.ai\n- auto_destroy: maybe\n');
    expect(vast.autoDestroy).toBeNull();
    expect(problems[0]).toMatchObject({ code: 'notes.value', span: { start: { line: 4 } } });
  });

  it('prose, tables and empty notes say nothing', () => {
    expect(parseProjectNotes('').gpu).toBeNull();
    expect(parseProjectNotes('We run this: on GPUs.\n\n| gpu: | remote |\n|---|---|\n').gpu).toBeNull();
  });
});
