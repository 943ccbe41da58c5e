import type { Problem } from '../text/span';
import { parseMarkdown } from '../text/markdown';
import { type Outline, type OutlineLine, readOutline } from '../text/outline';
import { plainText } from '../text/plainText';

/** Where the project's notes say that experiments run. */
export type NotedGpu = 'local' | 'remote' | 'vast' | 'modal';

/**
 * What `CLAUDE.md` (or `AGENTS.md`) says of how experiments run here. Everything is null where the notes say nothing of
 * it; settings win over all of it, and nothing in it spends money or runs by itself.
 */
export interface ProjectNotes {
  readonly language: 'en' | 'zh' | null;
  /** From the section that names one; with several, the first. */
  readonly gpu: NotedGpu | null;
  readonly remote: {
    /** What ssh is given: a name of its configuration, or `user@host`. */
    readonly host: string | null;
    readonly port: number | null;
    readonly conda: NotedConda | null;
    /** Folder of the project on that machine. */
    readonly codeFolder: string | null;
    readonly codeSync: 'rsync' | 'git' | null;
  };
  readonly wandb: {
    readonly used: boolean | null;
    readonly project: string | null;
    readonly entity: string | null;
  };
  readonly vast: {
    readonly autoDestroy: boolean | null;
    readonly maxBudgetUsd: number | null;
    readonly image: string | null;
  };
  readonly modal: {
    /** As `gpu=` takes it. */
    readonly gpu: string | null;
    readonly timeoutSeconds: number | null;
    readonly volume: string | null;
  };
  readonly local: { readonly conda: NotedConda | null };
  readonly problems: readonly Problem[];
}

/** A conda environment, and the shell line that makes conda known where one was written. */
export interface NotedConda {
  readonly name: string;
  readonly hook: string | null;
}

type Section = 'remote' | 'vast' | 'modal' | 'local' | 'pipeline';
const sections: readonly (readonly [RegExp, Section])[] = [
  [/^remote server\b|^远程服务器/i, 'remote'],
  [/^vast(?:\.ai)?\b/i, 'vast'],
  [/^modal\b/i, 'modal'],
  [/^local environment\b|^本地环境/i, 'local'],
  [/^pipeline status\b|^流程状态/i, 'pipeline'],
];

interface Fact {
  readonly value: string;
  readonly line: OutlineLine;
}

/** Reads the notes. Lines are `key: value`, in lists or not, with emphasis or not, with a `# remark` behind them. */
export function parseProjectNotes(text: string): ProjectNotes {
  const outline = readOutline(text, parseMarkdown(text));
  const facts = readFacts(outline);
  const problems: Problem[] = [];
  const reader = new FactReader(outline, facts, problems);
  const gpus = (['remote', 'vast', 'modal', 'local'] as const).flatMap((section) => {
    const gpu = reader.oneOf(section, 'gpu', ['local', 'remote', 'vast', 'modal']);
    return gpu === null ? [] : [gpu];
  });
  const ssh = reader.text('remote', 'ssh');
  return {
    language: languageOf(reader.text('pipeline', 'language') ?? reader.anywhere('language')),
    gpu: gpus[0] ?? null,
    remote: {
      ...sshOf(ssh),
      conda: condaOf(reader.text('remote', 'conda')),
      codeFolder: reader.text('remote', 'code dir', 'code folder', 'code_dir'),
      codeSync: reader.oneOf('remote', 'code_sync', ['rsync', 'git']),
    },
    wandb: {
      used: reader.truth('remote', 'wandb') ?? reader.truth('local', 'wandb'),
      project: reader.text('remote', 'wandb_project') ?? reader.text('local', 'wandb_project'),
      entity: reader.text('remote', 'wandb_entity') ?? reader.text('local', 'wandb_entity'),
    },
    vast: {
      autoDestroy: reader.truth('vast', 'auto_destroy'),
      maxBudgetUsd: reader.number('vast', 'max_budget', /^\$?\s*(\d+(?:\.\d+)?)/),
      image: reader.text('vast', 'image'),
    },
    modal: {
      gpu: reader.text('modal', 'modal_gpu'),
      timeoutSeconds: secondsOf(reader.text('modal', 'modal_timeout')),
      volume: reader.text('modal', 'modal_volume'),
    },
    local: { conda: condaOf(reader.text('local', 'conda', 'conda env', 'environment')) },
    problems,
  };
}

