import { readThresholds } from '../health/thresholds';
import type { StudyOptions } from './declaration';
import { readSlurmOptions, slurmOptionNames } from './slurmOptions';

/** Options as they are asked for: a language that nobody chose is left to the project's notes. */
export type RequestedOptions = Omit<StudyOptions, 'language'> & { readonly language: 'en' | 'zh' | null };

export const defaultOptions: RequestedOptions = {
  codeReview: true,
  autoDeploy: false,
  sanityFirst: true,
  maxParallelRuns: 4,
  baseRepo: null,
  compact: false,
  language: null,
  health: 'flag',
  healthThresholds: {},
  'budget.gpuHours': null,
  'budget.stopRuns': false,
  'budget.usd': null,
  'budget.usdPerHour': null,
  'ssh.config': null,
  'rented.leaseMinutes': null,
  'modal.gpu': null,
  'sync.maxMiB': null,
};

/** Where options come from, the later ones winning; a workspace may only tighten what the person chose. */
export interface OptionSources {
  /** The person's own settings. */
  readonly user: Readonly<Record<string, unknown>>;
  /** The workspace's settings: a stranger may have written them. */
  readonly workspace: Readonly<Record<string, unknown>>;
  /** `--set` and the override syntax: said for this call. */
  readonly call: Readonly<Record<string, unknown>>;
}

/** Lays the sources over the defaults. Values of a wrong type and loosening are told and left out; settings that are no options are not looked at. */
export function resolveOptions(sources: OptionSources): { options: RequestedOptions; problems: string[] } {
  const problems: string[] = [];
  const mine = overlay(
    overlay(defaultOptions, sources.user, 'your settings', problems),
    sources.call,
    'this call',
    problems,
  );
  const theirs = overlay(mine, sources.workspace, 'the workspace’s settings', problems);
  const said = (name: keyof StudyOptions) => name in sources.call;
  const options: RequestedOptions = {
    codeReview: said('codeReview') ? mine.codeReview : mine.codeReview || theirs.codeReview,
    autoDeploy: said('autoDeploy') ? mine.autoDeploy : mine.autoDeploy && theirs.autoDeploy,
    sanityFirst: said('sanityFirst') ? mine.sanityFirst : mine.sanityFirst || theirs.sanityFirst,
    maxParallelRuns: said('maxParallelRuns')
      ? mine.maxParallelRuns
      : Math.min(mine.maxParallelRuns, theirs.maxParallelRuns),
    baseRepo: mine.baseRepo,
    compact: said('compact') ? mine.compact : theirs.compact,
    language: said('language') ? mine.language : theirs.language,
    // What a detector calls sick is the person's to say: any change of a number loosens it for some run.
    healthThresholds: mine.healthThresholds,
    health: said('health') ? mine.health : stricter(mine.health, theirs.health),
    'budget.gpuHours': said('budget.gpuHours')
      ? mine['budget.gpuHours']
      : lower(mine['budget.gpuHours'] ?? null, theirs['budget.gpuHours'] ?? null),
    'budget.stopRuns': said('budget.stopRuns')
      ? mine['budget.stopRuns']
      : mine['budget.stopRuns'] === true || theirs['budget.stopRuns'] === true,
    // It may name programs to run: a workspace has no say.
    'ssh.config': mine['ssh.config'] ?? null,
    // What a machine or a GPU costs is the person's to say; a shorter lease is the tighter one.
    'rented.leaseMinutes': said('rented.leaseMinutes')
      ? (mine['rented.leaseMinutes'] ?? null)
      : lower(mine['rented.leaseMinutes'] ?? null, theirs['rented.leaseMinutes'] ?? null),
    'modal.gpu': mine['modal.gpu'] ?? null,
    'sync.maxMiB': said('sync.maxMiB')
      ? (mine['sync.maxMiB'] ?? null)
      : lower(mine['sync.maxMiB'] ?? null, theirs['sync.maxMiB'] ?? null),
    'budget.usd': said('budget.usd')
      ? mine['budget.usd']
      : lower(mine['budget.usd'] ?? null, theirs['budget.usd'] ?? null),
    // A higher price reaches the cap sooner: that is the tighter one.
    'budget.usdPerHour': said('budget.usdPerHour')
      ? mine['budget.usdPerHour']
      : Math.max(mine['budget.usdPerHour'] ?? 0, theirs['budget.usdPerHour'] ?? 0) || null,
  };
  for (const name of ['codeReview', 'autoDeploy', 'sanityFirst', 'maxParallelRuns', 'baseRepo'] as const)
    if (name in sources.workspace && !said(name) && theirs[name] !== options[name])
      problems.push(
        `The workspace sets bridge.${name} to ${JSON.stringify(theirs[name])}; a workspace can only tighten, so ${JSON.stringify(options[name])} counts.`,
      );
  // A workspace does not choose who pays: only the person's own settings and what is said for this call count.
  const slurm = {
    ...readSlurmOptions(sources.user, 'your settings', problems),
    ...readSlurmOptions(sources.call, 'this call', problems),
  };
  for (const name of slurmOptionNames)
    if (name in sources.workspace && sources.workspace[name] !== (sources.call[name] ?? sources.user[name]))
      problems.push(
        `The workspace sets bridge.${name}; only your own settings count. What a study needs can stand in "slurm:" of its run manifest.`,
      );
  return { options: { ...options, ...(Object.keys(slurm).length > 0 ? { slurm } : {}) }, problems };
}

