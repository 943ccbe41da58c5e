import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
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
 * What every question needs: the model and its effort; nothing of the workspace beside what the prompt names:
 * `AGENTS.md` and the descriptions of skills that lie in the workspace are the author's word, and Codex would put them
 * into every prompt by itself.
 */
export function codexConfig(setting: CodexSetting): Record<string, unknown> {
  return {
    model_reasoning_effort: setting.effort,
    ...setting.config,
    ...unbiased,
  };
}

const unbiased = { project_doc_max_bytes: 0, skills: { include_instructions: false } };

/** The same for a client that is started before it is asked. */
export const unbiasedFlags: readonly string[] = configFlags(unbiased);

/** Codex's own folder: the person's, never the workspace's. */
export function codexHome(environment: NodeJS.ProcessEnv): string {
  return environment.CODEX_HOME ?? join(environment.HOME ?? homedir(), '.codex');
}

/**
 * A place for Codex's databases that is gone afterwards: the first words of every conversation would stay in the
 * person's own otherwise. Sign-in and settings are still theirs.
 */
export function forgetfulState(): { readonly flags: readonly string[]; dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-codex-'));
  return {
    flags: configFlags({ sqlite_home: folder }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Deletes what Codex wrote down of one conversation that we had with it. */
export function forgetThread(environment: NodeJS.ProcessEnv, threadId: string): void {
  const sessions = join(codexHome(environment), 'sessions');
  if (!/^[\w-]{8,}$/.test(threadId) || !existsSync(sessions)) return;
  for (const name of readdirSync(sessions, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith(`${threadId}.jsonl`)) rmSync(join(sessions, name), { force: true });
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

function isBareKey(key: string): boolean {
  return /^[\w-]+$/.test(key);
}

/** A clean environment with CODEX_HOME, Codex's own keys, and every `env_key` that its configuration names. */
export function codexEnvironment(setting: CodexSetting): Record<string, string> {
  return cleanEnvironment(setting.environment, [
    ...['CODEX_HOME', 'CODEX_API_KEY', 'OPENAI_API_KEY'],
    ...codexKeyNames(setting),
  ]);
}

/** Variables that Codex's configuration names as holding a key. */
export function codexKeyNames({
  environment,
  config,
}: Pick<CodexSetting, 'environment' | 'config'>): string[] {
  return [
    ...namedKeys(JSON.stringify(config), /"(?:\w*env_key|\w*_env_var)":"(\w+)"/g),
    ...namedKeys(
      readText(join(codexHome(environment), 'config.toml')),
      /\b\w*(?:env_key|_env_var)\s*=\s*["'](\w+)["']/g,
    ),
  ];
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
