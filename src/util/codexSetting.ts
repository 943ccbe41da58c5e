import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from './cleanEnvironment';

/** How a Codex client is started, whatever carries the question. */
export interface CodexSetting {
  /** Program or path; found on PATH like in a shell. */
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly effort: string;
  /** Where the client's environment is taken from. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * What every question needs: the model and its effort; nothing of the workspace beside what the prompt names
 * (`AGENTS.md` is the author's word, and would be read by itself); nothing sent elsewhere.
 */
export function codexConfig(setting: CodexSetting): Record<string, unknown> {
  return {
    model_reasoning_effort: setting.effort,
    ...setting.config,
    project_doc_max_bytes: 0,
  };
}

/** The model that answers: `config` has the last word. */
export function codexModel(setting: CodexSetting): string {
  return typeof setting.config.model === 'string' ? setting.config.model : setting.model;
}

/** Keeps the client from asking for updates and from telling what it is used for. */
export const quietFlags: readonly string[] = [
  'analytics.enabled=false',
  'check_for_update_on_startup=false',
  'features.plugins=false',
  'features.apps=false',
].flatMap((each) => ['-c', each]);

/** `-c key=value` for each value: dotted paths where the keys allow it, TOML values. */
export function configFlags(config: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(config)
    .flatMap(([key, value]) => flatten(key, value))
    .flatMap((each) => ['-c', each]);
}

function flatten(path: string, value: unknown): string[] {
  if (isTable(value) && Object.keys(value).length > 0 && Object.keys(value).every(isBareKey))
    return Object.entries(value).flatMap(([key, each]) => flatten(`${path}.${key}`, each));
  return value === null || value === undefined ? [] : [`${path}=${toToml(value)}`];
}

function toToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toToml).join(', ')}]`;
  if (isTable(value))
    return `{ ${Object.entries(value)
      .filter(([, each]) => each !== null && each !== undefined)
      .map(([key, each]) => `${isBareKey(key) ? key : JSON.stringify(key)} = ${toToml(each)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isBareKey = (key: string) => /^[\w-]+$/.test(key);

/** A clean environment with CODEX_HOME, Codex's own keys, and every `env_key` that its configuration names. */
export function codexEnvironment(setting: CodexSetting): Record<string, string> {
  const { environment, config } = setting;
  const home = environment.CODEX_HOME ?? join(environment.HOME ?? homedir(), '.codex');
  return cleanEnvironment(environment, [
    ...['CODEX_HOME', 'CODEX_API_KEY', 'OPENAI_API_KEY'],
    ...namedKeys(JSON.stringify(config), /"(?:\w*env_key|\w*_env_var)":"(\w+)"/g),
    ...namedKeys(readText(join(home, 'config.toml')), /\b\w*(?:env_key|_env_var)\s*=\s*["'](\w+)["']/g),
  ]);
}

function namedKeys(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Codex runs without a configuration of its own as well.
    return '';
  }
}
