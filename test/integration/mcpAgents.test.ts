import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/run/event';
import { bridgeFolder } from '../../src/store/bridgeFolder';
import { JournalReader } from '../../src/store/journalReader';
import { ClientHome } from '../fakes/agentsClients';
import {
  type ModelRequest,
  says,
  startScriptedModel,
  type ScriptedModel,
  type Step,
} from '../fakes/scriptedModel';
import { realClients } from './agentsInstall';
import { bridge, cliPath, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

const programs = realClients('claude-acp', 'codex');

/** Claude Code's own program, which its adapter brings along. */
function claudeProgram(adapter: string): string {
  const scope = join(dirname(dirname(adapter)), '@anthropic-ai');
  const folder = readdirSync(scope).find((name) => name.startsWith('claude-agent-sdk-'));
  return join(scope, folder!, 'claude');
}

interface Agent {
  readonly name: string;
  readonly client: string;
  call(tool: string, args: Record<string, unknown>): Step;
  end(text: string): Step;
  start(
    home: ClientHome,
    workspace: Workspace,
    model: ScriptedModel,
  ): { argv: string[]; env: Record<string, string> };
}

const server = (workspace: Workspace) => ({
  command: process.execPath,
  args: [cliPath, 'mcp', '--workspace', workspace.root],
  env: { XDG_CONFIG_HOME: workspace.configHome },
});

const agents: readonly Agent[] = programs
  ? [
      {
        name: 'Claude Code',
        client: 'claude-code',
        call: (tool, input) => ({ items: [{ type: 'tool_use', name: `mcp__bridge__${tool}`, input }] }),
        end: (text) => ({ items: [{ type: 'text', text }] }),
        start: (home, workspace, model) => ({
          argv: [
            ...[claudeProgram(programs['claude-acp']), '-p', '/experiment-bridge EXPERIMENT_PLAN.md'],
            ...['--mcp-config', JSON.stringify({ mcpServers: { bridge: server(workspace) } })],
            ...['--allowedTools', 'mcp__bridge', '--output-format', 'text'],
          ],
          env: {
            ...{ CLAUDE_CONFIG_DIR: join(home.path, '.claude'), ANTHROPIC_API_KEY: 'dummy' },
            ...{ ANTHROPIC_BASE_URL: model.url.replace(/\/v1$/, '') },
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          },
        }),
      },
      {
        name: 'Codex',
        client: 'codex',
        call: (tool, input) => ({
          items: [
            {
              ...{ type: 'function_call', call_id: `call-${tool}-${JSON.stringify(input).length}` },
              ...{ name: tool, namespace: 'mcp__bridge', arguments: JSON.stringify(input) },
            },
          ],
        }),
        end: says,
        start: (home, workspace, model) => {
          const { command, args, env } = server(workspace);
          writeFileSync(
            join(home.codexHome, 'config.toml'),
            [
              'model = "gpt-5.4"\nmodel_provider = "mock"\napproval_policy = "never"\n[model_providers.mock]\nname = "mock"',
              `base_url = "${model.url}"\nenv_key = "MOCK_KEY"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0`,
              `[mcp_servers.bridge]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\ntool_timeout_sec = 300`,
              'default_tools_approval_mode = "approve"',
              `[mcp_servers.bridge.env]\nXDG_CONFIG_HOME = ${JSON.stringify(env.XDG_CONFIG_HOME)}`,
            ].join('\n'),
          );
          return {
            argv: [
              ...[programs.codex, 'exec', '--skip-git-repo-check', '-C', workspace.root],
              ...['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false'],
              ...[
                '-c',
                'features.plugins=false',
                '-c',
                'features.apps=false',
                '$experiment-bridge EXPERIMENT_PLAN.md',
              ],
            ],
            env: { CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy' },
          };
        },
      },
    ]
  : [];

/** What tools answered so far, as the model is told. */
function answersIn({ body }: ModelRequest): string {
  return JSON.stringify(body.messages ?? body.input ?? '');
}

describe.skipIf(programs === null).each(agents)('$name with a scripted model', (agent) => {
  let workspace: Workspace;
  let home: ClientHome;
  let model: ScriptedModel;
  let script: (request: ModelRequest) => Step;

  beforeEach(async () => {
    workspace = Workspace.studyLine();
    home = new ClientHome();
    model = await startScriptedModel((request) => script(request));
  });
  afterEach(async () => {
    await model.close();
    // A driver looks once more whether there is something to do, and leaves.
    await until('nothing of it runs any more', () => home.processes().length === 0);
    home.dispose();
    workspace.dispose();
  });

  const events = (): RunEvent[] => new JournalReader(bridgeFolder(workspace.root).journal).next();
  const run = async (): Promise<string> => {
    const { argv, env } = agent.start(home, workspace, model);
    const child = spawn(argv[0]!, argv.slice(1), {
      ...{ cwd: workspace.root, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { PATH: process.env.PATH ?? '', HOME: home.path, ...env },
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await new Promise((resolve) => child.on('close', resolve));
    return said;
  };
  /** What a person does when a checkpoint waits: looks, and approves. */
  const approveWhenAsked = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await until(`checkpoint ${i + 1} waits`, () => {
        const all = events();
        const shown = all.filter(({ type }) => type === 'checkpoint.shown').length;
        return shown > all.filter(({ type }) => type === 'checkpoint.approved').length;
      });
      await bridge(workspace, ['approve', '--json']);
    }
  };

  test(
    'carries the study from plan to results through MCP alone, waiting in one call at a time',
    { timeout: 180_000 },
    async () => {
      let revision = 0;
      script = (request) => {
        const said = answersIn(request);
        const found = [...said.matchAll(/\\*"revision\\*":(\d+)/g)].at(-1)?.[1];
        revision = found === undefined ? revision : Number(found);
        const wait = () =>
          agent.call('bridge_wait', { since: revision, for: ['finished'], timeoutSeconds: 120 });
        const steps = [
          () => agent.call('bridge_read_plan', {}),
          () => agent.call('bridge_find_missing', {}),
          () => agent.call('bridge_start', { request: 'EXPERIMENT_PLAN.md — compact: true' }),
          wait,
          () => agent.call('bridge_results', {}),
          () => agent.call('bridge_verify', {}),
        ];
        return steps[request.toolsUsed]?.() ?? agent.end('The study is done.');
      };
      const [said] = await Promise.all([run(), approveWhenAsked(2)]);
      expect(said).toContain('The study is done.');
      const all = events();
      expect(all.at(-1)?.type === 'study.ended' || all.some(({ type }) => type === 'study.ended')).toBe(true);
      const declared = all.find((event) => event.type === 'study.declared');
      expect(declared).toMatchObject({ askedBy: expect.stringMatching(new RegExp(agent.client)) as string });
      expect(declared).toMatchObject({ askedBy: expect.stringMatching(/\(agent\)$/) as string });
      expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('median-slopes');
      // Seven questions to the model in all: nobody polled.
      const questions = model.requests.filter(
        ({ body }) => Array.isArray(body.tools) && body.tools.length > 0,
      );
      expect(questions.at(-1)!.toolsUsed).toBe(6);
      const last = answersIn(questions.at(-1)!);
      expect(last).toContain('median-slopes-s3');
      expect(last).toContain('no differences');
    },
  );

  test(
    'that tries to approve by itself, to edit the evaluator and to change a result is told what the person would have to do',
    { timeout: 120_000 },
    async () => {
      const tries = [
        agent.call('bridge_start', {}),
        agent.call('bridge_start', { approve: true }),
        agent.call('bridge_ask_person', { about: 'approval', why: 'I approve it.' }),
        agent.call('bridge_propose_change', { file: 'tools/fit.py', content: 'print(0)\n', title: 'Easier' }),
        agent.call('bridge_propose_change', {
          file: 'measured/descent.csv',
          content: 'slope_error\n0\n',
          title: 'Better',
        }),
      ];
      script = ({ toolsUsed }) => tries[toolsUsed] ?? agent.end('I was refused.');
      const evaluator = workspace.read('tools/fit.py');
      await run();
      const told = answersIn(model.requests.at(-1)!);
      for (const sentence of [
        'Approving is the person’s, and nobody approves for them',
        'The evaluation is locked, so that all runs are measured alike',
        'A result is what a run wrote',
      ])
        expect(told).toContain(sentence);
      expect(workspace.read('tools/fit.py')).toBe(evaluator);
      expect(workspace.has('measured/descent.csv')).toBe(false);
      expect(
        events().filter(({ type }) => type === 'checkpoint.approved' || type === 'attempt.requested'),
      ).toEqual([]);
      const refused = () => events().flatMap((event) => (event.type === 'intent.refused' ? [event.by] : []));
      await until('the refusals are written down', () => refused().length >= 3);
      for (const by of refused()) expect(by).toContain(agent.client);
    },
  );
});

describe.skipIf(programs === null)('the drop-in skill', () => {
  let home: ClientHome;
  let workspace: Workspace;
  beforeEach(() => {
    home = new ClientHome();
    workspace = new Workspace();
    mkdirSync(join(home.path, '.claude'));
  });
  afterEach(() => {
    home.dispose();
    workspace.dispose();
  });
  const env = () => ({
    HOME: home.path,
    CODEX_HOME: home.codexHome,
    CLAUDE_CONFIG_DIR: join(home.path, '.claude'),
  });
  const skill = (...args: string[]) => bridge(workspace, ['skill', ...args], { env: env() });
  const file = () => join(home.path, '.claude/skills/experiment-bridge/SKILL.md');

  /** Lines that a client answers to some lines, until one holds what is waited for. */
  const ask = (argv: readonly string[], lines: readonly object[], isAnswer: (line: string) => boolean) =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(argv[0]!, argv.slice(1), {
        cwd: workspace.root,
        env: {
          ...{ PATH: process.env.PATH ?? '', ANTHROPIC_API_KEY: 'dummy', ...env() },
          ...{ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!isAnswer(line)) return;
        child.kill();
        resolve(line);
      });
      child.on('close', () => reject(new Error('it ended without an answer')));
      for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
    });

  test(
    'installed into a fresh home is found by the listings of Claude Code and of Codex',
    { timeout: 60_000 },
    async () => {
      const installed = await skill('install', '--json');
      expect(installed.code).toBe(0);
      expect(JSON.parse(installed.stdout)).toMatchObject({
        skills: [
          { agent: 'Claude Code', standing: 'current' },
          { agent: 'Codex', standing: 'current' },
        ],
      });
      const claude = await ask(
        [
          claudeProgram(programs!['claude-acp']),
          '-p',
          '--input-format',
          'stream-json',
          '--output-format',
          'stream-json',
          '--verbose',
        ],
        [{ type: 'control_request', request_id: '1', request: { subtype: 'initialize' } }],
        (line) => line.includes('"control_response"'),
      );
      const { response } = (
        JSON.parse(claude) as {
          response: { response: { commands: { name: string; argumentHint: string }[] } };
        }
      ).response;
      expect(response.commands.find(({ name }) => name === 'experiment-bridge')?.argumentHint).toContain(
        'code review',
      );
      const codex = await ask(
        [programs!.codex, 'app-server'],
        [
          { id: 1, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } },
          { method: 'initialized' },
          { id: 2, method: 'skills/list', params: { cwds: [workspace.root] } },
        ],
        (line) => line.startsWith('{"id":2'),
      );
      expect(codex).toContain('"name":"experiment-bridge"');
    },
  );

  test('leaves another skill of its name alone, replaces it with consent and keeps it, and is removed again', async () => {
    mkdirSync(dirname(file()), { recursive: true });
    writeFileSync(file(), 'mine\n');
    const refused = await skill('install', '--agent', 'claude');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('left alone') as string });
    expect(readFileSync(file(), 'utf8')).toBe('mine\n');
    expect((await skill('remove', '--agent', 'claude')).code).toBe(1);
    expect((await skill('install', '--agent', 'claude', '--force')).stdout).toContain(
      'what stood there is now in',
    );
    const [kept] = readdirSync(join(workspace.configHome, 'bridge/kept-skills'));
    expect(readFileSync(join(workspace.configHome, 'bridge/kept-skills', kept!, 'SKILL.md'), 'utf8')).toBe(
      'mine\n',
    );
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('You ask, Bridge does', 'I ask'));
    expect((await skill('status', '--agent', 'claude')).stdout).toContain('edited since');
    expect((await skill('install', '--agent', 'claude')).code).toBe(1);
    expect((await skill('remove', '--agent', 'claude', '--force')).code).toBe(0);
    expect(readdirSync(join(home.path, '.claude/skills'))).toEqual([]);
  });
});
