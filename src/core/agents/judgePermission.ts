import type { AgentTask, PermissionRequest } from './author';
import { relativePath } from './placeFindings';
import { isSecretPath } from './secretPath';

export type Verdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'refuse'; readonly why: string }
  /** A person decides. */
  | { readonly kind: 'ask' };

/**
 * What may happen without a person, and what may not happen at all. Edits inside the agent's own folder may: they reach
 * the workspace only as a diff that the person takes. Commands never run unasked.
 */
export function judgePermission(
  request: PermissionRequest,
  task: Pick<AgentTask, 'folder' | 'locked'>,
): Verdict {
  const paths = [...request.paths, ...request.diffs.map((diff) => diff.path)];
  const writes = request.kind === 'edit';
  for (const path of paths) {
    const inside = relativePath(path, task.folder);
    if (isSecretPath(path)) return refuse(`${path} is of the kind that holds keys`);
    if (inside === null && writes) return refuse(`${path} is outside the workspace`);
    if (inside !== null && writes && isLocked(inside, task.locked))
      return refuse(
        `${inside} is not an agent’s to change: plan, tracker, results and evaluation are locked`,
      );
  }
  if (request.kind === 'run' || request.kind === 'other' || paths.length === 0) return { kind: 'ask' };
  return paths.every((path) => relativePath(path, task.folder) !== null)
    ? { kind: 'allow' }
    : { kind: 'ask' };
}

/** Whether a path of the workspace is one of those, or lies in a folder that is. */
export function isLocked(path: string, locked: readonly string[]): boolean {
  const plain = path.toLowerCase();
  return locked.some((each) => {
    const lock = each.toLowerCase().replace(/\/+$/, '');
    return plain === lock || plain.startsWith(`${lock}/`);
  });
}

function refuse(why: string): Verdict {
  return { kind: 'refuse', why };
}
