import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import * as v from 'valibot';
import type { AgentTask, PermissionRequest } from '../../core/agents/author';
import { relativePath } from '../../core/agents/placeFindings';
import type { ReadableFiles, ToolCall, ToolDeclaration } from '../../core/agents/ports';
import { isSecretPath } from '../../core/agents/secretPath';
import type { WatchedTurn } from '../../core/agents/watchedTurn';
import { ProcessGroup } from '../../util/processGroup';
import { realTarget } from '../../util/realTarget';
import { readTools, useReadTool } from './readTools';
import { timeoutSignal } from '../../util/timeoutSignal';

const text = { type: 'string' } as const;
const tool = (
  name: string,
  description: string,
  properties: Record<string, object>,
  required = Object.keys(properties),
): ToolDeclaration => ({
  ...{ name, description },
  input: { type: 'object', properties, required, additionalProperties: false },
});

/** What an author may do: look, change files of its folder, and ask to run a command. */
export const workTools: readonly ToolDeclaration[] = [
  ...readTools,
  tool('write_file', 'Writes a whole file; it is made if it is missing.', { path: text, text }),
  tool('edit_file', 'Replaces a piece of a file; "old" must stand there exactly once.', {
    path: text,
    old: text,
    new: text,
  }),
  tool(
    'run_command',
    'Runs a shell command in the folder after a person allowed it; answers with its exit code and output.',
    { command: text, timeoutSeconds: { type: 'integer', minimum: 1, maximum: 3600 } },
    ['command'],
  ),
];

const writeInput = v.object({ path: v.string(), text: v.string() });
const editInput = v.object({ path: v.string(), old: v.pipe(v.string(), v.nonEmpty()), new: v.string() });
const runInput = v.object({
  command: v.pipe(v.string(), v.trim(), v.nonEmpty()),
  timeoutSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(3600)), 600),
});

/** Characters of a command's output that the model gets: its end, where errors stand. */
const maxOutput = 20_000;
const maxListed = 2000;
/** Files larger than this hold data, not code. */
const maxBytes = 1_000_000;

/** The tools of one piece of work. What is wrong with a call is its answer: the model can mend it. */
export class WorkTools {
  private readonly running = new Set<ProcessGroup>();
  private readonly files: ReadableFiles;

  constructor(
    private readonly task: AgentTask,
    private readonly turn: WatchedTurn,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.files = { list: () => this.list(), read: (path) => this.read(path) };
  }

  async use(call: ToolCall, signal: AbortSignal): Promise<string> {
    this.turn.report({ kind: 'tool', title: titleOf(call), status: 'in_progress' });
    this.turn.alive();
    try {
      switch (call.name) {
        case 'write_file':
          return await this.write(v.parse(writeInput, call.input));
        case 'edit_file':
          return await this.edit(v.parse(editInput, call.input));
        case 'run_command':
          return await this.run(v.parse(runInput, call.input), signal);
        default:
          return await useReadTool(call, this.files);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof v.ValiError)
        return `${call.name} takes ${JSON.stringify(workTools.find(({ name }) => name === call.name)?.input)}.`;
      return `It did not work: ${(error as Error).message}`;
    } finally {
      this.turn.alive();
    }
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    await Promise.all([...this.running].map((group) => group.end()));
  }

  private async list(): Promise<readonly string[]> {
    const paths = await glob('**/*', {
      ...{ cwd: this.task.folder, dot: true, followSymbolicLinks: false, onlyFiles: true },
      ignore: ['**/.git/**', '**/.bridge/**', '**/node_modules/**', '**/.venv/**', '**/__pycache__/**'],
    });
    return paths
      .filter((path) => !isSecretPath(path))
      .sort()
      .slice(0, maxListed);
  }

