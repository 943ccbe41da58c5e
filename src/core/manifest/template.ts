import type { Scalar } from './yamlReader';

/**
 * Stands in a command for the GPU indices that are known only when the run is placed. A private-use character, so
 * that no text of a manifest can be mistaken for it.
 */
export const gpuMark = '\uE000GPU\uE000';

/** Letters, digits and signs that no shell interprets. */
const shellSafe = /^[A-Za-z0-9_./:=@%+,-]*$/;

export type Filled = { ok: true; text: string } | { ok: false; message: string };

/**
 * Fills `${name}` from a run's parameters, `${GPU}` with `gpuMark`; `$${name}` becomes `${name}` for the shell.
 * With `shell`, a value that a shell would interpret is refused: nothing of a grid is ever spliced into a command.
 */
export function fillTemplate(
  template: string,
  values: ReadonlyMap<string, Scalar>,
  { shell }: { shell: boolean },
): Filled {
  let message: string | null = null;
  const text = template.replace(/\$(\$?)\{([^}]*)\}/g, (_whole, escape: string, name: string) => {
    if (escape) return `\${${name}}`;
    if (name === 'GPU') return gpuMark;
    const value = values.get(name);
    if (value === undefined) {
      const known = [...values.keys(), 'GPU'].map((each) => `\${${each}}`).join(', ');
      message ??= `Unknown placeholder \${${name}}. Known here: ${known}. To hand it to the shell, write $\${${name}}.`;
      return '';
    }
    const written = String(value);
    if (shell && !shellSafe.test(written))
      message ??= `The value ${JSON.stringify(written)} of "${name}" has characters that a shell interprets. Use letters, digits and _./:=@%+,- or put it into a config file.`;
    return written;
  });
  return message === null ? { ok: true, text } : { ok: false, message };
}

/** Fills the `{name}` of a precondition's path; unknown names stay as they are. */
export function fillBraces(path: string, values: ReadonlyMap<string, Scalar>): string {
  return path.replace(/\{([A-Za-z_]\w*)\}/g, (whole, name: string) => String(values.get(name) ?? whole));
}

/** One word for a POSIX shell, whatever it holds. */
export function shellWord(text: string): string {
  return text !== '' && shellSafe.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Every combination of the axes, the last axis turning fastest. */
export function combinations(axes: readonly (readonly [string, readonly Scalar[]])[]): Map<string, Scalar>[] {
  let rows: [string, Scalar][][] = [[]];
  for (const [name, values] of axes)
    rows = rows.flatMap((row) => values.map((value): [string, Scalar][] => [...row, [name, value]]));
  return rows.map((row) => new Map(row));
}
