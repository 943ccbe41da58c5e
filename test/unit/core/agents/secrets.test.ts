import { expect, test } from 'vitest';
import { redactSecrets } from '../../../../src/core/agents/redactSecrets';
import { isSecretPath } from '../../../../src/core/agents/secretPath';

test.each([
  'sk-proj-abcdefghijklmnopqrstuvwxyz012345',
  `ghp_${'a1'.repeat(18)}`,
  `hf_${'Ab'.repeat(17)}`,
  'AKIAIOSFODNN7EXAMPLE',
  'xoxb-123456789012-abcdefghij',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----',
])('a key is taken out of what is kept: %s', (key) => {
  expect(redactSecrets(`before ${key} after`)).toBe('before [redacted] after');
});

test('a key is taken out wherever its name or its place tells', () => {
  expect(redactSecrets('WANDB_API_KEY=0123456789abcdef')).toBe('WANDB_API_KEY=[redacted]');
  expect(redactSecrets('{"password": "hunter2hunter2"}')).toBe('{"password": "[redacted]"}');
  expect(redactSecrets('Authorization: Bearer abc.def-ghi')).toBe('Authorization: Bearer [redacted]');
  expect(redactSecrets('git clone https://me:topsecret@example.org/x')).toBe(
    'git clone https://me:[redacted]@example.org/x',
  );
  expect(redactSecrets('it is my-own-value', ['my-own-value'])).toBe('it is [redacted]');
});

test('code that only names a key is left as it is', () => {
  for (const code of ['token = tokenizer(text)', 'api_key=os.environ["K"]', 'tokens: list[int] = []'])
    expect(redactSecrets(code)).toBe(code);
});

test('two megabytes are looked through within a second, whatever they repeat', () => {
  for (const piece of [
    'x',
    'secret',
    'secret=',
    '-eyJabcdefghijk',
    'a:',
    'http://a:',
    '-----BEGIN ',
    ' ',
    'sk-',
    'key ',
  ]) {
    const from = performance.now();
    redactSecrets(piece.repeat((2 * 1024 * 1024) / piece.length));
    expect(performance.now() - from, piece).toBeLessThan(1000);
  }
});

test.each([
  ['.env', true],
  ['conf/.env.local', true],
  ['.env.example', false],
  ['home/.ssh/config', true],
  ['keys/id_ed25519.pub', true],
  ['server.pem', true],
  ['.git/config', true],
  ['config/credentials.json', true],
  ['train.py', false],
  ['data/secretary_problem.py', false],
])('whether %s holds keys: %s', (path, secret) => {
  expect(isSecretPath(path)).toBe(secret);
});
