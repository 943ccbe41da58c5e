import { parse } from 'yaml';
import type { FunctionDef } from '../python/ast';
import { dottedName } from '../python/walk';
import type { PythonFile, SourceText } from '../sourceFile';
import { newArgument, type ScriptArgument, type ScriptArguments } from './scriptArguments';

/** The arguments of a `@hydra.main` script: every key of its configuration, reached with dots. Null for another script. */
export function hydraArguments(
  file: PythonFile,
  functions: ReadonlyMap<string, FunctionDef>,
  yaml: readonly SourceText[],
): ScriptArguments | null {
  for (const def of functions.values())
    for (const decorator of def.decorators) {
      if (decorator.kind !== 'call' || !/^(?:hydra\.)?main$/.test(dottedName(decorator.callee) ?? ''))
        continue;
      const text = (wanted: string, at: number): string | null => {
        const value = (
          decorator.args.find(({ name }) => name === wanted) ??
          decorator.args.filter(({ name }) => name === null)[at]
        )?.value;
        return value?.kind === 'const' && typeof value.value === 'string' ? value.value : null;
      };
      const folder = joinPath(file.path.replace(/[^/]*$/, ''), text('config_path', 0) ?? '.');
      const name = (text('config_name', 1) ?? 'config').replace(/\.ya?ml$/, '');
      const found = yaml.find(
        ({ path }) => path === `${folder}${name}.yaml` || path === `${folder}${name}.yml`,
      );
      if (!found) return { style: 'hydra', all: [], open: true };
      const groups = new Set(
        yaml
          .filter(({ path }) => path.startsWith(folder) && path.slice(folder.length).includes('/'))
          .map(({ path }) => path.slice(folder.length).replace(/\/[^/]*$/, '')),
      );
      const all = new Map<string, ScriptArgument>();
      const add = (key: string, value: unknown) => {
        const plain =
          typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
        all.set(key, newArgument(file, decorator.from, [key], { dest: key, value: plain }));
      };
      flatten(readYaml(found.text), '', add, 0);
      // A group's files are chosen by name, and their keys lie below the group.
      for (const group of groups) {
        add(group, null);
        for (const { path, text: content } of yaml)
          if (path.startsWith(`${folder}${group}/`))
            flatten(readYaml(content), `${group.replaceAll('/', '.')}.`, add, 0);
      }
      return { style: 'hydra', all: [...all.values()], open: false };
    }
  return null;
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent', maxAliasCount: 100 });
  } catch {
    return null;
  }
}

function flatten(
  value: unknown,
  prefix: string,
  add: (key: string, value: unknown) => void,
  depth: number,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 8) return;
  for (const [key, item] of Object.entries(value)) {
    if (depth === 0 && key === 'defaults') continue;
    add(`${prefix}${key}`, item);
    flatten(item, `${prefix}${key}.`, add, depth + 1);
  }
}

/** Joins and resolves `.` and `..`; ends with a slash unless it is the root. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? '' : `${parts.join('/')}/`;
}
