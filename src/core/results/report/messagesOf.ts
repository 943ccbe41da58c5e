import type { Language, Messages } from './messages';
import { en } from './messagesEn';
import { zh } from './messagesZh';

/** What reports say, in one language. */
export function messagesOf(language: Language): Messages {
  return language === 'zh' ? zh : en;
}
