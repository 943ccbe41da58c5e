/** One call of a Python script within a command. */
export interface Invocation {
  /** As written, relative to `folder`; of `python -m a.b` it is `a/b.py`. */
  readonly script: string;
  readonly args: readonly string[];
  /** What `cd` before it says, relative to where the command starts. */
  readonly folder: string;
}

/** Stands for what only the shell knows: `$GPU`, `$(date)`. */
export const unknownText = '\uFFFC';

/** The scripts that a bash command calls with Python or one of its launchers, with their arguments. */
export function readInvocations(command: string): Invocation[] {
  const found: Invocation[] = [];
  let folder = '';
  for (const words of simpleCommands(command)) {
    if (words[0] === 'cd' && words[1]) {
      folder = words[1].startsWith('/') ? words[1] : `${folder}${folder === '' ? '' : '/'}${words[1]}`;
      continue;
    }
    const call = scriptOf(words);
    if (call) found.push({ ...call, folder });
  }
  return found;
}

function scriptOf(words: readonly string[]): Omit<Invocation, 'folder'> | null {
  const at = words.findIndex((word) =>
    /(?:^|\/)(?:python[\d.]*|torchrun|deepspeed|accelerate|ipython)$/.test(word),
  );
  if (at < 0) return null;
  const launcher = words[at]!.replace(/^.*\//, '');
  let next = at + 1;
  if (launcher === 'accelerate') {
    if (words[next] !== 'launch') return null;
    next++;
  }
  for (; next < words.length; next++) {
    const word = words[next]!;
    if (word === '-c' || word === '-') return null;
    if (word === '-m') {
      const module = words[next + 1] ?? '';
      if (/^torch\.distributed\.(?:launch|run)$/.test(module)) {
        next++;
        continue;
      }
      if (!/^[A-Za-z_][\w.]*$/.test(module)) return null;
      return { script: `${module.replaceAll('.', '/')}.py`, args: words.slice(next + 2) };
    }
    if (word.endsWith('.py')) return { script: word, args: words.slice(next + 1) };
    if (!word.startsWith('-') && launcher.startsWith('python')) {
      // An option of Python itself with a value (`-W ignore`) stands before; anything else is no script of ours.
      if (/^-[WX]$/.test(words[next - 1] ?? '')) continue;
      return null;
    }
  }
  return null;
}

/** Splits a command into simple ones, words unquoted; redirections are left out. */
function simpleCommands(command: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  let skip = false;
  const text = command.replace(/\\\r?\n/g, ' ');
  const endWord = () => {
    if (word !== null) {
      if (skip) skip = false;
      else if (commands.at(-1)!.length > 0 || !/^[A-Za-z_]\w*=/.test(word)) commands.at(-1)!.push(word);
    }
    word = null;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      const stop = end < 0 ? text.length : end;
      word = (word ?? '') + text.slice(at + 1, stop);
      at = stop;
    } else if (char === '"') {
      word ??= '';
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === '\\' && /["\\$`]/.test(text[at + 1] ?? '')) word += text[++at];
        else if (text[at] === '$') [at, word] = [endOfVariable(text, at), word + unknownText];
        else word += text[at];
      }
    } else if (char === '\\') word = (word ?? '') + (text[++at] ?? '');
    else if (char === '$') [at, word] = [endOfVariable(text, at), (word ?? '') + unknownText];
    else if (char === '#' && word === null) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end - 1;
    } else if (char === '>' || char === '<') {
      if (word !== null && /^\d$/.test(word)) word = null;
      endWord();
      while (/[>&<]/.test(text[at + 1] ?? '')) at++;
      skip = true;
    } else if (
      /[;|&\n(){}]/.test(char) &&
      !(char === '{' && word !== null) &&
      !(char === '}' && word !== null)
    ) {
      endWord();
      skip = false;
      commands.push([]);
    } else if (/\s/.test(char)) endWord();
    else word = (word ?? '') + char;
  }
  endWord();
  return commands.filter(({ length }) => length > 0);
}

/** Index of the last character of `$NAME`, `${…}` or `$(…)`. */
function endOfVariable(text: string, at: number): number {
  const next = text[at + 1];
  if (next === '{' || next === '(') {
    let depth = 0;
    for (let end = at + 1; end < text.length; end++) {
      if (text[end] === '{' || text[end] === '(') depth++;
      else if ((text[end] === '}' || text[end] === ')') && --depth === 0) return end;
    }
    return text.length;
  }
  const name = /^\w+|^[@*#?$!]/.exec(text.slice(at + 1, at + 80));
  return at + (name?.[0].length ?? 0);
}
