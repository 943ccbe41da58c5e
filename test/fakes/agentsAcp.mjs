// A small agent that speaks ACP over stdio: a script says what it does with which prompt. It keeps a child of its own
// alive, as real clients do, so that a test sees whether that one is ended too.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** `[{ when: 'text of the prompt', steps: [...] }]`; the first that fits counts. */
const [scriptFile, logFile] = process.argv.slice(2);
const waiting = new Map();
let cwd = process.cwd();
let ids = 0;

spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const ask = (method, params) =>
  new Promise((done) => {
    const id = `ask-${++ids}`;
    waiting.set(id, done);
    send({ id, method, params });
  });
const update = (sessionId, change) =>
  send({ method: 'session/update', params: { sessionId, update: change } });

async function allowed(sessionId, toolCall) {
  const { outcome } = await ask('session/request_permission', {
    sessionId,
    toolCall: { toolCallId: `tool-${ids}`, status: 'pending', ...toolCall },
    options: [
      { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
      { optionId: 'no', name: 'Reject', kind: 'reject_once' },
    ],
  });
  return outcome.outcome === 'selected' && outcome.optionId === 'yes';
}

async function perform(sessionId, step) {
  if (step.write !== undefined) {
    const path = resolve(cwd, step.write);
    const diff = { type: 'diff', path, oldText: null, newText: step.text };
    const call = { title: `Write ${step.write}`, kind: 'edit', locations: [{ path }], content: [diff] };
    // An agent that does not ask shows what a person is protected from all the same.
    if (step.sneak !== true && !(await allowed(sessionId, call))) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, step.text);
  } else if (step.remove !== undefined) rmSync(resolve(cwd, step.remove));
  else if (step.run !== undefined) {
    if (await allowed(sessionId, { title: step.run, kind: 'execute', rawInput: { command: step.run } }))
      spawnSync('bash', ['-c', step.run], { cwd });
  } else if (step.say !== undefined)
    update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: step.say } });
  else if (step.usage !== undefined) update(sessionId, { sessionUpdate: 'usage_update', ...step.usage });
  else if (step.die !== undefined) process.exit(step.die);
  else if (step.nonsense !== undefined) process.stdout.write(step.nonsense);
  else if (step.hang) await new Promise(() => undefined);
}

const answers = {
  initialize: () => ({
    protocolVersion: 1,
    agentInfo: { name: 'small-acp', version: '1.0.0' },
    agentCapabilities: {},
  }),
  'session/new': (params) => {
    cwd = params.cwd;
    return { sessionId: 'session-1' };
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    const text = prompt.map((block) => block.text ?? '').join('');
    if (logFile)
      appendFileSync(logFile, `${JSON.stringify({ cwd, prompt: text, environment: process.env })}\n`);
    const script = JSON.parse(readFileSync(scriptFile, 'utf8'));
    for (const step of script.find(({ when }) => text.includes(when ?? ''))?.steps ?? [])
      await perform(sessionId, step);
    return { stopReason: 'end_turn' };
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (method === undefined) {
    waiting.get(id)?.(result);
    return;
  }
  if (id === undefined) return;
  const answer = answers[method];
  if (!answer) return send({ id, error: { code: -32601, message: 'no such method' } });
  void Promise.resolve(answer(params)).then((value) => send({ id, result: value }));
});
process.stdin.on('end', () => process.exit(0));
