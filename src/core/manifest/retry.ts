import type { YAMLMap } from 'yaml';
import type { FailureClass } from '../run/failure';
import type { RetryPolicy } from './model';
import type { YamlReader } from './yamlReader';

/** Complete by type: a new class of failure is a cause that a policy can name. */
const causes: Readonly<Record<FailureClass, true>> = {
  ...{ oom: true, 'missing-module': true, 'missing-file': true, permission: true, 'disk-full': true },
  ...{ network: true, shape: true, cuda: true, nan: true, timeout: true, killed: true, code: true },
  ...{ unknown: true, 'missing-output': true, rebooted: true, lost: true, preempted: true },
};

/** Causes of failure that a policy can name. */
export const retryCauses: readonly string[] = Object.keys(causes);

const defaultOom = { attempts: 3, delaySeconds: 120 };

/** Reads the reference queue's `oom_retry` of the whole file, and `retry` beside it. */
export function readFileRetry(read: YamlReader, root: YAMLMap): RetryPolicy {
  const oom = read.map(read.get(root, 'oom_retry'), '"oom_retry"');
  if (!oom) return readRetry(read, root, { attemptsByClass: {}, delayMs: 0 });
  const attempts = read.number(oom, 'max_attempts', { min: 1, integer: true }) ?? defaultOom.attempts;
  const delayMs = (read.number(oom, 'delay') ?? defaultOom.delaySeconds) * 1000;
  return readRetry(read, root, { attemptsByClass: { oom: attempts }, delayMs });
}

/** Reads `retry` of a block over what holds outside of it. */
export function readRetry(read: YamlReader, map: YAMLMap, outer: RetryPolicy): RetryPolicy {
  const attemptsByClass: Record<string, number> = { ...outer.attemptsByClass };
  let { delayMs } = outer;
  for (const [name, value, node] of read.scalars(read.get(map, 'retry'), '"retry"')) {
    if (name === 'delay' && typeof value === 'number' && value >= 0) delayMs = value * 1000;
    else if (name === 'delay')
      read.report('manifest.type', '"delay" in "retry" must be a number of seconds, 0 or more.', node);
    else if (!Object.hasOwn(causes, name))
      read.report(
        'manifest.retry-cause',
        `"${name}" is no cause of failure that "retry" knows. Causes are ${retryCauses.join(', ')}.`,
        node,
      );
    else if (typeof value === 'number' && Number.isInteger(value) && value >= 1)
      attemptsByClass[name] = value;
    else
      read.report(
        'manifest.type',
        `"${name}" in "retry" must be the number of attempts in all, 1 or more.`,
        node,
      );
  }
  return { attemptsByClass, delayMs };
}
