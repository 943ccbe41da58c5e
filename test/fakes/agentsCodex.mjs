// A small Codex: `mcp-server`, `exec` and their help, over the same endpoint that the real one is pointed to. It keeps a
// child of its own alive, as the real one's wrapper and sandbox do, so that a test sees whether that one is ended too.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const args = process.argv.slice(2);

/** Asks the endpoint; throws with its status as the real client words it. */
async function ask(baseUrl, key, body) {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`unexpected status ${response.status} ${await response.text()}`);
  const { output } = await response.json();
  return output.flatMap((item) => item.content ?? []).map((part) => part.text);
}

function keepChild() {
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();
}

async function serve() {
  keepChild();
  const server = new McpServer({ name: 'small-codex', version: '1.0.0' });
  const threads = new Map();
  const turn = async (thread, prompt) => {
    const { config, input, model } = threads.get(thread);
    input.push({ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] });
    const provider = config.model_providers[config.model_provider];
    try {
      const texts = await ask(provider.base_url, process.env[provider.env_key], { model, input });
      if (texts[0] === 'DIE') process.exit(7);
      input.push({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: texts[0] }] });
      const structuredContent = { threadId: thread, content: texts.join('') };
      return { content: [{ type: 'text', text: texts.join('') }], structuredContent };
    } catch (error) {
      return { content: [{ type: 'text', text: error.message }], isError: true };
    }
  };
  const asked = { prompt: z.string() };
  server.registerTool(
    'codex',
    { inputSchema: { ...asked, model: z.string(), cwd: z.string(), config: z.any(), sandbox: z.string() } },
    ({ prompt, model, config }) => {
      const thread = `thread-${threads.size + 1}`;
      threads.set(thread, { config, model, input: [] });
      return turn(thread, prompt);
    },
  );
  server.registerTool('codex-reply', { inputSchema: { ...asked, threadId: z.string() } }, (call) =>
    turn(call.threadId, call.prompt),
  );
  await server.connect(new StdioServerTransport());
}

async function exec() {
  keepChild();
  const values = Object.fromEntries(
    args.flatMap((each, index) => (args[index - 1] === '-c' ? [each.split(/=(.*)/s).slice(0, 2)] : [])),
  );
  const provider = JSON.parse(values.model_provider);
  const setting = (name) => JSON.parse(values[`model_providers.${provider}.${name}`]);
  const say = (event) => console.log(JSON.stringify(event));
  const schema = JSON.parse(readFileSync(args[args.indexOf('--output-schema') + 1], 'utf8'));
  say({ type: 'thread.started', thread_id: 'thread-1' });
  try {
    const texts = await ask(setting('base_url'), process.env[setting('env_key')], {
      model: args[args.indexOf('-m') + 1],
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: args.at(-1) }] }],
      text: { format: { type: 'json_schema', strict: true, schema } },
    });
    if (texts[0] === 'DIE') process.exit(7);
    say({ type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: texts.join('') } });
    say({ type: 'turn.completed', usage: { input_tokens: 10, output_tokens: 5 } });
    process.exitCode = 0;
  } catch (error) {
    say({ type: 'turn.failed', error: { message: error.message } });
    process.exit(1);
  }
}

if (args[0] === 'mcp-server') await serve();
else if (args.includes('--help')) console.log('--json --output-schema --sandbox --ephemeral');
else if (args.includes('--version')) console.log('small-codex 1.0.0');
else await exec();
