import picomatch from 'picomatch';

/** Reads lines as gitignore(5) has them; the answer says whether a path (`/` between steps) is left out. */
export function ignoreRules(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/).flatMap((raw) => {
    const line = raw.replace(/(?<!\\)\s+$/, '');
    if (line === '' || line.startsWith('#')) return [];
    const negated = line.startsWith('!');
    const bare = (negated ? line.slice(1) : line).replace(/^\\([#!])/, '$1').replace(/\/$/, '');
    // Without a slash inside it counts at every depth.
    const anchored = bare.replace(/^\//, '');
    const glob = bare.includes('/') ? anchored : `**/${anchored}`;
    return [{ negated, matches: picomatch([glob, `${glob}/**`], { dot: true }) }];
  });
  return (path) => {
    let ignored = false;
    for (const { negated, matches } of rules) if (matches(path)) ignored = !negated;
    return ignored;
  };
}
