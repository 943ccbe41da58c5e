import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSettings, userSettingsPath, workspaceSettingsPath } from '../../../src/store/settings';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-settings-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const given = (text: string) => {
  const path = join(folder, 'settings.json');
  writeFileSync(path, text);
  return path;
};

test('only keys of Bridge are read, without their prefix, dots and all', () => {
  const path = given(
    '{"bridge.compact": true, "bridge.budget.usd": 5, "editor.fontSize": 9, "bridgette": 1}',
  );
  expect(readSettings(path)).toEqual({ compact: true, 'budget.usd': 5 });
});

test('comments and trailing commas are read, as VS Code reads them', () => {
  expect(readSettings(given('// mine\n{ "bridge.compact": true, /* more */ }'))).toEqual({ compact: true });
});

test('a file that is not there, or is empty, or holds no object says nothing', () => {
  expect(readSettings(join(folder, 'none', 'settings.json'))).toEqual({});
  for (const text of ['', '  \n', '[]', 'null', '"x"']) expect(readSettings(given(text))).toEqual({});
});

test('auto is the same as saying nothing', () => {
  expect(readSettings(given('{"bridge.language": "auto"}'))).toEqual({});
});

test('a file that is no JSON is named with line and column', () => {
  const path = given('{\n  "bridge.compact": tru\n}');
  expect(() => readSettings(path)).toThrow(new RegExp(`^${path}:2:\\d+: not valid JSON: `));
});

test('a settings file that cannot be read is said, not passed over', () => {
  const path = join(folder, 'settings.json');
  mkdirSync(path);
  expect(() => readSettings(path)).toThrow(`${path} cannot be read`);
});

test('the person’s settings lie where XDG_CONFIG_HOME says, the workspace’s in .vscode', () => {
  vi.stubEnv('XDG_CONFIG_HOME', '/x');
  expect(userSettingsPath()).toBe('/x/bridge/settings.json');
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  expect(userSettingsPath()).toMatch(/\/\.config\/bridge\/settings\.json$/);
  expect(workspaceSettingsPath('/w')).toBe('/w/.vscode/settings.json');
});