function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

const healthOrder = ['off', 'flag', 'stop'] as const;

function stricter(
  a: StudyOptions['health'] = 'flag',
  b: StudyOptions['health'] = 'flag',
): StudyOptions['health'] {
  return healthOrder[Math.max(healthOrder.indexOf(a), healthOrder.indexOf(b))];
}

function overlay(
  base: RequestedOptions,
  values: Readonly<Record<string, unknown>>,
  whose: string,
  problems: string[],
): RequestedOptions {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(values)) {
    if (!(name in defaultOptions)) continue;
    const wanted = read(name as keyof StudyOptions, value);
    if (wanted === undefined)
      problems.push(
        `bridge.${name} in ${whose} is ${JSON.stringify(value)}, which is not a value for it; it is left out.`,
      );
    else result[name] = wanted;
  }
  return result as unknown as RequestedOptions;
}

function read(name: keyof StudyOptions, value: unknown): unknown {
  switch (name) {
    case 'maxParallelRuns':
      return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : undefined;
    case 'baseRepo':
      return value === false || value === null || value === ''
        ? null
        : typeof value === 'string'
          ? value
          : undefined;
    case 'health':
      return (healthOrder as readonly unknown[]).includes(value) ? value : undefined;
    case 'healthThresholds': {
      const { thresholds, wrong } = readThresholds(value);
      return wrong.length > 0 ? undefined : thresholds;
    }
    case 'budget.gpuHours':
    case 'budget.usd':
    case 'budget.usdPerHour':
      return value === null || (typeof value === 'number' && value >= 0) ? value : undefined;
    case 'rented.leaseMinutes':
      return value === null || (typeof value === 'number' && value > 0) ? value : undefined;
    case 'modal.gpu':
    case 'ssh.config':
      return value === null || value === '' ? null : typeof value === 'string' ? value : undefined;
    case 'sync.maxMiB':
      return value === null || (typeof value === 'number' && value > 0) ? value : undefined;
    case 'budget.stopRuns':
      return typeof value === 'boolean' ? value : undefined;
    case 'language':
      return value === 'cn' ? 'zh' : value === 'en' || value === 'zh' ? value : undefined;
    case 'slurm':
      return undefined;
    case 'codeReview':
    case 'autoDeploy':
    case 'sanityFirst':
    case 'compact':
      return typeof value === 'boolean' ? value : undefined;
  }
}
