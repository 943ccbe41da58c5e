// @ts-check
// Takes the pictures of the walkthrough and the README over from the end-to-end tests, which show what a person sees:
// `npx vitest run --project e2e test/e2e/firstMinutes.test.ts`, then `npm run pictures`.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const from = join(root, 'test', 'e2e', 'screenshots');
const media = join(root, 'media');
mkdirSync(join(media, 'walkthrough'), { recursive: true });

/** @type {[string, string][]} */
const pictures = ['plan', 'deploy', 'approve', 'results'].flatMap((step) =>
  ['light', 'dark'].map(
    (theme) =>
      /** @type {[string, string]} */ ([
        `walkthrough-${step}-${theme}.png`,
        `walkthrough/${step}-${theme}.png`,
      ]),
  ),
);
pictures.push(['walkthrough-watch-dark.png', 'panel.png']);
const missing = pictures.filter(([name]) => !existsSync(join(from, name)));
if (missing.length > 0) {
  console.error(`Not there: ${missing.map(([name]) => name).join(', ')}. The end-to-end tests make them.`);
  process.exit(3);
}
for (const [name, target] of pictures) copyFileSync(join(from, name), join(media, target));
console.log(`${pictures.length} pictures taken over`);
