import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ClientHome } from './agentsClients';

/** What the small agent does, in order. `sneak` writes without asking; `run` asks first. */
export type AuthorStep =
  | { readonly write: string; readonly text: string; readonly sneak?: boolean }
  | { readonly remove: string }
  | { readonly run: string }
  | { readonly say: string }
  | { readonly usage: Readonly<Record<string, unknown>> }
  | { readonly die: number }
  | { readonly nonsense: string }
  | { readonly hang: true };

/** Steps for prompts that hold a text; the first that fits counts. */
export interface AuthorTurn {
  readonly when?: string;
  readonly steps: readonly AuthorStep[];
}

/** An author over ACP that does what a test says. */
export class SmallAuthor {
  private readonly script: string;
  private readonly log: string;
  /** As `bridge.author` names it. */
  readonly setting: string;

  constructor(home: ClientHome) {
    this.script = join(home.path, 'author.json');
    this.log = join(home.path, 'author.log');
    this.does();
    const words = [process.execPath, resolve('test/fakes/agentsAcp.mjs'), this.script, this.log];
    this.setting = `acp:${words.map((word) => `"${word}"`).join(' ')}`;
  }

  does(...turns: readonly AuthorTurn[]): void {
    writeFileSync(this.script, JSON.stringify(turns));
  }

  /** What it was asked, oldest first. */
  asked(): readonly { cwd: string; prompt: string; environment: Record<string, string> }[] {
    try {
      return readFileSync(this.log, 'utf8')
        .trim()
        .split('\n')
        .map(
          (line) => JSON.parse(line) as { cwd: string; prompt: string; environment: Record<string, string> },
        );
    } catch {
      return [];
    }
  }
}
