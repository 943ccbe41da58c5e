/** What any program needs to find itself, its home and the network. Nothing else of ours is passed to a client. */
const needed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|TMP|TEMP|XDG_[A-Z_]+|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|SYSTEMROOT|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|HOMEDRIVE|HOMEPATH)$/i;

/** The environment for a client: the above, and the variables it is known to need. */
export function cleanEnvironment(
  environment: NodeJS.ProcessEnv,
  also: readonly string[],
): Record<string, string> {
  const wanted = new Set(also);
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (needed.test(name) || wanted.has(name)) ? [[name, value]] : [],
    ),
  );
}
