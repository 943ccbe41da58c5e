// Bundles the programs of the extension: the VS Code host and its reading thread, the headless host and the panel.
import { context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
};
// Some libraries ask for import.meta.url, which a CommonJS bundle does not have.
const moduleUrl = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  define: { 'import.meta.url': 'moduleUrl' },
};

const programs = [
  {
    ...node,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
    banner: { js: moduleUrl },
  },
  // The thread in which the extension reads large documents.
  {
    ...node,
    entryPoints: ['src/vscode/reading/readerThread.ts'],
    outfile: 'dist/readerThread.js',
    banner: { js: moduleUrl },
  },
  // ssh2's optional native parts are left out: it falls back to JavaScript.
  {
    ...node,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/cli.js',
    external: ['cpu-features', '*.node'],
    banner: { js: `#!/usr/bin/env node\n${moduleUrl}` },
  },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    entryPoints: { panel: 'webview-ui/src/main.tsx' },
    outdir: 'dist/webview',
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  },
];

const contexts = await Promise.all(programs.map((program) => context(program)));
if (watch) await Promise.all(contexts.map((each) => each.watch()));
else {
  await Promise.all(contexts.map((each) => each.rebuild()));
  await Promise.all(contexts.map((each) => each.dispose()));
}
