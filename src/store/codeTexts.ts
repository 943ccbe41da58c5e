import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { Skipped } from '../core/selfCheck/finding';
import type { SourceText } from '../core/selfCheck/sourceFile';

const patterns = ['**/*.py', '**/*.ipynb', '**/*.{yaml,yml}'];
const ignored = [
  '**/node_modules/**',
  '**/.*/**',
  '**/venv/**',
  '**/env/**',
  '**/site-packages/**',
  '**/__pycache__/**',
  '**/wandb/**',
];
const maxFiles = 3000;
const maxBytes = 8 << 20;

/** The workspace's code. A cloned base repo is somebody else's, and is read only where a run uses it. */
export async function readCodeTexts(
  root: string,
  usesBaseRepo: boolean,
): Promise<{ readonly files: readonly SourceText[]; readonly skipped: readonly Skipped[] }> {
  const ignore = usesBaseRepo ? ignored : [...ignored, 'base_repo/**'];
  const paths = (await glob(patterns, { cwd: root, ignore, dot: false, followSymbolicLinks: false })).sort();
  const files: SourceText[] = [];
  const skipped: Skipped[] = [];
  for (const path of paths.slice(0, maxFiles)) {
    try {
      const { size } = await stat(join(root, path));
      if (size > maxBytes) skipped.push({ file: path, reason: `is larger than ${maxBytes >> 20} MB` });
      else files.push({ path, text: await readFile(join(root, path), 'utf8') });
    } catch (error) {
      skipped.push({ file: path, reason: `can't be read (${(error as Error).message})` });
    }
  }
  for (const path of paths.slice(maxFiles))
    skipped.push({ file: path, reason: `comes after the first ${maxFiles} files` });
  return { files, skipped };
}
