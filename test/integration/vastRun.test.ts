import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeVast } from '../fakes/vast/service';
import { undocumented } from '../fixtures/vast/documentedRequests';
import { asUser, makeSshMachines, type SshMachines, whyNoMachines } from '../machines/sshMachines';
import { bridge, startBridge, until } from './harness/bridge';
import { Workspace } from './harness/workspace';

const plan = `# EXPERIMENT_PLAN: rented

## Run Order and Milestones
| Milestone | Goal | Runs | Decision Gate | Cost |
|---|---|---|---|---|
| M0 | sanity | R001 | score > 0.1 | 0.1 GPU-h |
| M1 | main | R002-R003 | score > 0.1 | 0.2 GPU-h |
`;
const job = (id: string, milestone: string, does: string) =>
  `  - { id: ${id}, milestone: ${milestone}, cmd: "${does}", gpus: 0, est_hours: 0.1, expected_output: out/${id}.json, metrics: { score: "out/${id}.json#/score" } }`;
const study = (does = 'echo $BRIDGE_RUN >> $HOME/ledger && bash work.sh') =>
  [
    'project: rented',
    'primary_metric: { name: score, direction: higher }',
    'jobs:',
    job('R001', 'M0', does),
    job('R002', 'M1', does),
    job('R003', 'M1', does),
    '',
  ].join('\n');

describe.skipIf(whyNoMachines !== null)(`a study on rented machines ${whyNoMachines ?? ''}`, () => {
  let machines: SshMachines;
  let vast: FakeVast;
  let workspace: Workspace;

  beforeAll(() => {
    machines = makeSshMachines({ count: 1 });
    // The image's user is root; the pretend machine has one of its own.
    appendFileSync(machines.configFile, `Host *\n  User ${machines.machines[0]!.user}\n`);
  });
  afterAll(() => machines?.dispose());

  beforeEach(async () => {
    vast = await FakeVast.start();
    const [machine] = machines.machines;
    vast.born = (instance) => {
      instance.status = 'running';
      instance.ssh = { host: machine!.address, port: 22 };
      const script = `cd; export CONTAINER_ID=${instance.id} CONTAINER_API_KEY=test-key BRIDGE_GRACE=0.2\n${instance.onstart}`;
      asUser(
        machine!.user,
        ['env', '-i', `HOME=${machine!.home}`, `PATH=${process.env.PATH}`, 'bash', '-c', script],
        {
          stdio: 'ignore',
        },
      );
    };
    vast.ended = () => machine!.killEverything();
    workspace = new Workspace();
    workspace.write('refine-logs/EXPERIMENT_PLAN.md', plan);
    workspace.write('refine-logs/experiments.yaml', study());
    workspace.write('work.sh', 'mkdir -p out && echo \'{"score": 0.5}\' > out/$BRIDGE_RUN.json\n');
  });
  afterEach(async () => {
    machines.machines[0]!.killEverything();
    spawn('rm', [
      '-rf',
      join(machines.machines[0]!.home, '.bridge'),
      join(machines.machines[0]!.home, 'ledger'),
    ]);
    await vast.stop();
    workspace.dispose();
  });

  const sets = () => ['--set', `bridge.ssh.config=${JSON.stringify(machines.configFile)}`];
  const cap = ['--set', 'bridge.budget.usd=5'];
  const env = () => ({ BRIDGE_VAST_URL: vast.url, VAST_API_KEY: 'test-key' });
  const run = (...more: string[]) =>
    bridge(workspace, ['run', '--target', 'vast', ...sets(), ...more], { env: env() });

  it('without a cap nothing is rented, whatever is approved', async () => {
    const ended = await run('--yes');
    expect(ended.stderr).toContain('bridge.budget.usd');
    expect(ended.code).toBe(1);
    expect(vast.instances.size).toBe(0);
    expect((await bridge(workspace, ['approve'], { env: env() })).code).toBe(1);
    expect(vast.instances.size).toBe(0);
  });

  it('the checkpoint shows three offers with what each costs in all, before anything runs or is rented', async () => {
    const ended = await run(...cap);
    expect(ended.code).toBe(0);
    for (const gpu of ['RTX 3060', 'RTX 3090', 'RTX 4090']) expect(ended.stdout).toContain(gpu);
    expect(ended.stdout).toMatch(/\$\d+\.\d\d in all/);
    expect(ended.stdout).toContain('Sanity has not run yet');
    expect(vast.instances.size).toBe(0);
    expect(workspace.has('out')).toBe(false);
  });

  it('approved, a machine is rented, the runs come home, and it is destroyed', async () => {
    const ended = await run(...cap, '--yes');
    expect(ended.stderr).not.toContain('bridge:');
    expect(ended.code).toBe(0);
    expect(vast.instances.size).toBe(1);
    expect(vast.alive).toEqual([]);
    expect(
      readFileSync(join(machines.machines[0]!.home, 'ledger'), 'utf8').trim().split('\n').sort(),
    ).toEqual([...['R001', 'R002', 'R003']]);
    expect(JSON.parse(workspace.read('out/R003.json'))).toEqual({ score: 0.5 });
    expect(JSON.parse(workspace.read('vast-instances.json'))).toMatchObject([{ status: 'destroyed' }]);
    expect(vast.heard.map(undocumented).filter((each) => each !== null)).toEqual([]);
    const status = JSON.parse((await bridge(workspace, ['status', '--json'])).stdout) as {
      budget: { usd: { used: number; cap: number } };
    };
    expect(status.budget.usd.used).toBeGreaterThan(0);
    expect(status.budget.usd.cap).toBe(5);
    expect((await bridge(workspace, ['verify'])).code).toBe(0);
  });

  it('its driver killed and never started again, the machine stops itself within the lease', async () => {
    workspace.write('refine-logs/experiments.yaml', study('sleep 600'));
    const call = startBridge(
      workspace,
      ['run', '--target', 'vast', ...sets(), ...cap, '--set', 'bridge.rented.leaseMinutes=0.1', '--yes'],
      { env: env() },
    );
    await until(
      'the first run is on it',
      () =>
        existsSync(join(machines.machines[0]!.home, '.bridge', 'lease')) &&
        /attempt\.started/.test(journal(workspace)),
    );
    process.kill(call.pid, 'SIGKILL');
    await until('the machine stopped itself', () => [...vast.instances.values()][0]?.status === 'stopped');
  });

  it('killed and called again it goes on with the same machine', async () => {
    workspace.write('work.sh', 'sleep 3; mkdir -p out && echo \'{"score": 0.5}\' > out/$BRIDGE_RUN.json\n');
    const call = startBridge(workspace, ['run', '--target', 'vast', ...sets(), ...cap, '--yes'], {
      env: env(),
    });
    await until('a run is on it', () => /attempt\.started/.test(journal(workspace)));
    process.kill(call.pid, 'SIGKILL');
    await call.ended;
    expect((await run(...cap, '--yes')).code).toBe(0);
    expect(vast.instances.size).toBe(1);
    expect(vast.alive).toEqual([]);
    expect(
      readFileSync(join(machines.machines[0]!.home, 'ledger'), 'utf8').trim().split('\n').sort(),
    ).toEqual([...['R001', 'R002', 'R003']]);
  });
});

function journal(workspace: Workspace): string {
  const path = '.bridge/journal/000001.jsonl';
  return workspace.has(path) ? workspace.read(path) : '';
}
