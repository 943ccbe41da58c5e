import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DriverEnd } from '../../../src/channel/driverEnd';
import { serveDriver } from '../../../src/channel/editorEnd';
import { readPlace } from '../../../src/channel/meetingPlace';
import type { Disposable } from '../../../src/core/ports';
import { editorWith } from '../../fakes/editor';
import { ScriptedChatModel, type ChatScript } from '../../fakes/scriptedChatModel';

const choice = { named: null, preferred: null, avoid: 'unknown' } as const;
const request = { messages: [{ role: 'user' as const, text: 'A secret plan.' }], tools: [], schema: null };
const never = new AbortController().signal;

describe('the way between driver and editor', () => {
  let bridge: string;
  let line: DriverEnd;
  const notes: string[] = [];
  const editors: Disposable[] = [];
  const open = (script: ChatScript, more: Parameters<typeof editorWith>[2] = {}) => {
    const editor = serveDriver(editorWith(bridge, new ScriptedChatModel(script), more));
    editors.push(editor);
    return editor;
  };
  const place = () => expect.poll(() => readPlace(bridge), { timeout: 5000 }).not.toBeNull();
  beforeEach(() => {
    bridge = mkdtempSync(join(tmpdir(), 'bridge-way-'));
    notes.length = 0;
    line = new DriverEnd(bridge, (sentence) => notes.push(sentence));
  });
  afterEach(async () => {
    for (const each of editors.splice(0)) each.dispose();
    await line.close();
    rmSync(bridge, { recursive: true });
  });

  it('is there only once something is asked, for this person alone, and leaves nothing behind', async () => {
    expect(readPlace(bridge)).toBeNull();
    const asked = line.sendToModel(choice, request, never);
    await place();
    const { address } = readPlace(bridge)!;
    expect(statSync(join(bridge, 'channel.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(address.length).toBeLessThan(100);
    open(() => ({ text: 'Yes.' }));
    expect((await asked).text).toBe('Yes.');
    await line.close();
    expect(existsSync(address)).toBe(false);
    expect(readPlace(bridge)).toBeNull();
  });

  it('waits for an editor however long it takes, and a cancel ends the waiting', async () => {
    const stop = new AbortController();
    const asked = line.secret('OPENAI_API_KEY', stop.signal);
    await place();
    stop.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    const again = line.secret('OPENAI_API_KEY', never);
    open(() => 'hang', { secrets: { OPENAI_API_KEY: 'sk-1' } });
    expect(await again).toBe('sk-1');
    expect(await line.secret('OTHER_KEY', never)).toBeNull();
  });

  it('an editor that is closed in the middle of a call: the next one is asked the same', async () => {
    const first = open(() => {
      setImmediate(() => first.dispose());
      return 'hang';
    });
    const asked = line.sendToModel(choice, request, never);
    await expect.poll(() => notes, { timeout: 5000 }).toHaveLength(1);
    expect(line.attached).toBe(false);
    open((_, sent) => ({ text: sent.includes('A secret plan.') ? 'asked again' : 'lost' }));
    expect((await asked).text).toBe('asked again');
  });

  it('a cancel reaches the model', async () => {
    const stop = new AbortController();
    let ended = false;
    const model = new ScriptedChatModel(() => 'hang');
    editors.push(
      serveDriver(
        editorWith(bridge, {
          ...{ id: 'vscode-lm', verbatimLimit: 1, takesTools: true, describe: () => model.describe() },
          send: (asked, signal) => {
            setImmediate(() => stop.abort());
            return model.send(asked, signal).finally(() => (ended = true));
          },
        }),
      ),
    );
    await expect(line.sendToModel(choice, request, stop.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    await expect.poll(() => ended).toBe(true);
  });

  it('nothing of what passes is on the disk', async () => {
    open(() => ({ text: 'A secret answer.' }), { secrets: { OPENAI_API_KEY: 'sk-secret' } });
    await line.sendToModel(choice, request, never);
    await line.secret('OPENAI_API_KEY', never);
    expect(readFileSync(join(bridge, 'channel.json'), 'utf8')).not.toContain('secret');
    expect(notes.join()).not.toContain('secret');
  });

  it('who does not know the token is sent away', async () => {
    const waiting = line.ready(never);
    await place();
    const { address } = readPlace(bridge)!;
    const body = JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'bridge/attach', params: { token: 'guess', editor: 'x' } },
    });
    const stranger = connect(address);
    stranger.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    await new Promise((resolve) => stranger.once('close', resolve).resume());
    expect(line.attached).toBe(false);
    open(() => 'hang');
    await waiting;
  });

  it('an editor speaks to no socket that a workspace brought with it, and to none in Restricted Mode', async () => {
    const foreign = mkdtempSync(join(tmpdir(), 'foreign-'));
    chmodSync(foreign, 0o755);
    let spoken = false;
    const server = createServer(() => (spoken = true)).listen(join(foreign, '0123456789abcdef.sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    const address = join(foreign, '0123456789abcdef.sock');
    writeFileSync(join(bridge, 'channel.json'), JSON.stringify({ address, token: 't' }));
    const logged: string[] = [];
    open(() => 'hang', { log: (sentence) => logged.push(sentence) });
    expect(logged.join()).toContain('no place of a driver of yours');
    expect(spoken).toBe(false);
    rmSync(join(bridge, 'channel.json'));
    const asked = line.ready(never);
    await place();
    let trusted = false;
    open(() => 'hang', { trusted: () => trusted });
    expect(line.attached).toBe(false);
    trusted = true;
    await asked;
    server.close();
    rmSync(foreign, { recursive: true });
  });
});
