import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordedSentences, sayRecorded } from '../../../src/core/text/recorded';
import { english } from '../../../src/core/text/translate';
import { readSources } from '../importRules';

const chinese = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
const inChinese = (message: string, ...args: (string | number | boolean)[]) =>
  english(chinese[message] ?? message, ...args);

describe('a sentence that the journal keeps in English', () => {
  it('is read in Chinese, with what stands in it', () => {
    expect(sayRecorded('Sanity passed: R001 has accuracy 0.84 (results/R001.json).', inChinese)).toBe(
      '试跑通过：R001 has accuracy 0.84 (results/R001.json)。',
    );
    expect(sayRecorded('Waits for your approval.', inChinese)).toBe('等待你的批准。');
  });

  it('stays as it is where it is somebody’s own words, and in English', () => {
    expect(sayRecorded('The learning rate looks high.', inChinese)).toBe('The learning rate looks high.');
    for (const sentence of recordedSentences) expect(sayRecorded(sentence, english)).toBe(sentence);
  });

  it('is one that core, engine or backends really say', () => {
    const said = readSources('src/core', 'src/engine', 'src/backends')
      .filter(({ path }) => path !== 'src/core/text/recorded.ts')
      .map(({ text }) => text)
      .join('\n');
    const parts = (sentence: string) =>
      sentence
        .split(/\{\d+\}/)
        .map((part) => part.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
        .filter((part) => part.length > 3);
    const orphans = recordedSentences.filter(
      (sentence) => !parts(sentence).every((part) => said.includes(part)),
    );
    expect(orphans).toEqual([]);
  });
});
