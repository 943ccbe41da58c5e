import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads how many words a command has, then the words, a line each; starts it in a process group of its own, cut off
 * from everything of ours, and answers with its process id. Ends with its input; what it started goes on.
 */
const script = `set -m
while IFS= read -r count; do
  words=()
  while [ "$count" -gt 0 ]; do IFS= read -r word || exit; words+=("$word"); count=$((count - 1)); done
  "\${words[@]}" </dev/null >/dev/null 2>&1 &
  printf '%s\\n' "$!"
done`;

/**
 * Starts processes through a small helper of its own: Node copies its whole page table for each process it starts and
 * stands still meanwhile, which takes more time than the start itself.
 */
export class Starter {
  private helper: ChildProcess | null = null;
  private readonly waiting: { resolve: (pid: number) => void; reject: (error: Error) => void }[] = [];
  private heard = '';

  constructor(private readonly environment: () => NodeJS.ProcessEnv) {}

  /** The process id. Words must not hold line ends. */
  start(argv: readonly string[]): Promise<number> {
    const helper = this.open();
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.hold(true);
      helper.stdin!.write(`${argv.length}\n${argv.join('\n')}\n`);
    });
  }

  private open(): ChildProcess {
    if (this.helper) return this.helper;
    const helper = spawn('bash', ['-c', script], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
      env: this.environment(),
    });
    const gone = (why: string) => {
      if (this.helper === helper) this.helper = null;
      for (const { reject } of this.waiting.splice(0))
        reject(Object.assign(new Error(`a process cannot be started: ${why}`), { code: 'EAGAIN' }));
    };
    helper.on('error', (error) => gone(error.message));
    helper.on('exit', (code, signal) => gone(`bash ended with ${signal ?? code}`));
    helper.stdin.on('error', () => undefined);
    helper.stdout.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    this.helper = helper;
    this.hold(false);
    return helper;
  }

  private hear(text: string): void {
    const lines = (this.heard + text).split('\n');
    this.heard = lines.pop() ?? '';
    for (const line of lines) this.waiting.shift()?.resolve(Number(line));
    if (this.waiting.length === 0) this.hold(false);
  }

  /** Only an answer that is awaited keeps this process alive. */
  private hold(on: boolean): void {
    const { helper } = this;
    const streams = [helper?.stdin, helper?.stdout] as unknown as { ref?(): void; unref?(): void }[];
    for (const each of [helper, ...streams])
      if (on) each?.ref?.();
      else each?.unref?.();
  }
}
