import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { askNobody, type SshAsk } from '../hosts/ssh/ask';

/** Asks the person at this terminal; nobody where there is none. */
export function terminalAsk(): SshAsk {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return askNobody;
  // One question after another, however many machines ask.
  let before: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const mine = before.then(ask, ask);
    before = mine.catch(() => undefined);
    return mine;
  };
  return {
    hostKey: ({ host, entry, type, fingerprint, file }) =>
      inTurn(async () => {
        const question = `The key of ${host} (${entry}) is not known here:\n  ${type} ${fingerprint}\nIs it the key of that machine? "yes" adds it to ${file}: `;
        return (await read(question, true)).trim().toLowerCase() === 'yes';
      }),
    secret: ({ host, kind, prompt, visible }) =>
      inTurn(() => {
        const what = {
          passphrase: `Passphrase of ${prompt}`,
          password: `Password of ${prompt}`,
          prompt: `${host}: ${prompt}`,
        };
        return read(`${what[kind].replace(/:?\s*$/, '')}: `, visible);
      }),
  };
}

async function read(question: string, visible: boolean): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: visible ? process.stderr : silent,
    terminal: true,
  });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (!visible) process.stderr.write('\n');
  }
}
