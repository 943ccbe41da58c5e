import { CliError, exitCode } from './io';

/** Checks `--target`: this version drives this machine. */
export function parseTarget(values: readonly string[]): string {
  const targets = values.length === 0 ? ['local'] : values;
  for (const target of targets) {
    if (target === 'local') continue;
    const known = /^(ssh:.+|slurm(:.+)?|vast|modal)$/.test(target);
    throw new CliError(
      known
        ? `target "${target}" cannot be driven by this version of Bridge yet; it runs on this machine ("--target local").`
        : `unknown target "${target}". Targets are local, ssh:HOST, slurm, slurm:HOST, vast and modal.`,
      known ? exitCode.missingEnvironment : exitCode.wrongInput,
    );
  }
  return targets[0]!;
}
