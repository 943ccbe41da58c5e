// @ts-check
// The demo works on a copy of the example study, never on the checkout.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { findProgram, must } from './process.mjs';
import { root } from './setUp.mjs';

const example = join(root, 'examples', 'digits');
/** What running the study leaves behind; no part of it. */
const leftOvers = new Set(['.bridge', '.git', '.vscode', '__pycache__', 'results']);

/**
 * Copies the study into a new scratch folder, or into `wanted`: an empty or missing folder, or an earlier copy, which
 * is then used as it is. A new copy gets a git repository with one commit, so that runs can name their code.
 * @param {string} [wanted]
 * @returns {Promise<string>} absolute path of the copy
 */
export async function copyExample(wanted) {
  const folder =
    wanted === undefined ? join(mkdtempSync(join(tmpdir(), 'bridge-demo-')), 'digits') : resolve(wanted);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    const lacks = studyFiles(example).find((file) => !existsSync(join(folder, file)));
    if (lacks === undefined) return folder;
    throw new Error(
      `${folder} is not empty and no copy of the example (it has no ${lacks}), so nothing is written there: give an empty or a new folder.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  cpSync(example, folder, {
    recursive: true,
    filter: (source) => !leftOvers.has(basename(source)) || source === example,
  });
  if (findProgram('git') !== undefined) await commitAll(folder);
  return folder;
}

/**
 * Relative paths of the study's own files.
 * @param {string} folder
 * @returns {string[]}
 */
function studyFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (leftOvers.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? studyFiles(path) : [relative(example, path)];
  });
}

/**
 * @param {string} folder
 */
async function commitAll(folder) {
  // The person's own git settings (hooks, signing, identity) have no say in a scratch repository.
  const own = [
    '-c',
    'user.name=Bridge demo',
    '-c',
    'user.email=demo@localhost',
    '-c',
    'commit.gpgsign=false',
  ];
  const git = (/** @type {string[]} */ ...args) =>
    must(
      'make the copy a git repository',
      'git',
      [...own, '-c', 'init.defaultBranch=main', '-c', 'core.hooksPath=/dev/null', ...args],
      {
        cwd: folder,
      },
    );
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'The example study, as it came');
}
