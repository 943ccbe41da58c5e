import { certainlyCode, programRules } from './codeRules';
import { environmentRules } from './environmentRules';
import type { LoggedError } from './errors';
import { resourceRules } from './resourceRules';
import { matchRule, type RuleMatch } from './rule';

/** Every rule about exceptions, in the order they are tried. */
export const exceptionRules = [
  ...certainlyCode,
  ...resourceRules,
  ...environmentRules,
  ...programRules,
] as const;

/** Exceptions that programs throw to say "it failed" after they caught what did. */
const wrappers = ['runtimeerror', 'exception', 'baseexception', 'systemexit', 'error'];

const chainDepth = 5;

/** What an exception means, and which error of its chain shows it. */
export interface Classified extends RuleMatch {
  readonly shownBy: LoggedError;
}

/** Judges by the message; when that says nothing, by its further lines, the asserted source, then by what it was raised from. */
export function classifyException(error: LoggedError, depth = 0): Classified {
  const name = error.exception ?? 'Exception';
  const byHead = match(name, error.head);
  if (!isVague(byHead)) return { ...byHead, shownBy: error };
  const assertion = name === 'AssertionError' && error.head === '' ? error.frame.join(' ') : '';
  for (const more of [error.rest, assertion]) {
    if (more === '') continue;
    const byMore = match(name, more);
    if (!isVague(byMore)) return { ...byMore, shownBy: error };
  }
  if (
    depth < chainDepth &&
    error.earlier &&
    (error.earlier.direct || wrappers.includes(name.toLowerCase()))
  ) {
    const byCause = classifyException(error.earlier.error, depth + 1);
    if (byCause.rule.class !== 'code' && byCause.rule.role !== 'interrupt') return byCause;
  }
  return { ...byHead, shownBy: error };
}

function match(name: string, message: string): RuleMatch {
  const found = matchRule(exceptionRules, name, `${name}: ${message}`);
  if (!found) throw new Error(`no rule fits ${name}; the last of programRules has to fit every exception`);
  return found;
}

/** True for a rule that only knows that the program is at fault because nothing else is. */
function isVague({ rule }: RuleMatch): boolean {
  return rule.class === 'code' && !rule.text && !certainlyCode.includes(rule);
}

/** Reads a line that is neither a known form nor an exception, such as one of a logger: `ERROR: CUDA out of memory`. */
export function classifySentence(
  text: string,
): (RuleMatch & { readonly exception: string | null; readonly head: string }) | null {
  const inner = /\b(?<name>[A-Z]\w{0,60}(?:Error|Exception))\b(?:\(|: )(?<message>.{0,1000})/.exec(
    text,
  )?.groups;
  const exception = inner?.['name'] ?? null;
  const head = inner?.['message'] ?? text;
  const found = matchRule(exceptionRules, exception, exception ? `${exception}: ${head}` : text);
  return found && { ...found, exception, head };
}
