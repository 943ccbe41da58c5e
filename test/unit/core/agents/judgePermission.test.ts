import { expect, test } from 'vitest';
import type { PermissionRequest } from '../../../../src/core/agents/author';
import { judgePermission } from '../../../../src/core/agents/judgePermission';

const task = { folder: '/work/copy', locked: ['refine-logs', 'evaluate.py'] };
const request = (change: Partial<PermissionRequest>): PermissionRequest => ({
  ...{ kind: 'edit', title: 'Do it', command: null, diffs: [], paths: [] },
  ...change,
});

test.each([
  ['an edit inside its folder goes ahead', request({ paths: ['/work/copy/train.py', 'a/b.py'] }), 'allow'],
  ['an edit outside is refused', request({ paths: ['/work/copy/../x.py'] }), 'refuse'],
  [
    'an edit beside a folder of a similar name is refused',
    request({ paths: ['/work/copy2/x.py'] }),
    'refuse',
  ],
  ['an edit of the plan is refused', request({ paths: ['refine-logs/EXPERIMENT_PLAN.md'] }), 'refuse'],
  [
    'an edit of the locked evaluator is refused in any spelling',
    request({ paths: ['./Evaluate.py'] }),
    'refuse',
  ],
  [
    'a diff counts like a path',
    request({ diffs: [{ path: '/etc/passwd', before: null, after: '' }] }),
    'refuse',
  ],
  ['a read of a key is refused', request({ kind: 'read', paths: ['/root/.ssh/id_rsa'] }), 'refuse'],
  ['a read inside goes ahead', request({ kind: 'read', paths: ['train.py'] }), 'allow'],
  ['a read outside is asked about', request({ kind: 'read', paths: ['/usr/include/x.h'] }), 'ask'],
  [
    'a command is asked about, wherever it works',
    request({ kind: 'run', command: 'ls', paths: ['a'] }),
    'ask',
  ],
  ['an edit of nobody knows what is asked about', request({}), 'ask'],
] as const)('%s', (_, wish, verdict) => {
  expect(judgePermission(wish, task).kind).toBe(verdict);
});
