import * as v from 'valibot';
import type { OptionSources } from '../run/options';
import type { TraceMode } from './ports';

/** Who writes code: nobody, a program that speaks ACP, or a language model of the editor. */
export type AuthorChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'acp'; readonly argv: readonly string[]; readonly name: string }
  /** `model` null: the first that VS Code offers. */
  | { readonly kind: 'vscode-lm'; readonly name: string; readonly model: string | null };

export interface AgentSettings {
  readonly author: AuthorChoice;
  /** How long a request for permission waits for a person before it is denied. */
  readonly permissionMinutes: number;
  /** Silence of an agent for this long is told as a stall. */
  readonly stallMinutes: number;
  /** How long one piece of an agent's work may take. */
  readonly workMinutes: number;
  readonly traces: TraceMode;
}

const minutes = v.pipe(v.number(), v.gtValue(0), v.maxValue(7 * 24 * 60));
const known = {
  author: v.optional(v.pipe(v.string(), v.regex(/^(none|vscode-lm|acp:\s*\S.*)$/s)), 'none'),
  'lm.authorModel': v.optional(v.nullable(v.string()), null),
  'agents.permissionMinutes': v.optional(v.nullable(minutes), null),
  'agents.stallMinutes': v.optional(minutes, 5),
  'agents.workMinutes': v.optional(minutes, 120),
} as const;
type Name = keyof typeof known;
type Value<N extends Name> = v.InferOutput<(typeof known)[N]>;

/**
 * The author as the person chose it. A workspace names no program and waits for nobody longer: what it sets is told
 * and left out. `traces` is decided with the reviewers' settings. Where nobody is there to answer (`attended` false: no
 * terminal, no editor) a request waits half a minute by default, else an hour.
 */
export function agentSettings(
  sources: OptionSources,
  traces: TraceMode,
  attended = true,
): { settings: AgentSettings; problems: string[] } {
  const problems: string[] = [];
  const read = <N extends Name>(name: N): Value<N> => {
    for (const [values, whose] of [
      [sources.call, 'this call'],
      [sources.user, 'your settings'],
    ] as const) {
      if (!(name in values)) continue;
      const parsed = v.safeParse(known[name], values[name]);
      if (parsed.success) return parsed.output;
      const hint = name === 'author' ? ' It is "none", "vscode-lm" or "acp:COMMAND".' : '';
      problems.push(
        `bridge.${name} in ${whose} is ${JSON.stringify(values[name])}, which is not a value for it; it is left out.${hint}`,
      );
    }
    return v.getDefault(known[name]);
  };
  for (const name of Object.keys(known))
    if (name in sources.workspace)
      problems.push(
        `The workspace sets bridge.${name}; only your own settings can, since it says which program works here. It is left out.`,
      );
  return {
    settings: {
      author: parseAuthor(read('author'), read('lm.authorModel')),
      permissionMinutes: read('agents.permissionMinutes') ?? (attended ? 60 : 0.5),
      stallMinutes: read('agents.stallMinutes'),
      workMinutes: read('agents.workMinutes'),
      traces,
    },
    problems,
  };
}

/** `none`, `vscode-lm` or `acp:COMMAND`; the command's words may be quoted. */
export function parseAuthor(text: string, lmModel: string | null = null): AuthorChoice {
  if (text === 'vscode-lm') return { kind: 'vscode-lm', name: text, model: lmModel || null };
  if (!text.startsWith('acp:')) return { kind: 'none' };
  const words = text.slice('acp:'.length).match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  const argv = words.map((word) => word.replace(/^(["'])(.*)\1$/s, '$2'));
  const program = argv[0]?.split(/[\\/]/).pop() ?? '';
  return argv.length === 0 ? { kind: 'none' } : { kind: 'acp', argv, name: `acp:${program}` };
}
