import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the reference has every verb as "bridge help" says it ("npm run reference" writes it)', () => {
  const now = execFileSync(process.execPath, ['scripts/reference.mjs', '--print', 'cli'], {
    encoding: 'utf8',
  });
  expect(readFileSync('docs/reference/cli.md', 'utf8')).toBe(now);
});
