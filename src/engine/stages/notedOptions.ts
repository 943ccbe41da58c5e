import { parseProjectNotes } from '../../core/notes/projectNotes';
import type { StudyOptions } from '../../core/run/declaration';
import type { RequestedOptions } from '../../core/run/options';

/**
 * Options with what the project's notes (CLAUDE.md) say: the language, where the person chose none, and `max_budget` in US
 * dollars, which can only lower the cap: notes come with a repository, and money is the person's.
 */
export function withNotes(asked: RequestedOptions, notes: string | null): StudyOptions {
  const language = /^\s*[-*]?\s*\**language\**\s*:\s*\**\s*(zh|cn|en)/im
    .exec(notes ?? '')?.[1]
    ?.toLowerCase();
  const cap = notes === null ? null : parseProjectNotes(notes).vast.maxBudgetUsd;
  return {
    ...asked,
    language: asked.language ?? (language === undefined || language === 'en' ? 'en' : 'zh'),
    ...(cap === null ? {} : { 'budget.usd': Math.min(cap, asked['budget.usd'] ?? cap) }),
  };
}
