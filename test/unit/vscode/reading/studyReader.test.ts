import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromSlices, toSlices } from '../../../../src/vscode/reading/slices';
import { StudyReader } from '../../../../src/vscode/reading/studyReader';
import { files, small } from '../../core/links/study';

const rows = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `| R${1000 + index} | M1 | clip, seed ${index} | accuracy | MUST-RUN | TODO | |`,
  );
const texts = (extra = 0) =>
  new Map<string, string | null>([
    [files.plan, small.plan],
    [files.tracker, `${small.tracker}${rows(extra).join('\n')}\n`],
    [files.manifest, small.manifest],
  ]);

describe('reading a study', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-reader-'));
  const threadPath = join(folder, 'readerThread.js');
  let reader: StudyReader;
  beforeAll(async () => {
    await build({
      entryPoints: ['src/vscode/reading/readerThread.ts'],
      outfile: threadPath,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    reader = new StudyReader(threadPath);
  });
  afterAll(() => {
    reader.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the same in the thread as beside it, and answers the same questions', async () => {
    const request = { plan: null, target: 'local' };
    const beside = await reader.read({ ...request, texts: texts() }, { keep: true });
    const lenses = await reader.ask('anchors', { file: files.tracker });
    const long = await reader.read({ ...request, texts: texts(1500) }, { keep: true });
    expect(long.study?.runs.length).toBe(beside.study!.runs.length + 1500);
    expect(long.study?.jobs).toEqual(beside.study!.jobs);
    expect(long.problems.length).toBe(beside.problems.length + 1500);
    const more = await reader.ask('anchors', { file: files.tracker });
    expect(more.slice(0, lenses.length)).toEqual(lenses);
    expect(more.length).toBe(lenses.length + 1500);
    expect((await reader.ask('run', { id: 'R1700' }))?.rows).toHaveLength(1);
    await reader.read({ ...request, texts: texts() }, { keep: true });
    expect(await reader.ask('run', { id: 'R1700' })).toBeNull();
  });

  it('says what went wrong in the thread, and goes on afterwards', async () => {
    const lost = new StudyReader(join(folder, 'nowhere.js'));
    await expect(
      lost.read({ texts: texts(1500), plan: null, target: 'local' }, { keep: true }),
    ).rejects.toThrow();
    await expect(
      lost.read({ texts: texts(), plan: null, target: 'local' }, { keep: true }),
    ).resolves.toBeTruthy();
    lost.dispose();
  });

  it('passes any value in pieces and puts it together again', () => {
    const value = {
      a: rows(1000),
      b: { c: rows(3), d: Array.from({ length: 151 }, (_, n) => ({ n })) },
      e: null,
      f: 1,
    };
    const sliced = toSlices(value);
    expect(sliced.slices.length).toBe(7 + 2);
    expect(Math.max(...sliced.slices.map(({ length }) => length))).toBe(150);
    expect(fromSlices(structuredClone(sliced))).toEqual(value);
  });
});
