import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AcpAgent } from '../../src/agents/acp/agent';
import type {
  AgentEvent,
  AgentOutcome,
  AgentTask,
  PermissionAnswer,
  PermissionRequest,
} from '../../src/core/agents/author';
import { systemClock } from '../../src/store/systemClock';
import { WorkCopy } from '../../src/store/workCopy';
import { ClientHome } from '../fakes/agentsClients';
import { startScriptedModel, type ModelRequest, type ScriptedModel, type Step } from '../fakes/scriptedModel';
import { bridge, startBridge } from './harness/bridge';
import { configureCodex, realAuthors, signIn } from './harness/realAuthors';
import { Workspace } from './harness/workspace';

const authors = realAuthors();

let workspace: Workspace;
const makeCopy = () => WorkCopy.make(workspace.root, WorkCopy.folderOf(randomUUID()));

describe.skipIf(authors.length === 0).each(authors)(
  '$name as the author, over ACP',
  ({ name, program, hand }) => {
    let home: ClientHome;
    let model: ScriptedModel;
    let copy: WorkCopy;
    let steps: Step[];
    let answer: (request: ModelRequest) => Step;
    let asked: PermissionRequest[];
    let events: AgentEvent[];
    const locked = ['refine-logs', 'results'];

    beforeEach(async () => {
      workspace = Workspace.studyLine();
      home = new ClientHome();
      [steps, asked, events] = [[], [], []];
      answer = ({ toolsUsed }) => steps[toolsUsed] ?? hand.end('Done.');
      model = await startScriptedModel((request) => answer(request));
      configureCodex(home, model);
    });
    afterEach(async () => {
      await copy?.dispose();
      await model.close();
      // A run's own wrapper may still be on its way out; what an agent left would stay.
      await expect.poll(() => home.processes(), { timeout: 10_000 }).toEqual([]);
      home.dispose();
      workspace.dispose();
    });

    const environment = () => signIn(name, home, model);

    const work = async (
      decide: (request: PermissionRequest) => PermissionAnswer = () => 'once',
      change: Partial<AgentTask> & { signal?: AbortSignal } = {},
    ): Promise<AgentOutcome> => {
      copy ??= await makeCopy();
      const agent = new AcpAgent(
        {
          argv: [program],
          environment: environment(),
        },
        systemClock,
      );
      const { signal = new AbortController().signal, ...task } = change;
      return agent.run(
        { prompt: 'Write what is missing.', folder: copy.folder, locked, stallMinutes: 5, ...task },
        {
          signal,
          report: (event) => void events.push(event),
          ask: async (request) => {
            asked.push(request);
            return decide(request);
          },
        },
      );
    };

    test('writes a missing script for "bridge run", which takes it and really runs to results', async () => {
      const script = workspace.read('tools/fit.py');
      workspace.remove('tools/fit.py');
      // The copy that it works in is known only once it is asked.
      answer = ({ body, toolsUsed }) => {
        const folder = /\/[\w./-]*bridge-work-\w+/.exec(JSON.stringify(body))?.[0] ?? '';
        const scripted = [hand.write(join(folder, 'tools/fit.py'), script.trimEnd())];
        return scripted[toolsUsed] ?? hand.end('Done.');
      };
      workspace.setUser({
        ...{ 'bridge.author': `acp:"${program}"`, 'bridge.autoDeploy': true },
        'bridge.agents.permissionMinutes': 5,
      });
      const running = startBridge(workspace, ['run'], { env: environment() });
      let ended = false;
      void running.ended.then(() => (ended = true));
      const answered = new Set<string>();
      while (!ended) {
        const id = [...running.stderr.matchAll(/"bridge allow (\w+)"/g)].map((match) => match[1]!).at(-1);
        if (id !== undefined && !answered.has(id)) {
          answered.add(id);
          await bridge(workspace, ['allow', id]);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { code, stderr } = await running.ended;
      expect(stderr).toContain('Taken over, since bridge.autoDeploy is on: tools/fit.py');
      expect(code).toBe(0);
      expect(workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain('DONE');
    });

    test('runs a command only after a person allowed exactly that one, and not when they denied it', async () => {
      copy = await makeCopy();
      steps = [hand.shell('touch one'), hand.shell('touch two'), hand.shell('touch one')];
      await work(({ command }) => (command === 'touch two' ? 'deny' : 'run'));
      const shown = asked.map((request) => request.command);
      expect(shown[0]).toBe('touch one');
      expect(shown).toContain('touch two');
      expect((await copy.changes()).map((file) => file.path)).toEqual(['one']);
    });

    test('that is cancelled leaves no process, also not of the command that it ran', async () => {
      copy = await makeCopy();
      steps = [hand.shell('echo started > started; sleep 1000')];
      const stop = new AbortController();
      const working = work(undefined, { signal: stop.signal });
      const failed = expect(working).rejects.toMatchObject({ kind: 'cancelled' });
      for (;;) {
        if ((await copy.changes()).some((file) => file.path === 'started')) break;
      }
      stop.abort();
      await failed;
      expect(home.processes()).toEqual([]);
    });

    test('that says nothing for too long is told as stalled, and a cancel still ends it', async () => {
      const stop = new AbortController();
      steps = ['hang'];
      copy = await makeCopy();
      const working = work(undefined, { signal: stop.signal, stallMinutes: 0.02 });
      const failed = expect(working).rejects.toMatchObject({ kind: 'cancelled' });
      await expect
        .poll(() => events.some((event) => event.kind === 'stalled'), { timeout: 30_000 })
        .toBe(true);
      stop.abort();
      await failed;
    });

    test.runIf(name === 'Claude')(
      'is refused edits outside its folder, of locked files and of keys, without asking',
      async () => {
        copy = await makeCopy();
        symlinkSync(workspace.root, join(copy.folder, 'door'));
        const targets = [
          join(workspace.root, 'escaped.py'),
          join(copy.folder, 'refine-logs/EXPERIMENT_PLAN.md'),
          join(copy.folder, '.env'),
          join(copy.folder, 'door', 'escaped.py'),
        ];
        steps = targets.map((path) => hand.write(path, 'mine now\n'));
        await work();
        expect(asked).toEqual([]);
        expect(events.filter((event) => event.kind === 'refused').length).toBeGreaterThanOrEqual(3);
        expect(workspace.has('escaped.py')).toBe(false);
        expect((await copy.changes()).filter((file) => file.path !== 'door')).toEqual([]);
      },
    );
  },
);

describe('the copy that an agent works in', () => {
  let copy: WorkCopy;
  beforeEach(() => {
    workspace = Workspace.studyLine();
  });
  afterEach(async () => {
    await copy?.dispose();
    workspace.dispose();
  });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace.root, encoding: 'utf8' });

  test('leaves index, stash, branches and hooks of the person alone, and has no secrets in it', async () => {
    git('init', '--quiet');
    git('add', 'tools/fit.py');
    mkdirSync(workspace.path('.git/hooks'), { recursive: true });
    writeFileSync(workspace.path('.git/hooks/post-checkout'), '#!/bin/sh\ntouch hooked\n', { mode: 0o755 });
    workspace.write('.env', 'KEY=1');
    workspace.write('new.py', 'print(1)\n');
    workspace.write('.gitignore', 'ignored/\n');
    workspace.write('ignored/data.csv', '1');
    const before = [git('status', '--porcelain'), git('for-each-ref'), git('stash', 'list')];
    copy = await makeCopy();
    expect([git('status', '--porcelain'), git('for-each-ref'), git('stash', 'list')]).toEqual(before);
    expect(workspace.has('hooked')).toBe(false);
    expect(await copy.changes()).toEqual([]);
    const names = execFileSync('git', ['ls-files'], { cwd: copy.folder, encoding: 'utf8' }).split('\n');
    expect(names).toContain('new.py');
    expect(names).not.toContain('.env');
    expect(names).not.toContain('ignored/data.csv');
  });
});
