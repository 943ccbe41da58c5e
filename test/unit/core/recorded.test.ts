import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { problemSentences } from '../../../src/core/text/problemSentences';
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
    const lists = ['src/core/text/recorded.ts', 'src/core/text/problemSentences.ts'];
    const said = readSources('src/core', 'src/engine', 'src/backends')
      .filter(({ path }) => !lists.includes(path))
      .map(({ text }) => text.replaceAll(/\\(.)/g, '$1'))
      .join('\n');
    const parts = (sentence: string) =>
      sentence
        .split(/\{\d+\}/)
        .map((part) => part.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
        .filter((part) => part.length > 3);
    const orphans = [...recordedSentences, ...problemSentences].filter(
      (sentence) => !parts(sentence).every((part) => said.includes(part)),
    );
    expect(orphans).toEqual([]);
  });
});

/** The sentences that a file writes out: literals that begin like one, end like one and have some words. */
function sentencesOf({ path, text }: { path: string; text: string }): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    // What a key of a schema is for is no word about an input.
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'description') return;
    let said: string | null = null;
    if (ts.isStringLiteralLike(node)) said = node.text;
    else if (ts.isTemplateExpression(node))
      said = node.head.text + node.templateSpans.map(({ literal }, at) => `{${at}}${literal.text}`).join('');
    if (said !== null && /^[A-Z"“{ ].*[.…]$/.test(said) && said.trim().split(' ').length > 2)
      found.push(said);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}

describe('what a reader says of its input', () => {
  // These write plans and manifests, or explain their keys, and say nothing of an input.
  const others = /[sS]chema|vocabulary|template\.ts|firstPlan|draftManifest|appendAblations/;

  it('can be read in Chinese, all of it', () => {
    const readers = readSources(
      ...['src/core/plan', 'src/core/manifest', 'src/core/links', 'src/core/notes', 'src/engine/stages'],
    ).filter(({ path }) => !path.startsWith('src/engine/') || path.endsWith('/parse.ts'));
    const said = readers.filter(({ path }) => !others.test(path) || path.endsWith('manifest/template.ts'));
    const sentences = said.flatMap(sentencesOf);
    expect(sentences.length).toBeGreaterThan(50);
    const untold = sentences.filter((sentence) => {
      const filled = sentence.replaceAll(/\{(\d+)\}/g, 'x$1');
      return sayRecorded(filled, inChinese) === filled;
    });
    expect(untold).toEqual([]);
  });

  it('is translated with the sentence that stands in it', () => {
    const said =
      'In "cmd": Unknown placeholder ${lr}. Known here: ${seed}. To hand it to the shell, write $${lr}.';
    expect(sayRecorded(said, inChinese)).toBe(
      '在“cmd”中：未知的占位符 ${lr}。此处已知：${seed}。若要交给 shell，请写 $${lr}。',
    );
  });
});
