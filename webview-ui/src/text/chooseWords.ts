import { chinese } from './chinese';
import { english, type Words } from './english';

/** `language` is that of the document, set by the host: `en`, `zh-cn`. Anything else is read in English. */
export function chooseWords(language: string): Words {
  return /^zh\b/i.test(language) ? chinese : english;
}
