/** What a person typed into the "Deploy Plan" box or passed to the CLI. */
export interface ParsedOverrides {
  /** Path of the plan as written; null: the usual places. */
  readonly plan: string | null;
  /** Option name as in the settings (`baseRepo`) -> value. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** One sentence each; a text with problems is not acted upon. */
  readonly problems: readonly string[];
}

type Kind = 'boolean' | 'count' | 'text' | 'address' | 'language' | 'target' | 'amount';

/** Options that the override syntax knows, by setting name. */
const options: Readonly<Record<string, Kind>> = {
  codeReview: 'boolean',
  autoDeploy: 'boolean',
  sanityFirst: 'boolean',
  maxParallelRuns: 'count',
  baseRepo: 'address',
  compact: 'boolean',
  target: 'target',
  language: 'language',
  reviewModel: 'text',
  reviewEffort: 'text',
  'budget.gpuHours': 'amount',
  'budget.usd': 'amount',
};

/** `base repo`, `BASE_REPO`, `base-repo`, `bridge.baseRepo` are all the same name. */
const canonical = (name: string) =>
  name
    .toLowerCase()
    .replace(/^bridge\./, '')
    .replace(/[\s._-]+/g, '');
const byName = new Map(Object.keys(options).map((name) => [canonical(name), name]));

/** An em dash, `---`, or `--` with a blank on both sides or at an end: a path may hold `--` inside. */
const separator = /\s*—+\s*|(?:^|\s+)-{2,3}(?=\s|$)\s*/;

/**
 * Reads `"EXPERIMENT_PLAN.md" — compact: true, base repo: https://github.com/org/project`. Without a dash the text is
 * a plan's path, unless it begins with a known option. Empty text is the default plan without overrides.
 */
export function parseOverrides(text: string): ParsedOverrides {
  const trimmed = text.trim();
  const { plan, rest, problem } = splitPlan(trimmed);
  const problems: string[] = problem === null ? [] : [problem];
  const overrides: Record<string, unknown> = {};
  for (const part of splitPairs(rest)) {
    const pair = /^([^:=]+?)\s*[:：=]\s*(.*)$/s.exec(part);
    if (!pair) {
      problems.push(`"${part}" is not an option. Write "name: value", for example "compact: true".`);
      continue;
    }
    const written = pair[1]!.trim();
    const name = byName.get(canonical(written));
    if (name === undefined) {
      problems.push(`There is no option "${written}". Known are ${Object.keys(options).join(', ')}.`);
      continue;
    }
    if (name in overrides) {
      problems.push(`"${written}" is given twice.`);
      continue;
    }
    const value = readValue(options[name]!, unquote(pair[2]!.trim()));
    if (value.ok) overrides[name] = value.value;
    else problems.push(`"${written}" needs ${value.expected}, not "${pair[2]!.trim()}".`);
  }
  return { plan, overrides, problems };
}

function splitPlan(text: string): { plan: string | null; rest: string; problem: string | null } {
  const quote = /^["'“”‘’]/.exec(text)?.[0];
  if (quote !== undefined) {
    const closing =
      quote === '“' ? /[”"]/ : quote === '‘' ? /[’']/ : new RegExp(quote === '”' ? '[”"]' : quote);
    const end = text.slice(1).search(closing);
    if (end < 0) return { plan: null, rest: '', problem: `The quotation mark ${quote} is not closed.` };
    const plan = text.slice(1, end + 1).trim();
    const after = text.slice(end + 2).trim();
    const dash = separator.exec(after);
    if (after !== '' && dash?.index !== 0)
      return { plan, rest: '', problem: `A dash belongs between the plan and "${after}".` };
    return { plan: plan === '' ? null : plan, rest: after.slice(dash?.[0].length ?? 0), problem: null };
  }
  const dash = separator.exec(text);
  if (dash) {
    const plan = text.slice(0, dash.index).trim();
    return { plan: plan === '' ? null : plan, rest: text.slice(dash.index + dash[0].length), problem: null };
  }
  const first = /^([^:=]+?)\s*[:：=]/.exec(text)?.[1];
  if (first !== undefined && byName.has(canonical(first))) return { plan: null, rest: text, problem: null };
  return { plan: text === '' ? null : text, rest: '', problem: null };
}

/** Splits at commas and semicolons outside quotes; a URL keeps its own. */
function splitPairs(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quote: string | null = null;
  for (const char of text) {
    if (quote !== null) {
      if (char === quote) quote = null;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === ',' || char === ';' || char === '，' || char === '；') {
      parts.push(part);
      part = '';
      continue;
    }
    part += char;
  }
  return [...parts, part].map((each) => each.trim()).filter((each) => each !== '');
}

const unquote = (text: string) => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;

type Value =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly expected: string };

function readValue(kind: Kind, text: string): Value {
  const word = text.toLowerCase();
  const good = (value: unknown): Value => ({ ok: true, value });
  const bad = (expected: string): Value => ({ ok: false, expected });
  switch (kind) {
    case 'boolean':
      if (/^(true|yes|on|1|是)$/.test(word)) return good(true);
      return /^(false|no|off|0|否)$/.test(word) ? good(false) : bad('true or false');
    case 'count':
      return /^[1-9]\d{0,3}$/.test(text) ? good(Number(text)) : bad('a whole number from 1 to 9999');
    case 'amount':
      return /^\d+(\.\d+)?$/.test(text) ? good(Number(text)) : bad('a number that is not negative');
    case 'language':
      if (/^(en|english)$/.test(word)) return good('en');
      return /^(zh|cn|zh-cn|chinese|中文)$/.test(word) ? good('zh') : bad('en or zh');
    case 'target':
      return /^(local|ssh:\S+|slurm|slurm:\S+|vast|modal)$/.test(text)
        ? good(text)
        : bad('local, ssh:HOST, slurm, slurm:HOST, vast or modal');
    case 'address':
      if (/^(false|no|none)$/.test(word)) return good(null);
      return /^(https?:\/\/|ssh:\/\/|git:\/\/|file:\/\/|[\w.-]+@[\w.-]+:)\S+$/.test(text)
        ? good(text)
        : bad('a git URL, or false');
    case 'text':
      return text === '' ? bad('a value') : good(text);
  }
}