  /** null: it is not there, too large, or not to be read. */
  private async read(path: string): Promise<string | null> {
    const target = await this.target(path);
    const request: PermissionRequest = {
      ...{ kind: 'read', title: `Read ${path}`, command: null, diffs: [], paths: [target] },
    };
    // Outside of its folder a person is asked; what holds keys is refused.
    const inside = relativePath(target, this.task.folder) !== null;
    if ((!inside || isSecretPath(target)) && !(await this.turn.decide(request)).allowed) return null;
    const bytes = await readFile(target).catch(() => null);
    return bytes === null || bytes.length > maxBytes || bytes.includes(0) ? null : bytes.toString('utf8');
  }

  private async write(input: v.InferOutput<typeof writeInput>): Promise<string> {
    const target = await this.target(input.path);
    const before = await readFile(target, 'utf8').catch(() => null);
    return this.put(input.path, target, before, input.text);
  }

  private async edit(input: v.InferOutput<typeof editInput>): Promise<string> {
    const target = await this.target(input.path);
    const before = await readFile(target, 'utf8').catch(() => null);
    if (before === null) return `There is no file ${JSON.stringify(input.path)}; write_file makes one.`;
    const count = before.split(input.old).length - 1;
    if (count !== 1)
      return count === 0
        ? `"old" does not stand in ${input.path}; read it first.`
        : `"old" stands ${count} times in ${input.path}; give more of what is around it.`;
    const at = before.indexOf(input.old);
    const after = before.slice(0, at) + input.new + before.slice(at + input.old.length);
    return this.put(input.path, target, before, after);
  }

  private async put(path: string, target: string, before: string | null, after: string): Promise<string> {
    const { allowed, why } = await this.turn.decide({
      ...{ kind: 'edit', title: `Write ${path}`, command: null, paths: [target] },
      diffs: [{ path: target, before, after }],
    });
    if (!allowed) return why;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, after);
    return before === null ? `${path} is new.` : `${path} is changed.`;
  }

  private async run(
    { command, timeoutSeconds }: v.InferOutput<typeof runInput>,
    signal: AbortSignal,
  ): Promise<string> {
    const request = { kind: 'run' as const, title: command, command, diffs: [], paths: [] };
    const { allowed, why } = await this.turn.decide(request);
    if (!allowed) return why;
    signal.throwIfAborted();
    const group = await ProcessGroup.start(shell(command), {
      ...{ cwd: this.task.folder, environment: this.environment, stdin: 'closed' },
    });
    this.running.add(group);
    const late = timeoutSignal(timeoutSeconds * 1000);
    const stop = AbortSignal.any([signal, late]);
    const end = () => void group.end();
    stop.addEventListener('abort', end, { once: true });
    let output = '';
    group.stdout.setEncoding('utf8');
    group.stdout.on('data', (piece: string) => {
      this.turn.alive();
      output = (output + piece).slice(-maxOutput);
    });
    try {
      const { code, signal: killed } = await group.exited;
      signal.throwIfAborted();
      const how = late.aborted
        ? `It was ended after ${timeoutSeconds} seconds.`
        : `Exit code ${code ?? killed}.`;
      return `${how}\n${output}`;
    } finally {
      stop.removeEventListener('abort', end);
      await group.end();
      this.running.delete(group);
    }
  }

  /** Where a path that the model names really leads, below the real folder where it is inside. */
  private async target(path: string): Promise<string> {
    const real = await realTarget(resolve(this.task.folder, path));
    const inside = relative(await realTarget(this.task.folder), real);
    // The folder itself may be reached by a link: named as the task names it, it is still inside.
    return inside.startsWith('..') ? real : join(this.task.folder, inside);
  }
}

/** Both streams in the order in which they were written. */
function shell(command: string): string[] {
  return process.platform === 'win32'
    ? ['cmd.exe', '/d', '/s', '/c', `${command} 2>&1`]
    : ['/bin/sh', '-c', `exec 2>&1\n${command}`];
}

function titleOf({ name, input }: ToolCall): string {
  const { path, command, text: searched } = (input ?? {}) as Record<string, unknown>;
  const about = [path, command, searched].find((each): each is string => typeof each === 'string');
  return about === undefined ? name : `${name} ${about.split('\n')[0]!.slice(0, 200)}`;
}
