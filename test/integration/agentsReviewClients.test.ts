import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { says } from '../fakes/scriptedModel';
import { realClients } from './agentsInstall';
import { places, WrongStudy, type PrintedReview } from './harness/wrongStudy';

const programs = realClients('codex-mcp', 'codex');

let study: WrongStudy;
beforeEach(async () => {
  study = await WrongStudy.open();
});
afterEach(() => study.dispose());

describe.skipIf(programs === null)('bridge review with real clients', () => {
  const carriers = programs
    ? ([
        ['codex-mcp', programs['codex-mcp'], 'codex-mcp-server 0.153'],
        ['codex-exec', programs.codex, 'codex-cli 0.169'],
      ] as const)
    : [];

  test.each(carriers)(
    '%s: findings of a wrong study stand at their lines, exit code 1',
    async (id, path, name) => {
      study.choose([id], path);
      // The client really looks into a file before it answers.
      const reading = { type: 'function_call', call_id: 'c1', name: 'exec_command' };
      study.script = ({ toolsUsed }) =>
        toolsUsed === 0
          ? { items: [{ ...reading, arguments: JSON.stringify({ cmd: 'cat -n evaluate.py' }) }] }
          : says(JSON.stringify(study.review()));
      const { code, stdout, stderr } = await study.call('review', '--json');
      expect(stderr).toContain(`gpt-5.4 reviews the code`);
      expect(code).toBe(1);
      const printed = JSON.parse(stdout) as PrintedReview;
      expect(places(printed)).toEqual(study.expectedPlaces());
      expect(printed).toMatchObject({ model: 'gpt-5.4', round: 1, stale: false, waivers: [], unread: null });
      expect(printed.reviewer).toContain(name);
      expect(printed.groundTruth).toMatchObject({
        answer: 'no',
        line: study.lineOf('evaluate.py', 'teacher.predict'),
      });
      // The tool's output went back to the model: the file was read by the client itself.
      expect(JSON.stringify((await study.model.question(2)).body)).toContain(
        'def accuracy(student, teacher, rows)',
      );
    },
  );

  test.each(carriers)(
    '%s: the request holds paths and the task, and nothing of the author’s opinion',
    async (id, path) => {
      study.workspace.write('CLAUDE.md', 'The author finds this code flawless.');
      study.workspace.write(
        '.agents/skills/praise/SKILL.md',
        '---\nname: praise\ndescription: flawless\n---\nflawless',
      );
      study.choose([id], path);
      expect((await study.call('review')).code).toBe(1);
      const sent = study.model.sent();
      for (const path of [
        'refine-logs/EXPERIMENT_PLAN.md',
        'refine-logs/FINAL_PROPOSAL.md',
        'evaluate.py',
        'model.py',
      ])
        expect(sent).toContain(path);
      expect(sent).not.toContain('flawless');
      expect(sent).not.toContain('I checked');
      expect(sent).not.toContain('def accuracy');
    },
  );

  test.each(carriers)('%s: with traces off nothing of what was said is on the disk', async (id, path) => {
    study.choose([id], path, { traces: 'off' });
    study.script = () => says(JSON.stringify({ ...study.review(), note: 'ANSWERWORD' }));
    const printed = JSON.parse((await study.call('review', '--json')).stdout) as PrintedReview;
    expect(printed.findings).toHaveLength(4);
    expect(printed.tracePath).toBeNull();
    expect(study.home.filesWith('You review the code of a machine-learning study')).toEqual([]);
    expect(study.home.filesWith('ANSWERWORD')).toEqual([]);
    expect(study.workspace.has('.aris')).toBe(false);
  });

  test('a Codex without its MCP server is passed over for codex exec, and it is said', async () => {
    study.choose(['codex-mcp', 'codex-exec'], programs!.codex);
    const { stdout, stderr } = await study.call('review', '--json');
    expect(stderr).toMatch(/codex-mcp: .*does not answer as an MCP server/);
    expect((JSON.parse(stdout) as PrintedReview).reviewer).toContain('codex-cli');
  });
});
