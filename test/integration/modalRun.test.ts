import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bridge } from './harness/bridge';
import { Workspace } from './harness/workspace';

let folder: string;
let workspace: Workspace;
const env = () => ({ BRIDGE_MODAL: join(folder, 'modal') });
const job = (id: string, milestone: string) =>
  `  - { id: ${id}, milestone: ${milestone}, cmd: "echo $BRIDGE_RUN >> ${folder}/ledger && bash work.sh", gpus: 0, est_hours: 0.1, expected_output: out/${id}.json, metrics: { score: "out/${id}.json#/score" } }`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-modal-run-'));
  mkdirSync(join(folder, 'service'));
  const client = resolve('test/fakes/modal/modal');
  writeFileSync(
    join(folder, 'modal'),
    `#!/bin/sh\nBRIDGE_FAKE_MODAL='${folder}/service' exec '${client}' "$@"\n`,
  );
  chmodSync(join(folder, 'modal'), 0o755);
  workspace = new Workspace();
  workspace.write(
    'refine-logs/EXPERIMENT_PLAN.md',
    '# EXPERIMENT_PLAN: on Modal\n\n## Run Order and Milestones\n| Milestone | Goal | Runs | Decision Gate |\n|---|---|---|---|\n| M0 | sanity | R001 | score > 0.1 |\n| M1 | main | R002-R003 | score > 0.1 |\n',
  );
  workspace.write(
    'refine-logs/experiments.yaml',
    ['project: modal', 'jobs:', job('R001', 'M0'), job('R002', 'M1'), job('R003', 'M1'), ''].join('\n'),
  );
  workspace.write('work.sh', 'mkdir -p out && echo \'{"score": 0.5}\' > out/$BRIDGE_RUN.json\n');
});
afterEach(() => {
  workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...more: string[]) => bridge(workspace, ['run', '--target', 'modal', ...more], { env: env() });

describe('a study on Modal, beside a stub of its client', () => {
  it('without a cap nothing starts', async () => {
    const ended = await run('--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('bridge.budget.usd');
    expect(ended.stdout).toContain('settings/usage');
  });

  it('approved with a cap, each run goes there once, and its numbers come home', async () => {
    const ended = await run('--set', 'bridge.budget.usd=5', '--yes');
    expect(ended.code).toBe(0);
    expect(readFileSync(join(folder, 'ledger'), 'utf8').trim().split('\n').sort()).toEqual([
      'R001',
      'R002',
      'R003',
    ]);
    expect(JSON.parse(workspace.read('out/R003.json'))).toEqual({ score: 0.5 });
    expect((await bridge(workspace, ['verify'])).code).toBe(0);
    const status = JSON.parse((await bridge(workspace, ['status', '--json'])).stdout) as {
      jobs: { status: string; host: string }[];
      budget: { usd: { used: number } };
    };
    expect(status.jobs.map(({ status: each }) => each)).toEqual(['completed', 'completed', 'completed']);
    expect(status.jobs[0]!.host).toBe('modal');
    expect(status.budget.usd.used).toBeGreaterThan(0);
  });

  it('a client that is not there is told with how to get it, and nothing is lost', async () => {
    rmSync(join(folder, 'modal'));
    const ended = await bridge(
      workspace,
      ['run', '--target', 'modal', '--set', 'bridge.budget.usd=5', '--dry-run'],
      { env: env() },
    );
    expect(ended.code).toBe(0);
  });
});
