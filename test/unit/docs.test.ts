import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(path));
const read = (path: string) => readFileSync(path, 'utf8');
const pages = tracked.filter((path) => /^(README|CONTRIBUTING|CHANGELOG)\.md$|^docs\/.*\.md$/.test(path));

/** Links and pictures of a page, without those in code. */
function links(page: string): string[] {
  const text = read(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** Anchors as GitHub makes them of headings. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documentation', () => {
  it('has no link within the project that leads nowhere', () => {
    const broken = pages.flatMap((page) =>
      links(page).flatMap((link) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : posix.join(posix.dirname(page), path);
        if (!existsSync(target)) return [`${page}: ${link}`];
        return anchor === undefined || anchors(target).includes(anchor) ? [] : [`${page}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('is reached from the README, every page of it', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const link of links(page)) {
        const target = posix.join(posix.dirname(page), link.split('#')[0]!);
        if (pages.includes(target)) reached.add(target);
      }
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('has the settings and commands as package.json has them ("npm run reference" writes them)', () => {
    expect(read('docs/reference/settings.md')).toBe(
      execFileSync(process.execPath, ['scripts/reference.mjs', '--print', 'settings'], { encoding: 'utf8' }),
    );
  });

  it('mends by sentences that Bridge really says', () => {
    const said = tracked
      .filter((path) => /^(src|webview-ui\/src)\/.*\.tsx?$/.test(path))
      .map(read)
      .join('\n');
    const sentences = [...read('docs/troubleshooting.md').matchAll(/^### (.*)$/gm)].map((match) => match[1]!);
    expect(sentences.length).toBeGreaterThan(5);
    expect(sentences.filter((sentence) => !said.includes(sentence))).toEqual([]);
  });
});
