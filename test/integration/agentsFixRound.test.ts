import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import {
  says,
  startScriptedModel,
  type ModelRequest,
  type ScriptedModel,
  type Step,
} from '../fakes/scriptedModel';
import { reviewOf, rightScript, writeStudy, wrongScript } from '../fixtures/labelsStudy';
import { realClients } from './agentsInstall';
import { bridge } from './harness/bridge';
import { realAuthors, signIn } from './harness/realAuthors';
import { Workspace } from './harness/workspace';

const author = realAuthors().find(({ name }) => name === 'Claude');
const programs = realClients('codex-mcp', 'codex');
const carriers = programs
  ? ([
      ['codex-mcp', programs['codex-mcp']],
      ['codex-exec', programs.codex],
    ] as const)
  : [];
const opinion = 'My own opinion: it is perfect.';

let workspace: Workspace;
let home: ClientHome;
let model: ScriptedModel;
/** What the reviewer was asked, and what the author was, in the order of the questions. */
let order: string[];

beforeEach(async () => {
  workspace = new Workspace();
  writeStudy(workspace.root);
  home = new ClientHome();
  order = [];
  model = await startScriptedModel((request) =>
    request.path === '/v1/responses' ? reviews(request) : writes(request),
  );
});
afterEach(async () => {
  await model.close();
  await expect.poll(() => home.processes(), { timeout: 30_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

/** It reads the script with the client's own tool, and judges what that shows. */
function reviews({ body, toolsUsed }: ModelRequest): Step {
  if (toolsUsed === 0) {
    order.push('review');
    const call = { type: 'function_call', call_id: 'c1', name: 'exec_command' };
    return { items: [{ ...call, arguments: JSON.stringify({ cmd: 'cat train.py' }) }] };
  }
  return says(reviewOf(JSON.stringify(body)));
}

/** It writes the script wrongly, and rightly once it is told what the review found. */
function writes({ body, toolsUsed }: ModelRequest): Step {
  const sent = JSON.stringify(body);
  const mends = sent.includes('You mend the code');
  const path = join(/\/[\w./-]*bridge-work-\w+/.exec(sent)?.[0] ?? '', 'train.py');
  // The client writes over a file only after it has read it.
  const steps: readonly Step[] = mends
    ? [
        { items: [{ type: 'tool_use', name: 'Read', input: { file_path: path } }] },
        author!.hand.write(path, rightScript),
      ]
    : [author!.hand.write(path, wrongScript)];
  if (toolsUsed === 0 && Array.isArray(body.tools) && body.tools.length > 0)
    order.push(mends ? 'mend' : 'write');
  return steps[toolsUsed] ?? author!.hand.end(opinion);
}

describe.skipIf(author === undefined || programs === null)('bridge run without an editor', () => {
  test.each(carriers)(
    'Claude writes, Codex (%s) finds the wrong labels, Claude mends, Codex reads again, and the study runs to results',
    async (id, path) => {
      workspace.setUser({
        ...{ 'bridge.author': `acp:"${author!.program}"`, 'bridge.autoDeploy': true },
        ...{ 'bridge.reviewers': [id], 'bridge.codex.path': path },
        'bridge.codex.config': providerConfig(model.url),
      });
      const env = {
        ...signIn('Claude', home, model),
        ...{ CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' },
      };
      const { code, stderr } = await bridge(workspace, ['run'], { env, limitMs: 120_000 });
      expect(order).toEqual(['write', 'review', 'mend', 'review']);
      expect(stderr).toContain('reviews the code');
      expect(stderr).toContain('mends what was found');
      expect(stderr).toContain('round 2');
      expect(code).toBe(0);
      expect(workspace.read('train.py')).toBe(rightScript);
      const results = workspace.read('refine-logs/EXPERIMENT_RESULTS.md');
      expect(results).toContain('accuracy = [0.475]');
      expect(results).toMatch(/Review by gpt-5\.4 \(codex \w+\), round 2: 0 critical, 0 major, 1 minor/);
      // The author is told the finding; the reviewer is told nothing of the author.
      const toReviewer = model.requests.filter((request) => request.path === '/v1/responses');
      const toAuthor = model.requests.filter((request) => request.path === '/v1/messages');
      expect(JSON.stringify(toAuthor.map(({ body }) => body))).toContain(
        'Predictions are judged by themselves',
      );
      expect(JSON.stringify(toReviewer.map(({ body }) => body))).not.toContain('My own opinion');
    },
  );
});
