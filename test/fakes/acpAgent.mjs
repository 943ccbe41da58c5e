// @ts-check
// An ACP agent over stdio that does what its argument says, through the client's file system and permissions.
import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';

/** @typedef {{ do: 'write', path: string, text: string } | { do: 'read', path: string } | { do: 'run', command: string } | 'hang'} Deed */

/** @type {Deed[]} */
const deeds = JSON.parse(process.argv[2] ?? '[]');
const { methods } = acp;
let folder = process.cwd();

acp
  .agent({ name: 'scripted' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: acp.PROTOCOL_VERSION,
    agentInfo: { name: 'scripted-acp', version: '1' },
    agentCapabilities: {},
  }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    folder = params.cwd;
    return { sessionId: 's' };
  })
  .onRequest(methods.agent.session.prompt, async ({ client }) => {
    for (const [index, deed] of deeds.entries()) await perform(deed, index, client);
    await say('Done.', client);
    return { stopReason: 'end_turn' };
  })
  .connect(acp.ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

const say = (/** @type {string} */ text, /** @type {any} */ client) =>
  client.notify(methods.client.session.update, {
    sessionId: 's',
    update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
  });

/**
 * @param {Deed} deed
 * @param {number} index
 * @param {any} client
 */
async function perform(deed, index, client) {
  if (deed === 'hang') return new Promise(() => setInterval(() => undefined, 1000));
  const path = 'path' in deed ? new URL(deed.path, `file://${folder}/`).pathname : '';
  const toolCallId = `t${index}`;
  const title = deed.do === 'run' ? deed.command : `${deed.do} ${deed.path}`;
  await client.notify(methods.client.session.update, {
    sessionId: 's',
    update: { sessionUpdate: 'tool_call', toolCallId, title, status: 'in_progress' },
  });
  try {
    if (deed.do === 'write')
      await client.request(methods.client.fs.writeTextFile, { sessionId: 's', path, content: deed.text });
    else if (deed.do === 'read') {
      const { content } = await client.request(methods.client.fs.readTextFile, { sessionId: 's', path });
      await say(`It says ${content}`, client);
    } else await run(deed.command, toolCallId, client);
  } catch (error) {
    await say(`It did not work: ${String(error)}`, client);
  }
  return undefined;
}

/**
 * @param {string} command
 * @param {string} toolCallId
 * @param {any} client
 */
async function run(command, toolCallId, client) {
  const { outcome } = await client.request(methods.client.session.requestPermission, {
    sessionId: 's',
    toolCall: { toolCallId, title: command, kind: 'execute', rawInput: { command } },
    options: [
      { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
      { optionId: 'no', name: 'No', kind: 'reject_once' },
    ],
  });
  if (outcome.outcome !== 'selected' || outcome.optionId !== 'yes') return;
  await new Promise((done) => spawn('/bin/sh', ['-c', command], { cwd: folder }).once('close', done));
}
