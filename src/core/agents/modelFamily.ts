import type { ModelFamily } from './ports';

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  [/claude|anthropic|sonnet|opus|haiku/i, 'anthropic'],
  [/gemini|gemma|google/i, 'google'],
  [/gpt|codex|davinci|openai|(^|[/\s])o[1-9](-|$)/i, 'openai'],
  [/llama|mistral|mixtral|qwen|deepseek|grok|command-r|kimi|glm|minimax|phi-/i, 'other'],
];

/** Whose model a name is: of a model (`gpt-5.4`), a client (`claude-agent-acp`) or a command. */
export function modelFamily(name: string): ModelFamily {
  return families.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}

/**
 * Whether one model would judge its own family's work. Two that are merely unknown, or both of many small houses, are
 * not taken for relatives.
 */
export function sameFamily(one: ModelFamily, other: ModelFamily): boolean {
  return one === other && one !== 'unknown' && one !== 'other';
}
