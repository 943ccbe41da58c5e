import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveDriver } from '../../src/channel/editorEnd';
import { readPlace } from '../../src/channel/meetingPlace';
import type { ChatRequest } from '../../src/core/agents/ports';
import type { Disposable } from '../../src/core/ports';
import { openChanges, openPermissions } from '../../src/core/run/agents';
import type { BridgeClient } from '../../src/engine/client';
import { openWorkspaceClient } from '../../src/store/workspaceClient';
import { editorWith } from '../fakes/editor';
import { ScriptedChatModel, type ChatStep } from '../fakes/scriptedChatModel';
import { reviewOf, rightScript, wrongScript, writeStudy } from '../fixtures/labelsStudy';

const compile = 'python3 -m py_compile train.py';
let workspace: string;
let config: string;
let client: BridgeClient;
let editor: Disposable | null = null;
const drivers: Promise<unknown>[] = [];
const requests: ChatRequest[] = [];

/** An open editor with two models: one writes, first wrongly, then as the review asks; the other reviews. */
function openEditor(): Disposable {
  const options = editorWith(join(workspace, '.bridge'), new ScriptedChatModel(() => ({})));
  const service: typeof options.service = {
    ...options.service,
    describeModel: async ({ named }) => ({
      ...{ client: 'VS Code', model: named ?? '', family: 'unknown', carrier: 'VS Code' },
      maxInputTokens: 50_000,
    }),
    sendToModel: async ({ named }, request, signal) => {
      requests.push(request);
      const step = answer(named ?? '', request);
      return new ScriptedChatModel(() => step).send(request, signal);
    },
  };
  return serveDriver({ ...options, service });
}

function answer(model: string, { messages }: ChatRequest): ChatStep {
  const sent = messages.map(({ text }) => text).join('\n');
  if (model === 'gpt-5.4') return { text: reviewOf(sent) };
  const used = messages.filter(({ role }) => role === 'tool').length;
  const mends = sent.includes('You mend the code');
  const steps: readonly ChatStep[] = mends
    ? [{ calls: [['write_file', { path: 'train.py', text: rightScript }]] }]
    : [
        { calls: [['write_file', { path: 'train.py', text: wrongScript }]] },
        { calls: [['run_command', { command: compile }]] },
      ];
  return steps[used] ?? { text: 'My own opinion: it is perfect.' };
}

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'bridge-editor-'));
  config = mkdtempSync(join(tmpdir(), 'bridge-config-'));
  requests.length = 0;
  writeStudy(workspace);
  mkdirSync(join(config, 'bridge'));
  writeFileSync(
    join(config, 'bridge', 'settings.json'),
    JSON.stringify({
      ...{ 'bridge.author': 'vscode-lm', 'bridge.lm.authorModel': 'claude-writer' },
      ...{ 'bridge.reviewers': ['vscode-lm'], 'bridge.lm.reviewModel': 'gpt-5.4' },
    }),
  );
  client = openWorkspaceClient({
    root: workspace,
    startDriver: () => {
      const driver = spawn(
        process.execPath,
        [resolve('dist/cli.js'), 'supervise', '--workspace', workspace],
        {
          ...{ cwd: workspace, stdio: 'ignore' },
          env: { PATH: process.env.PATH, HOME: config, XDG_CONFIG_HOME: config },
        },
      );
      drivers.push(new Promise((ended) => driver.once('close', ended)));
    },
  });
});
afterEach(async () => {
  editor?.dispose();
  await client.send({ type: 'stop', by: 'test' });
  await Promise.all(drivers);
  client.dispose();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  rmSync(config, { recursive: true, force: true });
});

const poll = <T>(read: () => T) => expect.poll(read, { timeout: 60_000, interval: 100 });
const by = 'gina';
const read = (path: string) =>
  existsSync(join(workspace, path)) ? readFileSync(join(workspace, path), 'utf8') : '';
const take = async (title: string) => {
  await poll(() => openChanges(client.state.agents).map((change) => change.title)).toEqual([title]);
  const [change] = openChanges(client.state.agents);
  await client.send({ type: 'change.take', change: change!.id, files: null, hunks: null, by });
};

test('the driver waits for VS Code to be open, then its models write, review and mend, through to results', async () => {
  await client.send({ type: 'deploy', plan: null, overrides: {}, target: 'local', by });
  await poll(() => [...client.state.agents.works.values()].map(({ lastSign }) => lastSign)).toEqual([
    'waits for VS Code to be open: the author is VS Code’s own language model',
  ]);
  expect(requests).toEqual([]);
  editor = openEditor();
  await poll(() => openPermissions(client.state.agents).map(({ command }) => command)).toEqual([compile]);
  // Closed in the middle: what was asked is asked of the next one that is opened.
  editor.dispose();
  editor = openEditor();
  const [permission] = openPermissions(client.state.agents);
  await client.send({ type: 'permission.answer', permission: permission!.id, answer: 'once', by });
  await take('What was missing');
  await poll(() => client.state.review?.document.findings.map(({ severity }) => severity)).toEqual([
    'CRITICAL',
  ]);
  expect(client.state.agents.threads.size).toBe(0);
  await take('What the review found');
  await poll(() => client.state.checkpoint.kind).toBe('shown');
  expect(client.state.review).toMatchObject({ round: 2, model: 'gpt-5.4', carrier: 'VS Code' });
  expect(read('train.py')).toBe(rightScript);
  const { checkpoint } = client.state.checkpoint as Extract<
    BridgeClient['state']['checkpoint'],
    { kind: 'shown' }
  >;
  await client.send({ type: 'checkpoint.approve', hash: checkpoint.hash, milestones: null, by });
  await poll(() => read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('accuracy = [0.475]');
  expect(read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('Review by gpt-5.4 (VS Code), round 2');
  const reviews = requests.filter(({ tools, messages }) => tools.length === 0 && messages.length === 1);
  expect(reviews).toHaveLength(2);
  expect(JSON.stringify(reviews)).not.toContain('My own opinion');
  // A driver that has nothing left to do leaves no place to meet behind.
  await poll(() => client.driving).toBe(false);
  expect(readPlace(join(workspace, '.bridge'))).toBeNull();
});
