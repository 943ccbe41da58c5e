import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { problemSentences } from '../../../src/core/text/problemSentences';
import { recordedSentences } from '../../../src/core/text/recorded';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
const placeholders = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort();

/** First argument of every call of `t` in a file, and where it is no literal. */
function messages(file: string): { keys: string[]; computed: string[] } {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const keys: string[] = [];
  const computed: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 't') {
      const [message] = node.arguments;
      if (message && ts.isStringLiteralLike(message)) keys.push(message.text);
      else computed.push(`${file}: ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { keys, computed };
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}

const speaking = ['src/views', 'src/vscode', 'src/core/doctor'].flatMap(sources);
const found = [...speaking, 'src/extension.ts'].map(messages);
const used = new Set([...found.flatMap(({ keys }) => keys), ...recordedSentences, ...problemSentences]);
const chinese = json('l10n/bundle.l10n.zh-cn.json');

describe('what the extension says', () => {
  it('is written out where it is said, so that it can be translated', () => {
    expect(used.size).toBeGreaterThan(150);
    expect(found.flatMap(({ computed }) => computed)).toEqual([]);
  });

  it('is there in Chinese, all of it and nothing else', () => {
    expect([...used].filter((key) => !(key in chinese))).toEqual([]);
    expect(Object.keys(chinese).filter((key) => !used.has(key))).toEqual([]);
  });

  it('has the same placeholders in both languages', () => {
    const differing = Object.entries(chinese).filter(
      ([key, text]) => String(placeholders(key)) !== String(placeholders(text)),
    );
    expect(differing).toEqual([]);
  });
});

describe('what package.json says', () => {
  const english = json('package.nls.json');
  const translated = json('package.nls.zh-cn.json');

  it('is there in both languages, all of it and nothing else', () => {
    const manifest = readFileSync('package.json', 'utf8');
    const keys = [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!))].sort();
    expect(Object.keys(english).sort()).toEqual(keys);
    expect(Object.keys(translated).sort()).toEqual(keys);
  });

  it('leads to the same commands in both languages', () => {
    const links = (text: string) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1]);
    for (const [key, text] of Object.entries(english))
      expect(links(translated[key]!), key).toEqual(links(text));
  });
});
