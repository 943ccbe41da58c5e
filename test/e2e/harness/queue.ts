import { execFile, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cliPath } from '../../integration/harness/bridge';

/** A folder with a run manifest and nothing else. */
export class Queue {
  readonly outer = mkdtempSync(join(tmpdir(), 'bridge-queue-'));
  readonly root = join(this.outer, 'sweep');

  constructor(manifest: string) {
    mkdirSync(join(this.root, 'refine-logs'), { recursive: true });
    this.write('refine-logs/experiments.yaml', manifest);
  }

  write(name: string, text = ''): void {
    writeFileSync(join(this.root, name), text);
  }

  ledger(): string[] {
    const path = join(this.root, 'ledger');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** `bridge queue`, as a person leaves it running in a terminal. */
  drive() {
    const argv = [cliPath, 'queue', 'refine-logs/experiments.yaml', '--workspace', this.root];
    return spawn(process.execPath, argv, { stdio: 'ignore' });
  }

  async call(...args: string[]): Promise<void> {
    await promisify(execFile)(process.execPath, [cliPath, ...args, '--workspace', this.root]);
  }

  journal(): string {
    const folder = join(this.root, '.bridge', 'journal');
    if (!existsSync(folder)) return '';
    const segments = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    return segments.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  }

  dispose(): void {
    rmSync(this.outer, { recursive: true, force: true, maxRetries: 5 });
  }
}
