import * as v from 'valibot';
import type { OptionSources } from '../run/options';
import type { ReviewerId, TraceMode } from './ports';

/** How reviewers are reached and what is kept of it. */
export interface ReviewSettings {
  /** In the order in which they are tried. Empty until the person chose: nothing is sent before. */
  readonly reviewers: readonly ReviewerId[];
  readonly model: string;
  readonly effort: string;
  /** Lets a model judge the work of its own family; the review is marked then. */
  readonly sameFamily: boolean;
  /** How long one answer may take. */
  readonly deadlineMinutes: number;
  readonly traces: TraceMode;
  readonly codex: {
    readonly path: string;
    readonly config: Readonly<Record<string, unknown>>;
    /** Argument list of another MCP server with a tool `codex`; empty: `<path> mcp-server`. */
    readonly mcpCommand: readonly string[];
  };
  /** Which of VS Code's language models reviews; null: `model` where it is there, else another than the author's. */
  readonly lmModel: string | null;
  readonly openai: {
    /** Without `/chat/completions`; empty: there is no endpoint. */
    readonly baseUrl: string;
    readonly keyVariable: string;
    /** null: `model`. */
    readonly model: string | null;
    readonly api: 'chat' | 'responses';
  };
}

const reviewerIds = ['codex-mcp', 'codex-exec', 'vscode-lm', 'openai'] as const;
const traceModes = ['off', 'meta', 'full'] as const;
const text = v.pipe(v.string(), v.nonEmpty());

/** Every setting with its default; a value of another shape is told and left out. */
const known = {
  reviewers: v.optional(v.array(v.picklist([...reviewerIds, 'none'])), []),
  reviewModel: v.optional(text, 'gpt-5.4'),
  reviewEffort: v.optional(text, 'xhigh'),
  'review.sameFamily': v.optional(v.boolean(), false),
  'review.deadlineMinutes': v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(24 * 60)), 45),
  traces: v.optional(v.picklist(traceModes), 'full'),
  'codex.path': v.optional(text, 'codex'),
  'codex.config': v.optional(v.record(v.string(), v.unknown()), {}),
  'codex.mcpCommand': v.optional(v.array(v.string()), []),
  'lm.reviewModel': v.optional(v.nullable(v.string()), null),
  'openai.baseUrl': v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
  'openai.keyVariable': v.optional(text, 'OPENAI_API_KEY'),
  'openai.model': v.optional(v.nullable(text), null),
  'openai.api': v.optional(v.picklist(['chat', 'responses']), 'chat'),
} as const;
type Name = keyof typeof known;
type Values = { [N in Name]: v.InferOutput<(typeof known)[N]> };

/**
 * The reviewers as the person chose them. A workspace names no program, endpoint, model or reviewer: it can only keep
 * less of what is said (`bridge.traces`); what else it sets is told and left out.
 */
export function reviewSettings(sources: OptionSources): { settings: ReviewSettings; problems: string[] } {
  const problems: string[] = [];
  const read = <N extends Name>(name: N): Values[N] => {
    for (const [values, whose] of [
      [sources.call, 'this call'],
      [sources.user, 'your settings'],
    ] as const) {
      if (!(name in values)) continue;
      const parsed = v.safeParse(known[name], values[name]);
      if (parsed.success) return parsed.output as Values[N];
      problems.push(
        `bridge.${name} in ${whose} is ${JSON.stringify(values[name])}, which is not a value for it; it is left out.`,
      );
    }
    return v.getDefault(known[name]);
  };
  const mine = read('traces');
  const theirs = v.safeParse(v.picklist(traceModes), sources.workspace.traces);
  const traces =
    theirs.success && traceModes.indexOf(theirs.output) < traceModes.indexOf(mine) ? theirs.output : mine;
  for (const name of Object.keys(known) as Name[])
    if (name in sources.workspace && name !== 'traces')
      problems.push(
        `The workspace sets bridge.${name}; only your own settings can, since it names who gets to see the code. It is left out.`,
      );
  const chosen = read('reviewers');
  const none = chosen.indexOf('none');
  return {
    settings: {
      // `none` ends the list: nobody after it is asked.
      reviewers: [...new Set(none < 0 ? chosen : chosen.slice(0, none))] as ReviewerId[],
      model: read('reviewModel'),
      effort: read('reviewEffort'),
      sameFamily: read('review.sameFamily'),
      deadlineMinutes: read('review.deadlineMinutes'),
      traces,
      codex: {
        path: read('codex.path'),
        config: read('codex.config'),
        mcpCommand: read('codex.mcpCommand'),
      },
      lmModel: read('lm.reviewModel') || null,
      openai: {
        baseUrl: read('openai.baseUrl').replace(/\/+$/, ''),
        keyVariable: read('openai.keyVariable'),
        model: read('openai.model'),
        api: read('openai.api'),
      },
    },
    problems,
  };
}
