import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { TraceEntry, TraceMode, Traces } from '../core/agents/ports';
import { redactSecrets } from '../core/agents/redactSecrets';
import { writeDurably } from '../util/durableFile';

const skill = '/experiment-bridge';

export interface TraceSetting {
  /** The workspace. */
  readonly root: string;
  readonly mode: TraceMode;
  /** Values (keys) that never reach the disk. */
  readonly secrets: readonly string[];
  /** Wall time in milliseconds. */
  now(): number;
  complain(sentence: string): void;
}

/**
 * What was said to reviewers and agents and what they answered: `.aris/traces/experiment-bridge/<date>_runNN/` and a
 * line each in `.aris/meta/events.jsonl`. Secrets are taken out, git is told to look away. The folder is made with the
 * first trace, and a trace that cannot be written is told and never stops the work.
 */
export class FileTraces implements Traces {
  readonly mode: TraceMode;
  private folder: string | null = null;
  private count = 0;

  constructor(private readonly setting: TraceSetting) {
    this.mode = setting.mode;
  }

  async record(entry: TraceEntry): Promise<string | null> {
    if (this.mode === 'off') return null;
    try {
      return this.write(entry);
    } catch (error) {
      this.setting.complain(`The trace of ${entry.purpose} could not be kept (${(error as Error).message}).`);
      return null;
    }
  }

  private write(entry: TraceEntry): string {
    const { root } = this.setting;
    const folder = (this.folder ??= this.open());
    const name = `${String(++this.count).padStart(3, '0')}-${entry.purpose.replaceAll(/[^\w.-]+/g, '-')}`;
    const { meta } = entry;
    const keep = (ending: string, text: string) =>
      writeDurably(join(folder, `${name}.${ending}`), this.clean(text));
    if (this.mode === 'full') {
      keep('request.json', `${JSON.stringify(entry.request, null, 2)}\n`);
      keep('response.md', entry.response);
    }
    keep(
      'meta.json',
      `${JSON.stringify(
        {
          purpose: entry.purpose,
          thread_id: meta.threadId,
          reviewer: meta.reviewer,
          model: meta.model,
          started: new Date(meta.startedAt).toISOString(),
          duration_ms: Math.round(meta.durationMs),
          status: meta.status,
          usage: meta.usage && {
            input_tokens: meta.usage.inputTokens,
            output_tokens: meta.usage.outputTokens,
          },
        },
        null,
        2,
      )}\n`,
    );
    const path = relative(root, join(folder, name)).replaceAll('\\', '/');
    const tracePath = `${path}.${this.mode === 'full' ? 'response.md' : 'meta.json'}`;
    if (entry.isReview === false) return tracePath;
    const events = join(root, '.aris', 'meta', 'events.jsonl');
    mkdirSync(dirname(events), { recursive: true });
    appendFileSync(
      events,
      `${JSON.stringify({
        event: 'review_trace',
        skill,
        purpose: entry.purpose,
        thread_id: meta.threadId,
        trace_path: tracePath,
        status: meta.status,
      })}\n`,
    );
    return tracePath;
  }

  /** A folder of its own for this process: made exclusively, so that two at once never share one. */
  private open(): string {
    const base = join(this.setting.root, '.aris', 'traces');
    const home = join(base, 'experiment-bridge');
    mkdirSync(home, { recursive: true });
    const ignore = join(base, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
    const started = new Date(this.setting.now());
    const date = started.toISOString().slice(0, 10);
    const taken = readdirSync(home)
      .map((name) => Number(new RegExp(`^${date}_run(\\d+)$`).exec(name)?.[1]))
      .filter(Number.isInteger);
    for (let number = Math.max(0, ...taken) + 1; ; number++) {
      const folder = join(home, `${date}_run${String(number).padStart(2, '0')}`);
      try {
        mkdirSync(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      writeDurably(
        join(folder, 'run.meta.json'),
        `${JSON.stringify({ skill, started: started.toISOString(), mode: this.mode }, null, 2)}\n`,
      );
      return folder;
    }
  }

  private clean(text: string): string {
    return redactSecrets(text, this.setting.secrets);
  }
}
