import * as vscode from 'vscode';
import { type RequestedOptions, resolveOptions } from '../core/run/options';
import { slurmOptionNames } from '../core/run/slurmOptions';

const optionNames = [
  'codeReview',
  'autoDeploy',
  'sanityFirst',
  'maxParallelRuns',
  'baseRepo',
  'compact',
  'language',
  'health',
  'healthThresholds',
  'budget.gpuHours',
  'budget.stopRuns',
  'budget.usd',
  'rented.leaseMinutes',
  'modal.gpu',
  'budget.usdPerHour',
  'ssh.config',
  'sync.maxMiB',
] as const;

export interface Settings {
  /** What counts, after a workspace's loosening was left out. */
  readonly options: RequestedOptions;
  /** The options that somebody set, for the driver, which knows its own defaults and CLAUDE.md. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly target: string;
  /** What the workspace asks for and gets only after the person confirmed it. */
  readonly asksFor: { readonly target: string | null; readonly baseRepo: string | null };
  readonly problems: readonly string[];
}

/** Lays the person's settings, the workspace's and what was said for this call over each other. */
export function settings(call: Readonly<Record<string, unknown>>): Settings {
  const configuration = vscode.workspace.getConfiguration('bridge');
  const user: Record<string, unknown> = {};
  const workspace: Record<string, unknown> = {};
  for (const name of optionNames) {
    const found = configuration.inspect(name);
    const own = found?.globalValue;
    const theirs = found?.workspaceFolderValue ?? found?.workspaceValue;
    if (own !== undefined && own !== 'auto') user[name] = own;
    if (theirs !== undefined && theirs !== 'auto' && vscode.workspace.isTrusted) workspace[name] = theirs;
  }
  // Kept by the machine, never by a workspace.
  for (const name of slurmOptionNames) {
    const own = configuration.inspect(name)?.globalValue;
    if (own !== undefined && own !== null && own !== '') user[name] = own;
  }
  const { options, problems } = resolveOptions({ user, workspace, call });
  const set = optionNames.filter((name) => name in user || name in workspace || name in call);
  const target = configuration.inspect<string>('target');
  const own = target?.globalValue ?? 'local';
  const theirs = vscode.workspace.isTrusted
    ? (target?.workspaceFolderValue ?? target?.workspaceValue)
    : undefined;
  const wantedRepo = workspace.baseRepo;
  return {
    options,
    overrides: {
      ...Object.fromEntries(set.map((name) => [name, options[name]])),
      ...Object.fromEntries(slurmOptionNames.flatMap((name) => (name in user ? [[name, user[name]]] : []))),
    },
    target: typeof call.target === 'string' ? call.target : own,
    asksFor: {
      target: theirs !== undefined && theirs !== own && call.target === undefined ? theirs : null,
      baseRepo:
        typeof wantedRepo === 'string' &&
        wantedRepo !== '' &&
        wantedRepo !== options.baseRepo &&
        !('baseRepo' in call)
          ? wantedRepo
          : null,
    },
    problems: problems.filter((problem) => !problem.includes('bridge.baseRepo')),
  };
}
