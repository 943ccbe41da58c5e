import { ProcessGroup } from '../util/processGroup';
import { cleanEnvironment } from '../util/cleanEnvironment';

const keptChars = 2000;

/** Runs a program that a person allowed, in the workspace, without our keys; everything it started ends with it. */
export async function execInWorkspace(
  root: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const environment = cleanEnvironment(process.env, [
    'PIP_INDEX_URL',
    'PIP_CONFIG_FILE',
    'CONDA_PREFIX',
    'VIRTUAL_ENV',
  ]);
  let group: ProcessGroup;
  try {
    group = await ProcessGroup.start(argv, { cwd: root, environment, stdin: 'closed' });
  } catch (error) {
    return { code: null, output: (error as Error).message };
  }
  let output = '';
  group.stdout.setEncoding('utf8');
  group.stdout.on('data', (text: string) => (output = (output + text).slice(-keptChars)));
  const stop = () => void group.end();
  signal.addEventListener('abort', stop, { once: true });
  const { code } = await group.exited;
  signal.removeEventListener('abort', stop);
  await group.end();
  return { code, output: `${output}\n${group.errorText}`.trim().slice(-keptChars) };
}
