import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bridge } from './harness/bridge';
import { Workspace, writeTally, writeTallyManifest } from './harness/workspace';

interface Message {
  readonly kind: string;
  readonly text: string;
  readonly news: readonly { readonly kind: string; readonly run: string | null }[];
}

let ws: Workspace;
let server: Server;
let posted: Message[];
let env: Record<string, string>;
beforeEach(async () => {
  ws = new Workspace();
  posted = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      posted.push(JSON.parse(text) as Message);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = { BRIDGE_NOTIFY_WEBHOOK: `http://127.0.0.1:${port}/hook/secret` };
});
afterEach(() => {
  server.close();
  ws.dispose();
});

const manifest = 'refine-logs/experiments.yaml';
/** Writes what it is given on stdin behind what is there. */
const keeps = (path: string) => ['sh', '-c', `cat >> '${path}'`];

test('a webhook hears of runs that failed and of the end, in one message, and no run inherits its address', async () => {
  writeTallyManifest(ws, [
    { id: 'good', does: 'env > seen; mkdir -p out && echo \'{"score": 0.5}\' > out/good.json' },
    { id: 'bad', does: 'exit 3' },
  ]);
  const { code, stderr } = await bridge(ws, ['queue', manifest], { env });
  expect(code).toBe(1);
  expect(posted.flatMap(({ news }) => news.map(({ kind, run }) => [kind, run]))).toEqual([
    ['failed', 'bad'],
    ['failed', null],
  ]);
  expect(posted[0]!.text).toMatch(/bad failed: /);
  expect(ws.read('seen')).not.toContain('hook/secret');
  expect(stderr).not.toContain('hook/secret');
});

test('a checkpoint that waits needs you; one that --yes answers does not', async () => {
  writeTally(ws, [{ id: 'R1', milestone: 'M0' }, { id: 'R2' }]);
  await bridge(ws, ['run'], { env });
  expect(posted.map(({ kind }) => kind)).toEqual(['needs-you']);
  await bridge(ws, ['run', '--yes'], { env });
  expect(posted.map(({ kind }) => kind)).toEqual(['needs-you', 'done']);
});

test('the budget is told to a program, which gets the message on its stdin; only the kinds that are wanted', async () => {
  writeTallyManifest(ws, [{ id: 'R1', does: 'sleep 1; exit 1' }]);
  ws.setUser({
    'bridge.notify.command': keeps(ws.path('heard')),
    'bridge.notify.events': ['budget'],
    'bridge.budget.usd': 0.5,
    'bridge.budget.usdPerHour': 3600,
  });
  await bridge(ws, ['queue', manifest]);
  const heard = ws
    .read('heard')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);
  expect(new Set(heard.map(({ kind }) => kind))).toEqual(new Set(['budget']));
  expect(heard.at(-1)!.text).toMatch(/of \$0\.50 .*spent/);
});

test('a workspace names no program', async () => {
  writeTallyManifest(ws, [{ id: 'R1' }]);
  ws.write('.vscode/settings.json', JSON.stringify({ 'bridge.notify.command': keeps(ws.path('heard')) }));
  const { code, stderr } = await bridge(ws, ['queue', manifest]);
  expect([code, ws.has('heard')]).toEqual([0, false]);
  expect(stderr).toMatch(/only your own settings can/);
});

test('a message that cannot be sent is said once, without the address, and ends nothing', async () => {
  writeTallyManifest(ws, [{ id: 'R1' }]);
  ws.setUser({ 'bridge.notify.command': ['/no/such/program'] });
  server.close();
  const { code, stderr } = await bridge(ws, ['queue', manifest], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/notification webhook cannot be reached|cannot be started/);
  expect(stderr).not.toContain('hook/secret');
});
