import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerDiagnose } from '../../../src/cli/diagnose';
import { CliError } from '../../../src/cli/io';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagnose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function bridge(...args: string[]): Promise<string> {
  let out = '';
  const program = new Command('bridge').exitOverride();
  registerDiagnose(program, {
    out: (text) => (out += text),
    note: () => undefined,
    resolve: (path, workspace) => resolve(workspace, path),
  });
  await program.parseAsync(['diagnose', ...args, '--workspace', folder], { from: 'user' });
  return out;
}

const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);

it('several logs are answered in their order, with every field of the contract', async () => {
  write('a.log', "NameError: name 'x' is not defined\n");
  write('b.log', 'step 7 loss 0.2\nOSError: [Errno 28] No space left on device\n');
  const answer: unknown = JSON.parse(await bridge('a.log', 'b.log', '--exit-code=1', '--json'));
  expect(answer).toEqual([
    expect.objectContaining({ file: 'a.log', class: 'code', exception: 'NameError', line: 1 }),
    {
      file: 'b.log',
      class: 'disk-full',
      exception: 'OSError',
      message: 'the disk is full or over its quota at step 7: OSError: [Errno 28] No space left on device',
      line: 2,
      evidence: ['OSError: [Errno 28] No space left on device'],
      advice: expect.stringMatching(/space/) as string,
    },
  ]);
});

it('the exit code is part of the judgement', async () => {
  write('quiet.log', 'step 1 loss 1\n');
  expect(JSON.parse(await bridge('quiet.log', '--exit-code=124', '--json'))).toMatchObject([
    { class: 'timeout' },
  ]);
  expect(JSON.parse(await bridge('quiet.log', '--exit-code=-9', '--json'))).toMatchObject([
    { class: 'killed' },
  ]);
});

it('without --json a person reads place, class, evidence and what to do', async () => {
  write('c.log', 'loading\nRuntimeError: CUDA out of memory.\n');
  const text = await bridge('c.log', '--exit-code=1');
  expect(text).toMatch(/^c\.log:2: oom: out of memory on the GPU/);
  expect(text).toMatch(/batch size/);
});

it('a log longer than what is read has its line counted from the start of the file', async () => {
  const steps = 300_000;
  write('long.log', `${'step 12 loss 0.25 lr 0.1\n'.repeat(steps)}KeyError: 'x'\n`);
  expect(JSON.parse(await bridge('long.log', '--json'))).toMatchObject([{ class: 'code', line: steps + 1 }]);
});

it('a binary log and an empty one are read without complaint', async () => {
  write('bytes.log', Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 131) % 256)));
  write('empty.log', '');
  expect(JSON.parse(await bridge('bytes.log', 'empty.log', '--exit-code=1', '--json'))).toMatchObject([
    { class: 'unknown' },
    { class: 'unknown', line: null, evidence: [] },
  ]);
});

it('the UTF-16 that PowerShell writes is read', async () => {
  write('w.log', Buffer.from("\ufeffModuleNotFoundError: No module named 'timm'\r\n", 'utf16le'));
  expect(JSON.parse(await bridge('w.log', '--json'))).toMatchObject([{ class: 'missing-module', line: 1 }]);
});

it('a log that cannot be read is wrong input, and its name is said', async () => {
  const failure = await bridge('none.log').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CliError);
  expect(failure).toMatchObject({ code: 2, message: expect.stringContaining('none.log') as string });
  await expect(bridge('.')).rejects.toMatchObject({ code: 2 });
  write('d.log', '');
  await expect(bridge('d.log', '--exit-code=many')).rejects.toMatchObject({ code: 2 });
});
