import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: {
          readonly image: Readonly<Record<'dark' | 'light' | 'hc' | 'hcLight', string>>;
        };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly yamlValidation: readonly { readonly url: string }[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const english = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);

describe('the extension’s manifest', () => {
  it('has one handler for each command and one command for each handler', () => {
    const source = readFileSync('src/vscode/commands/registerCommands.ts', 'utf8');
    const table = /const handlers[^{]*\{([\s\S]*?)\n {2}\};/.exec(source)![1]!;
    const handlers = [...table.matchAll(/^ {4}(\w+):/gm)].map((match) => `bridge.${match[1]}`);
    expect(handlers.sort()).toEqual([...commands].sort());
  });

  it('puts every command into the palette under Bridge', () => {
    const titles = contributes.commands.map(
      ({ category, title }) =>
        `${category === undefined ? '' : `${category}: `}${english[title.slice(1, -1)]}`,
    );
    expect(titles.every((title) => title.startsWith('Bridge: '))).toBe(true);
    expect(titles).toContain('Bridge: Deploy Plan');
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('names only its own commands in menus, and hides from the palette what needs a line of the tree or of a text', () => {
    for (const items of Object.values(contributes.menus))
      for (const { command } of items) expect(commands).toContain(command);
    const hidden = contributes.menus
      .commandPalette!.filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    expect(hidden).toEqual([
      ...['bridge.openPlanLine', 'bridge.openResult', 'bridge.replyToFinding', 'bridge.disputeFinding'],
      ...['bridge.waiveFinding', 'bridge.resolveFinding', 'bridge.reopenFinding', 'bridge.openFinding'],
    ]);
  });

  it('lets no untrusted workspace set what loosens, spends or names a program or a machine', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    const properties = Object.keys(contributes.configuration.properties);
    for (const name of restrictedConfigurations) expect(properties).toContain(name);
    const harmless = ['bridge.compact', 'bridge.language', 'bridge.notifications'];
    expect(properties.filter((name) => !harmless.includes(name)).sort()).toEqual(
      [...restrictedConfigurations].sort(),
    );
  });

  it('names only files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.yamlValidation.map(({ url }) => url),
      ...contributes.walkthroughs.flatMap(({ steps }) =>
        steps.flatMap(({ media }) => Object.values(media.image)),
      ),
    ];
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('takes the same defaults as the engine', async () => {
    const { defaultOptions } = await import('../../../src/core/run/options');
    const { properties } = contributes.configuration;
    for (const name of ['codeReview', 'autoDeploy', 'sanityFirst', 'maxParallelRuns', 'compact'] as const)
      expect(properties[`bridge.${name}`]!.default, name).toBe(defaultOptions[name]);
  });
});
