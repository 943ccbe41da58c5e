// @ts-check
// Writes docs/reference from what the program itself says: settings and commands from package.json, verbs from
// `bridge help VERB`. `npm run reference`; a test says when it has to be run again. Needs a build. `--print settings` or
// `--print cli` writes nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const json = (/** @type {string} */ name) => JSON.parse(readFileSync(join(root, name), 'utf8'));

/** A cell of a Markdown table holds no bar and no line break. @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

/** The settings and commands of package.json as a page. @returns {string} */
function settingsPage() {
  const { contributes } = json('package.json');
  const words = json('package.nls.json');
  const say = (/** @type {string | undefined} */ text) =>
    (text ?? '').replace(/^%(.+)%$/, (_whole, key) => words[key] ?? key);
  const settings = Object.entries(contributes.configuration.properties)
    .sort(([, a], [, b]) => (a.order ?? 999) - (b.order ?? 999))
    .map(([name, setting]) => {
      const choices = (setting.enum ?? []).map((/** @type {string} */ choice, /** @type {number} */ at) => {
        const meaning = say((setting.enumDescriptions ?? setting.markdownEnumDescriptions ?? [])[at]);
        return `\`${choice}\`${meaning === '' ? '' : `: ${meaning.replace(/\.$/, '')}`}`;
      });
      const text = say(setting.markdownDescription ?? setting.description);
      const meaning = choices.length === 0 ? text : `${text} ${choices.join('; ')}.`;
      return `| \`${name}\` | \`${JSON.stringify(setting.default)}\` | ${cell(meaning)} |`;
    });
  const hidden = (contributes.menus.commandPalette ?? [])
    .filter((/** @type {{ when: string }} */ { when }) => when === 'false')
    .map((/** @type {{ command: string }} */ { command }) => command);
  const commands = contributes.commands
    .filter((/** @type {{ command: string }} */ { command }) => !hidden.includes(command))
    .map(
      (/** @type {{ command: string, title: string, category?: string }} */ { command, title, category }) => {
        const name = category === undefined ? say(title) : `${category}: ${say(title)}`;
        return `| ${cell(name)} | \`${command}\` |`;
      },
    );
  return [
    '# Settings and commands',
    '',
    'Written by `npm run reference` from `package.json`. A workspace’s own settings can only tighten the person’s.',
    '',
    '## Settings',
    '',
    '| setting | default | meaning |',
    '|---|---|---|',
    ...settings,
    '',
    '## Commands',
    '',
    'All are in the palette (F1).',
    '',
    '| command | id, for key bindings |',
    '|---|---|',
    ...commands,
    '',
  ].join('\n');
}

/** What `bridge help` says of each verb, as a page. @param {string} cli path of the built program @returns {string} */
function verbsPage(cli) {
  const help = (/** @type {string[]} */ ...args) =>
    execFileSync(process.execPath, [cli, 'help', ...args], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  const [, list = ''] = help().split('Commands:');
  const verbs = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map((match) => String(match[1]))
    .filter((verb) => verb !== 'help');
  const parts = verbs.flatMap((verb) => [`## bridge ${verb}`, '', '```', help(verb).trimEnd(), '```', '']);
  return [
    '# The command line',
    '',
    'Written by `npm run reference` from `bridge help VERB`. `npm run build` makes `dist/cli.js`, which is `bridge`.',
    'Exit codes: 0 done, 1 a run or a gate failed, 2 the input is wrong, 3 something is missing here, 130 interrupted.',
    '',
    ...parts,
  ].join('\n');
}

const cli = join(root, 'dist', 'cli.js');
const asked = process.argv[2] === '--print' ? process.argv[3] : undefined;
if (asked === 'settings') process.stdout.write(settingsPage());
else if (asked === 'cli') process.stdout.write(verbsPage(cli));
else {
  const folder = join(root, 'docs', 'reference');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.md'), settingsPage());
  writeFileSync(join(folder, 'cli.md'), verbsPage(cli));
  console.log('docs/reference is written');
}