function readFacts({ blocks }: Outline): ReadonlyMap<Section | '', ReadonlyMap<string, Fact>> {
  const facts = new Map<Section | '', Map<string, Fact>>();
  let section: Section | '' = '';
  let level = 0;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      const title = plainText(block.line.text).trim();
      const named = sections.find(([pattern]) => pattern.test(title))?.[1];
      if (named !== undefined) [section, level] = [named, block.level];
      else if (block.level <= level) section = '';
      continue;
    }
    if (block.kind === 'table') continue;
    const known = facts.get(section) ?? new Map<string, Fact>();
    facts.set(section, known);
    for (const line of block.lines) {
      const [, key, rest] = /^\s*(?:[-*+]\s+)?([A-Za-z][\w .-]*?)\s*[:：]\s*(.+?)\s*$/.exec(
        line.text.replace(/\*\*|__(?=\w+\s*[:：])|^_+|`(?=[\w .-]+`?\s*[:：])/g, ''),
      ) ?? [null, null, null];
      if (key == null || rest == null) continue;
      const name = key.toLowerCase().replace(/`/g, '').trim();
      const value = valueOf(rest);
      // The first word counts: what follows is often an example.
      if (value !== '' && !known.has(name)) known.set(name, { value, line });
    }
  }
  return facts;
}

/** Without backticks, quotes, and the remark behind it. */
function valueOf(text: string): string {
  const quoted = /^`([^`]*)`/.exec(text) ?? /^"([^"]*)"/.exec(text);
  if (quoted) return quoted[1]!.trim();
  return text
    .replace(/\s+(?:#|←|<!--).*$/, '')
    .replace(/^[*_]+|[*_]+$/g, '')
    .trim();
}

class FactReader {
  constructor(
    private readonly outline: Outline,
    private readonly facts: ReadonlyMap<Section | '', ReadonlyMap<string, Fact>>,
    private readonly problems: Problem[],
  ) {}

  text(section: Section, ...names: string[]): string | null {
    for (const name of names) {
      const fact = this.facts.get(section)?.get(name);
      if (fact) return fact.value;
    }
    return null;
  }

  anywhere(name: string): string | null {
    for (const known of this.facts.values()) {
      const fact = known.get(name);
      if (fact) return fact.value;
    }
    return null;
  }

  oneOf<T extends string>(section: Section, name: string, choices: readonly T[]): T | null {
    const fact = this.facts.get(section)?.get(name);
    if (!fact) return null;
    const value = fact.value.toLowerCase();
    const found = choices.find((each) => value === each || value.startsWith(`${each} `));
    if (found === undefined)
      this.complain(fact, `${name} is one of ${choices.join(', ')}, not "${fact.value}"; it is left out.`);
    return found ?? null;
  }

  truth(section: Section, name: string): boolean | null {
    const fact = this.facts.get(section)?.get(name);
    if (!fact) return null;
    if (/^(?:true|yes|on|1|是|开)$/i.test(fact.value)) return true;
    if (/^(?:false|no|off|0|否|关)$/i.test(fact.value)) return false;
    this.complain(fact, `${name} is true or false, not "${fact.value}"; it is left out.`);
    return null;
  }

  number(section: Section, name: string, pattern: RegExp): number | null {
    const fact = this.facts.get(section)?.get(name);
    if (!fact) return null;
    const found = pattern.exec(fact.value)?.[1];
    if (found === undefined) this.complain(fact, `${name} is a number, not "${fact.value}"; it is left out.`);
    return found === undefined ? null : Number(found);
  }

  private complain({ line }: Fact, message: string): void {
    const { lines } = this.outline;
    this.problems.push({
      ...{ severity: 'warning', code: 'notes.value', message },
      span: lines.span(line.from, line.to),
      file: null,
    });
  }
}

function languageOf(text: string | null): 'en' | 'zh' | null {
  if (text === null) return null;
  if (/^(?:zh|cn|chinese|中文)/i.test(text)) return 'zh';
  return /^(?:en|english|英文)/i.test(text) ? 'en' : null;
}

/** `ssh -p 2222 me@host`, `me@host:2222`, `gpu-server`. */
function sshOf(text: string | null): { host: string | null; port: number | null } {
  if (text === null) return { host: null, port: null };
  const words = text.replace(/^ssh\s+/, '').split(/\s+/);
  let port: number | null = null;
  let host: string | null = null;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '-p') port = Number(words[(at += 1)]) || null;
    else if (/^-p\d+$/.test(word)) port = Number(word.slice(2));
    // Another option of ssh takes the word behind it along.
    else if (/^-[bcDEeFIiJLlmOoQRSWw]$/.test(word)) at += 1;
    else if (!word.startsWith('-') && host === null) host = word;
  }
  const [, name, tail] = /^([^:]+):(\d+)$/.exec(host ?? '') ?? [];
  return name !== undefined ? { host: name, port: Number(tail) } : { host, port };
}

/** `research`, `conda activate research`, `eval "$(… shell.bash hook)" && conda activate research`. */
function condaOf(text: string | null): NotedConda | null {
  if (text === null || /^(?:none|no|-|无)$/i.test(text)) return null;
  const activated = /^(.*?)(?:&&|;)?\s*(?:conda|source)\s+activate\s+([\w./-]+)/.exec(text);
  if (activated) {
    const hook = activated[1]!.replace(/(?:&&|;)\s*$/, '').trim();
    return { name: activated[2]!, hook: hook === '' ? null : hook };
  }
  const name = /^[\w./-]+/.exec(text)?.[0];
  return name === undefined ? null : { name, hook: null };
}

/** `3600`, `2h`, `90 min`. */
function secondsOf(text: string | null): number | null {
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(h|m|min|s)?/i.exec(text ?? '') ?? [];
  if (count === undefined) return null;
  const scale = unit.toLowerCase() === 'h' ? 3600 : unit.toLowerCase().startsWith('m') ? 60 : 1;
  return Math.round(Number(count) * scale);
}
