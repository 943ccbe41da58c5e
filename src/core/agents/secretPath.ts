const secretNames: readonly RegExp[] = [
  /(^|\/)\.env(\.(?!example$|sample$|template$)[^/]*)?$/i,
  /(^|\/)\.?(netrc|pgpass|npmrc|pypirc|htpasswd|git-credentials)$/i,
  /(^|\/)(\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.azure|\.codex|\.claude|\.bridge|\.git)(\/|$)/i,
  /(^|\/)\.config\/(gh|gcloud|bridge|wandb)(\/|$)/i,
  /(^|\/)id_(rsa|dsa|ecdsa|ed25519)[^/]*$/i,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|gpg)$/i,
  /(^|\/)[^/]*(secret|credential)s?[^/]*\.(json|ya?ml|toml|txt|ini|cfg|env)$/i,
];

/** Whether a path is of the kind that holds keys: no model is shown it, whoever asks. */
export function isSecretPath(path: string): boolean {
  const plain = path.replaceAll('\\', '/');
  return secretNames.some((pattern) => pattern.test(plain));
}
