import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event';
import { JournalReader } from '../../../src/store/journalReader';
import {
  newestFence,
  readHeader,
  readLines,
  readTail,
  releasedLine,
  sealPath,
  segmentPath,
} from '../../../src/store/segment';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const holder = { pid: 1, startTime: '1', bootId: 'b', host: 'h', purpose: 'test' };
const event = (job: string): RunEvent => ({ at: 1, type: 'job.paused', job, by: 'x' });
const line = (job: string) => `${JSON.stringify(event(job))}\n`;
/** A segment with its header; returns how many bytes of it count. */
const segment = (fence: number, ...jobs: string[]) => {
  const text = `${JSON.stringify({ header: { fence, holder } })}\n${jobs.map(line).join('')}`;
  writeFileSync(segmentPath(folder, fence), text);
  return Buffer.byteLength(text);
};
const seal = (fence: number, bytes: number) => writeFileSync(sealPath(folder, fence), `${bytes}\n`);
const jobsOf = (events: readonly RunEvent[]) => events.map((each) => ('job' in each ? each.job : each.type));

describe('the journal', () => {
  test('is read once: the next call gives what was added since', () => {
    segment(1, 'a', 'b');
    const reader = new JournalReader(folder);
    expect(jobsOf(reader.next())).toEqual(['a', 'b']);
    expect(reader.next()).toEqual([]);
    appendFileSync(segmentPath(folder, 1), line('c'));
    expect(jobsOf(reader.next())).toEqual(['c']);
  });

  test('has damaged records where JSON is none of its events: they are told, and the rest counts', () => {
    segment(1, 'a');
    const wrong = [
      '7',
      'null',
      '"job.paused"',
      '{"foo":1}',
      '{"type":"job.paused","job":"b","by":"x"}',
      '{"at":1,"type":"job.paused","job":7,"by":"x"}',
      '{"at":1,"type":"study.declared","by":"x","study":{"kind":"queue","jobs":[{"id":"b"}]}}',
      '{"at":1,"type":"job.failed","job":"a","failure":"it failed"}',
      '{"at":1,"type":"attempt.exited","key":"k","exit":null}',
      `[${JSON.stringify(event('b'))},{"at":1,"type":"job.completed","job":"b"}]`,
    ];
    appendFileSync(segmentPath(folder, 1), `${wrong.join('\n')}\n${line('c')}`);
    const reader = new JournalReader(folder);
    expect(jobsOf(reader.next())).toEqual(['a', 'c']);
    expect(reader.damaged).toHaveLength(wrong.length);
    expect(reader.damaged[4]).toContain(wrong[4]);
  });

  test('of a newer version may hold events of kinds that are not known yet', () => {
    segment(1, 'a');
    appendFileSync(segmentPath(folder, 1), '{"at":1,"type":"job.applauded","job":"a"}\n');
    const reader = new JournalReader(folder);
    expect(jobsOf(reader.next())).toEqual(['a', 'a']);
    expect(reader.damaged).toEqual([]);
  });

  test('that is not there has no events, and is read when it comes', () => {
    const later = join(folder, 'later');
    expect(new JournalReader(later).next()).toEqual([]);
    const reader = new JournalReader(folder);
    expect(reader.next()).toEqual([]);
    segment(1, 'a');
    expect(jobsOf(reader.next())).toEqual(['a']);
  });

  test('counts a record when its line ends, also one of many bytes a letter', () => {
    segment(1, '实验');
    const reader = new JournalReader(folder);
    const [half, rest] = [line('第二').slice(0, 40), line('第二').slice(40)];
    appendFileSync(segmentPath(folder, 1), half);
    expect(jobsOf(reader.next())).toEqual(['实验']);
    appendFileSync(segmentPath(folder, 1), rest);
    expect(jobsOf(reader.next())).toEqual(['第二']);
  });

  test('goes over to the next segment, and ignores what a superseded holder wrote after it was sealed', () => {
    const sealed = segment(1, 'a');
    appendFileSync(segmentPath(folder, 1), line('too late'));
    seal(1, sealed);
    segment(2, 'b');
    expect(jobsOf(new JournalReader(folder).next())).toEqual(['a', 'b']);
  });

  test('is followed across a take-over that happens between two looks', () => {
    segment(1, 'a');
    const reader = new JournalReader(folder);
    reader.next();
    appendFileSync(segmentPath(folder, 1), line('b'));
    seal(1, readLines(segmentPath(folder, 1), 0).next);
    seal(2, segment(2, 'c'));
    segment(3, 'd');
    expect(jobsOf(reader.next())).toEqual(['b', 'c', 'd']);
  });

  test('takes back what a reader saw of a superseded holder before it was sealed off', () => {
    const sealed = segment(1, 'a');
    appendFileSync(segmentPath(folder, 1), line('too late'));
    const reader = new JournalReader(folder);
    expect(jobsOf(reader.next())).toEqual(['a', 'too late']);
    seal(1, sealed);
    segment(2, 'b');
    const { events, again } = reader.read();
    expect([jobsOf(events), again]).toEqual([['a', 'b'], true]);
  });

  test('names damaged records and reads on', () => {
    segment(1, 'a');
    appendFileSync(segmentPath(folder, 1), `{"at":1,"ty\n\n${line('b')}`);
    const reader = new JournalReader(folder);
    expect(jobsOf(reader.next())).toEqual(['a', 'b']);
    expect(reader.damaged).toEqual([expect.stringContaining('000001.jsonl: not a record: {"at":1,"ty')]);
  });

  test('holds no event for the line by which a holder lets go', () => {
    segment(1, 'a');
    appendFileSync(segmentPath(folder, 1), `${releasedLine}\n`);
    expect(jobsOf(new JournalReader(folder).next())).toEqual(['a']);
  });
});

describe('a segment', () => {
  test('is the newest by number, not by name; other files do not count', () => {
    expect(newestFence(folder)).toBe(0);
    for (const name of ['000009.jsonl', '000010.jsonl', '1000000.jsonl', '7.jsonl', '000099.jsonl.tmp', 'x'])
      writeFileSync(join(folder, name), '');
    expect(newestFence(folder)).toBe(1_000_000);
  });

  test('says in its first line who holds it; a damaged one says nothing', () => {
    segment(1);
    expect(readHeader(folder, 1)).toEqual({ fence: 1, holder });
    truncateSync(segmentPath(folder, 1), 10);
    expect(readHeader(folder, 1)).toBeNull();
    writeFileSync(segmentPath(folder, 1), '{"other":1}\n');
    expect(readHeader(folder, 1)).toBeNull();
  });

  test('is read from any offset to any other, up to the last line that ends', () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'one\ntwo\nthr');
    expect(readLines(path, 0)).toEqual({ lines: ['one', 'two'], next: 8 });
    expect(readLines(path, 4)).toEqual({ lines: ['two'], next: 8 });
    expect(readLines(path, 0, 7)).toEqual({ lines: ['one'], next: 4 });
    expect(readLines(path, 8)).toEqual({ lines: [], next: 8 });
    expect(readTail(path, 5)).toBe('o\nthr');
    expect(readTail(path, 500)).toBe('one\ntwo\nthr');
  });
});
