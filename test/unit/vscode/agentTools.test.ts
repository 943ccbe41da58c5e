import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listedTools } from '../../../src/mcp/server';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

test('the editor offers the tools that agents have, in their words and with their input', () => {
  const { contributes } = read('package.json') as {
    contributes: { languageModelTools: { name: string; modelDescription: string; inputSchema: unknown }[] };
  };
  const declared = contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({
    ...{ name, description: modelDescription, inputSchema },
  }));
  expect(declared).toEqual(
    listedTools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  );
});

test('each has a name in English and Chinese', () => {
  for (const path of ['package.nls.json', 'package.nls.zh-cn.json'])
    for (const { name } of listedTools)
      expect(read(path)[`tool.${name}`], `${path} ${name}`).toBeTypeOf('string');
});
