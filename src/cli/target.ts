import { joinTargets, parseTarget, splitTargets } from '../core/run/target';
import { CliError, exitCode } from './io';

const known = 'Targets are local, ssh:HOST, slurm, slurm:HOST, vast and modal.';

/** Checks what `--target` says, as often as it is given; several are a pool. The study's declaration holds it in a line. */
export function parseTargets(values: readonly string[]): string {
  const targets = values.flatMap(splitTargets);
  if (targets.length === 0) return 'local';
  const kinds = new Set<string>();
  for (const text of targets) {
    const target = parseTarget(text);
    if (!target) throw new CliError(`unknown target "${text}". ${known}`, exitCode.wrongInput);
    if (!driven.has(target.kind))
      throw new CliError(
        `target "${text}" cannot be driven by this version of Bridge yet; it runs on this machine ("--target local").`,
        exitCode.missingEnvironment,
      );
    kinds.add(target.kind);
  }
  // A cluster places runs itself: beside machines it would be given all of them or none.
  if (targets.length > 1 && [...kinds].some((kind) => kind !== 'local' && kind !== 'ssh'))
    throw new CliError(
      `${targets.join(' and ')} cannot be a pool: a pool is of machines (local, ssh:HOST), since a cluster places its runs itself.`,
      exitCode.wrongInput,
    );
  return joinTargets(targets);
}

const driven = new Set(['local', 'ssh', 'slurm', 'vast', 'modal']);
