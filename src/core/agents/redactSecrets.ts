/**
 * Shapes of keys that services hand out, and of lines that name one. Kept wide: a redacted word costs nothing. Lengths
 * are bounded so that megabytes without a key stay linear.
 */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,})/g,
  /\bhf_[A-Za-z0-9]{20,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:npm|pypi|wandb_v1|ak|as)[_-][A-Za-z0-9_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{10,500}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,}/g,
];
const named =
  /((?:api[_-]?key|secret|token|passwd|password|credential|access[_-]?key)[a-z0-9_-]{0,30}["']?\s{0,8}(?:=|:)\s{0,8}\\?["']?)([^\s"'\\,;}]{8,})/gi;
const bearer = /(\b(?:Bearer|Basic)\s+)([A-Za-z0-9._~+/=-]{8,})/g;
const inUrl = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{1,200}:)([^\s@/]{1,500})(@)/gi;

const mark = '[redacted]';

/**
 * Takes secrets out of a text before it is kept: the given values (keys from the environment), and whatever has the
 * shape of a key.
 */
export function redactSecrets(text: string, known: readonly string[] = []): string {
  let result = text;
  for (const value of known) if (value.length >= 6) result = result.replaceAll(value, mark);
  for (const shape of shapes) result = result.replace(shape, mark);
  return result
    .replace(named, (whole, before: string, value: string) =>
      // A variable or a call is no secret: `token = tokenizer(...)`, `api_key=os.environ[...]`.
      /^[a-z_][\w.]*(\(|\[|$)/i.test(value) && !/\d/.test(value) ? whole : `${before}${mark}`,
    )
    .replace(bearer, `$1${mark}`)
    .replace(inUrl, `$1${mark}$3`);
}
