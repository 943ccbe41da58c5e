import { isScalar, type YAMLMap } from 'yaml';
import type { Environment } from './model';
import type { YamlReader } from './yamlReader';

/** Reads `env:` and the reference's `conda` and `conda_hook` beside it. */
export function readEnvironment(
  read: YamlReader,
  root: YAMLMap,
): { environment: Environment; setup: string } {
  const node = read.get(root, 'env');
  const env = node && isScalar(node) && node.value === 'none' ? null : read.map(node, '"env"');
  const hook = read.text(root, 'conda_hook') ?? (env ? read.text(env, 'conda_hook') : null);
  const conda = (env ? read.text(env, 'conda') : null) ?? read.text(root, 'conda');
  const venv = env ? read.text(env, 'venv') : null;
  const setup = (env ? read.text(env, 'setup') : null) ?? '';
  if (conda !== null && venv !== null)
    read.report('manifest.environment', 'Choose one of "conda" and "venv"; a run cannot be in both.', env);
  if (conda !== null) return { environment: { kind: 'conda', name: conda, hook }, setup };
  if (venv !== null) return { environment: { kind: 'venv', path: venv }, setup };
  return { environment: { kind: 'none' }, setup };
}
