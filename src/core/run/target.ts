/** A place where runs can run, as `--target` and `bridge.target` name it. */
export type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'ssh'; readonly host: string }
  /** `host`: the login node; null: the cluster's programs are on this machine. */
  | { readonly kind: 'slurm'; readonly host: string | null }
  | { readonly kind: 'vast' | 'modal' };

/** A host's name: what ssh takes as one word, and nothing that it would take for an option. */
const hostName = /^(?!-)[\w.@:[\]-]+$/;

/** Reads the name of one target; null: it is none. */
export function parseTarget(text: string): Target | null {
  if (text === 'local') return { kind: 'local' };
  if (text === 'slurm') return { kind: 'slurm', host: null };
  if (text === 'vast' || text === 'modal') return { kind: text };
  const [, kind, host] = /^(ssh|slurm):(.*)$/.exec(text) ?? [];
  if (host === undefined || !hostName.test(host)) return null;
  // The name is the run's host in every report: these two mean something else there.
  if (kind === 'ssh') return host === 'local' || host === 'slurm' ? null : { kind: 'ssh', host };
  return { kind: 'slurm', host };
}

/** What `status --json` and reports call the machine or cluster of a target. */
export function hostOfTarget(target: Target): string {
  switch (target.kind) {
    case 'ssh':
      return target.host;
    case 'slurm':
      return target.host === null ? 'slurm' : `slurm:${target.host}`;
    default:
      return target.kind;
  }
}

/** The target that a host's name in the record stands for. */
export function targetOfHost(host: string): Target {
  return parseTarget(host) ?? { kind: 'ssh', host };
}

/** The targets of a study, which its declaration holds in one line: `ssh:gpu1, ssh:gpu2`. */
export function splitTargets(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

export function joinTargets(targets: readonly string[]): string {
  return [...new Set(targets)].join(', ');
}
