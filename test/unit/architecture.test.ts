import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findBreaches, findCycles, readSources } from './importRules';

test('nobody imports whom they may not, and nothing pure asks for time or chance', () => {
  const sources = readSources('src', 'webview-ui/src');
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.flatMap(findBreaches)).toEqual([]);
});

describe('files that import each other in a circle', () => {
  test('are none, but for the interpreter of Python, which is as recursive as the language', () => {
    const cycles = findCycles(readSources('src', 'webview-ui/src'));
    const others = cycles.filter(
      (files) => !files.every((file) => file.startsWith('src/core/selfCheck/flow/')),
    );
    expect(others).toEqual([]);
  });

  test('are named together, whether by types, by calls or over several files', () => {
    const texts = {
      'src/core/a.ts': `import type { B } from './b';`,
      'src/core/b.ts': `const c = await import('./c');`,
      'src/core/c.ts': `import { a } from './a';\nimport { d } from './d';`,
      'src/core/d.ts': `export const d = 1;`,
    };
    const sources = Object.entries(texts).map(([path, text]) => ({ path, text }));
    expect(findCycles(sources)).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts']]);
  });
});

describe('a breach is named with file and line', () => {
  test.each([
    [
      'src/core/run/a.ts:2: core may not import node:fs',
      'src/core/run/a.ts',
      `import { x } from '../b';\nimport { y } from 'node:fs';`,
    ],
    [
      'src/core/a.ts:1: core may not import engine (../engine/driver)',
      'src/core/a.ts',
      `import type { x } from '../engine/driver';`,
    ],
    [
      'src/core/a.ts:1: core may not import util (../util/x)',
      'src/core/a.ts',
      `export * from '../util/x';\nexport const y = 1;`,
    ],
    [
      'src/core/a.ts:1: core may not import engine (../engine/driver)',
      'src/core/a.ts',
      `type X = import('../engine/driver').Driver;`,
    ],
    [
      'src/engine/a.ts:1: engine may not import store (../store/journal)',
      'src/engine/a.ts',
      `const x = await import('../store/journal');`,
    ],
    [
      'src/engine/stages/a.ts:1: engine may not import fs',
      'src/engine/stages/a.ts',
      `import x = require('fs');`,
    ],
    [
      'src/store/a.ts:2: store may not import engine (../engine/client)',
      'src/store/a.ts',
      `import type { B } from '../engine/client';\nimport { C } from '../engine/client';`,
    ],
    [
      'src/backends/slurm/a.ts:1: backends/slurm may not import its sibling machine (../machine/parse)',
      'src/backends/slurm/a.ts',
      `import { x } from '../machine/parse';`,
    ],
    [
      'src/backends/machine/a.ts:2: backends may not import hosts (../../hosts/local/host)',
      'src/backends/machine/a.ts',
      `import { x } from './parse';\nimport { y } from '../../hosts/local/host';`,
    ],
    [
      'src/views/a.ts:1: views may not import engine (../engine/y)',
      'src/views/a.ts',
      `import { x } from '../engine/y';`,
    ],
    [`src/cli/a.ts:1: only src/vscode imports 'vscode'`, 'src/cli/a.ts', `import * as vscode from 'vscode';`],
    [
      'src/cli.ts:1: cli may not import vscode (./vscode/study)',
      'src/cli.ts',
      `import { x } from './vscode/study';`,
    ],
    [
      'src/novelty/a.ts:1: novelty is a room that docs/architecture.md does not know',
      'src/novelty/a.ts',
      `import { x } from '../core/y';`,
    ],
    [
      'webview-ui/src/App.tsx:1: webview-ui may not import core (../../src/core/y)',
      'webview-ui/src/App.tsx',
      `import { x } from '../../src/core/y';`,
    ],
    [
      'webview-ui/src/App.tsx:1: only webview-ui/src/components imports the UI toolkit',
      'webview-ui/src/App.tsx',
      `import { B } from '@vscode/webview-ui-toolkit/react';`,
    ],
    [
      'webview-ui/src/App.tsx:1: the panel runs in a browser, without node:path',
      'webview-ui/src/App.tsx',
      `import { x } from 'node:path';`,
    ],
    [
      'src/core/a.ts:2: core may not ask new Date(); time and chance come from outside',
      'src/core/a.ts',
      `const a = new Date(5);\nconst b = new Date();\nconst c = Date.now();`,
      'src/core/a.ts:3: core may not ask Date.now; time and chance come from outside',
    ],
    [
      'src/engine/a.ts:1: engine may not ask Math.random; time and chance come from outside',
      'src/engine/a.ts',
      `const a = Math.random();`,
    ],
    [
      'src/cli/a.ts:1: a default export; name what is exported',
      'src/cli/a.ts',
      `export default function f() {}`,
    ],
    [
      'src/cli/a.ts:2: a default export; name what is exported',
      'src/cli/a.ts',
      `const a = 1;\nexport { a as default };`,
    ],
    [
      'src/core/a.ts:1: a barrel; import from where things live',
      'src/core/a.ts',
      `export * from './b';\nexport { c } from './d';`,
    ],
    [
      'src/core/a.ts:1: interface IThing has an I in front of its name',
      'src/core/a.ts',
      `interface IThing {}`,
    ],
    [
      'src/core/stringUtils.ts:1: a file named for nothing in particular',
      'src/core/stringUtils.ts',
      `const a = 1;`,
    ],
  ] as [string, string, string, ...string[]][])('%s', (said, path, text, ...more) => {
    expect(findBreaches({ path, text })).toEqual([said, ...more]);
  });

  test('what rooms may do is no breach', () => {
    const fine: [string, string][] = [
      ['src/backends/slurm/a.ts', `import { x } from '../attempt/folder';`],
      [
        'src/core/a.ts',
        `import * as v from 'valibot';\nimport { x } from './run/y';\nconst at = new Date(0);`,
      ],
      ['src/cli/a.ts', `import { x } from '../engine/y';\nimport { z } from 'node:fs';\nDate.now();`],
      ['src/extension.ts', `import * as vscode from 'vscode';\nimport { x } from './store/y';`],
      ['webview-ui/src/components/B.tsx', `import { B } from '@vscode/webview-ui-toolkit/react';`],
      ['webview-ui/src/App.tsx', `import type { View } from '../../src/protocol/view';`],
    ];
    expect(fine.flatMap(([path, text]) => findBreaches({ path, text }))).toEqual([]);
  });
});

describe('the repository', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);

  test('names no folder or tool of the machine that it was written on', () => {
    // Put together here, so that this file does not hold what it looks for.
    const folder = ['..', 'shared'].join('/');
    const words = [
      folder,
      ['farm', 'studio'].join('-'),
      ['', 'work', 'main'].join('/'),
      ['', 'work', ''].join('/') + '.',
    ];
    const found = files
      .filter((path) => !/\.(png|gif|ico|woff2?|vsix)$/.test(path))
      .flatMap((path) =>
        readFileSync(path, 'utf8')
          .split('\n')
          .flatMap((line, at) =>
            words.some((word) => line.includes(word)) ? [`${path}:${at + 1}: ${line.trim()}`] : [],
          ),
      );
    expect(found).toEqual([]);
  });

  test('names no registry that packages come from', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) =>
      resolved ? [new URL(resolved).host] : [],
    );
    expect(hosts).toEqual([]);
  });
});
