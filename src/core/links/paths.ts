/** A path in a text, with what may follow its `#`. */
export interface WrittenPath {
  readonly path: string;
  /** JSON pointer or column behind the `#`; null where there is none. */
  readonly pointer: string | null;
  readonly from: number;
  readonly to: number;
  /** It holds `*` or `${…}`: several files. */
  readonly pattern: boolean;
}

const pathWord = /(?:\$\{\w+\}|[\w./@+=*~-])+(?:#[\w./@+=$%{}~-]*)?/g;
/** A name with an ending that begins with a letter, or a folder: not a number, a sentence's end or a flag. */
const looksLikePath = /^(?!-)(?:.*\/.*[\w*}]|.*[\w}*-]\.(?:[A-Za-z]\w{1,9}|R))$/;

/** The path around an offset of a text; null where none is written there. */
export function pathAt(text: string, offset: number): WrittenPath | null {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return (
    pathsIn(text.slice(start, end < 0 ? text.length : end))
      .map((each) => ({ ...each, from: each.from + start, to: each.to + start }))
      .find(({ from, to }) => from <= offset && offset <= to) ?? null
  );
}

/** Every path in a line or a command. */
export function pathsIn(text: string): readonly WrittenPath[] {
  return [...text.matchAll(pathWord)].flatMap((match): WrittenPath[] => {
    const written = match[0].replace(/[.]+$/, '');
    const hash = written.indexOf('#');
    let path = hash < 0 ? written : written.slice(0, hash);
    // `--out=results/x.json`: the path is behind the sign.
    const sign = path.startsWith('-') ? path.indexOf('=') + 1 : 0;
    path = path.slice(sign);
    if (!looksLikePath.test(path)) return [];
    const from = match.index + sign;
    return [
      {
        path: path.replace(/^\.\//, ''),
        pointer: hash < 0 ? null : written.slice(hash + 1),
        from,
        to: match.index + written.length,
        pattern: /[*]|\$\{/.test(path),
      },
    ];
  });
}

/** Whether a path has the ending of a program. */
export function isScript(path: string): boolean {
  return /\.(?:py|sh|bash|jl|R|r|js|mjs|ts|lua|pl|ipynb)$/.test(path);
}

/**
 * The scripts that a command starts, as paths relative to its folder: the first word with an ending of a program, and
 * the module behind `-m`.
 */
export function scriptsIn(command: string): readonly string[] {
  const modules = [...command.matchAll(/\s-m\s+([A-Za-z_][\w.]*)/g)]
    .map((match) => match[1]!)
    .filter((name) => !/^(?:torch|accelerate|deepspeed|pip|pytest|venv)\b/.test(name))
    .map((name) => `${name.replaceAll('.', '/')}.py`);
  const files = pathsIn(command)
    .map(({ path }) => path)
    .filter(isScript);
  return [...new Set([...files, ...modules])];
}
