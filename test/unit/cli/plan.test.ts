import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliError, exitCode } from '../../../src/cli/io';
import { registerPlan } from '../../../src/cli/plan';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  writeFileSync(
    join(folder, 'plan.md'),
    '# Digits\n## Claims\n- C1: it works\n\n### Block 1: main\n- Success: acc > 0.9\n- Priority: MUST-RUN\n\n| Milestone | Goal | Runs | Cost |\n|---|---|---|---|\n| M0: Sanity | x | R001 | 2 GPU-h |\n',
  );
  writeFileSync(
    join(folder, 'tracker.md'),
    '| Run ID | Milestone | Priority | Status |\n|---|---|---|---|\n| R001 | M0 | MUST | DONE |\n| R001 | M0 | NICE | |\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function bridge(...args: string[]): Promise<string> {
  let out = '';
  const program = new Command('bridge').exitOverride();
  registerPlan(program, {
    out: (text) => (out += text),
    note: () => undefined,
    resolve: (path, workspace) => resolve(workspace, path),
  });
  await program.parseAsync(['plan', ...args, '--workspace', folder], { from: 'user' });
  return out;
}

it('the document has exactly the keys that other programs rely on', async () => {
  expect(JSON.parse(await bridge('plan.md', '--tracker', 'tracker.md', '--json'))).toEqual({
    title: 'Digits',
    claims: [{ id: 'C1' }],
    milestones: [{ id: 'M0', name: 'Sanity', gpuHours: { low: 2, high: 2 }, line: 11 }],
    blocks: [
      {
        id: 'B1',
        title: 'main',
        priority: 'must-run',
        successCriterion: { text: 'acc > 0.9', line: 6 },
        line: 5,
      },
    ],
    totalGpuHours: null,
    runs: [
      { id: 'R001', milestone: 'M0', status: 'done', priority: 'must-run', line: 3 },
      { id: 'R001', milestone: 'M0', status: 'unknown', priority: 'nice-to-have', line: 4 },
    ],
    problems: [
      {
        severity: 'warning',
        message: expect.stringMatching(/^tracker\.md:4:1: Row R001 has no status/) as string,
        line: 4,
      },
      {
        severity: 'error',
        message: expect.stringContaining('line 3 and again on line 4') as string,
        line: 4,
      },
    ],
  });
});

it('the summary counts milestones, priorities and GPU-hours, and names every problem by file, line and column', async () => {
  const summary = await bridge('plan.md', '--tracker', 'tracker.md');
  expect(summary).toContain('- Milestones: 1 (M0)');
  expect(summary).toContain('- Must-run experiments: 1');
  expect(summary).toContain('- Nice-to-have: 1');
  expect(summary).toContain('- Estimated GPU-hours: 2 (sum of 1 of 1 milestones; the plan states no total)');
  expect(summary).toContain('error: tracker.md:4:1: Run R001 stands on line 3');
});

it('a file that cannot be read is wrong input, and the message says what was looked for', async () => {
  const missing = bridge('absent.md', '--json');
  await expect(missing).rejects.toThrow(CliError);
  await expect(missing).rejects.toMatchObject({
    code: exitCode.wrongInput,
    message: `cannot read the plan: looked for ${join(folder, 'absent.md')}, but there is no such file`,
  });
});
