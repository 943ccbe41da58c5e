/** A machine behind a real sshd, from its first fingerprint to results, through a cut of the line. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeSshMachines, whyNoMachines, type SshMachines } from '../machines/sshMachines';
import { dialogText, notification, pressDialogButton } from './harness/notifications';
import { palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { openContainer, toggleRow, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const plan = `# EXPERIMENT_PLAN: elsewhere

## Run Order and Milestones
| Milestone | Goal | Runs | Decision Gate | Cost |
|---|---|---|---|---|
| M0: Sanity | it works | R001 | score > 0.1 | 0 |
| M1: Main | a number | R002 | score > 0.1 | 0 |
`;
const job = (id: string, milestone: string) =>
  `  - { id: ${id}, milestone: ${milestone}, cmd: "bash work.sh", gpus: 0, expected_output: out/${id}.json, metrics: { score: "out/${id}.json#/score" } }`;
const manifest = `project: elsewhere
primary_metric: { name: score, direction: higher }
jobs:
${job('R001', 'M0')}
${job('R002', 'M1')}
`;
const work = `echo "$BRIDGE_RUN" >> "$HOME/ledger"
[ "$BRIDGE_RUN" = R001 ] || until [ -e "$HOME/go" ]; do sleep 0.2; done
mkdir -p out && echo '{"score": 0.5}' > "out/$BRIDGE_RUN.json"
`;
const soon = { timeout: 60_000, interval: 200 };

describe.skipIf(whyNoMachines !== null)(`a machine behind ssh ${whyNoMachines ?? ''}`, () => {
  const workspace = mkdtempSync(join(tmpdir(), 'bridge-elsewhere-'));
  let made: SshMachines;
  let bench: Workbench;
  const read = (path: string) =>
    existsSync(join(workspace, path)) ? readFileSync(join(workspace, path), 'utf8') : '';
  const spoken = async (run: string) =>
    (await treeRows(bench.page, 'Study')).find(({ label }) => label === run)?.accessibleName ?? '';

  beforeAll(async () => {
    made = makeSshMachines({ count: 1 });
    // Nobody has been there yet.
    writeFileSync(made.knownHosts, '');
    mkdirSync(join(workspace, 'refine-logs'));
    writeFileSync(join(workspace, 'refine-logs/EXPERIMENT_PLAN.md'), plan);
    writeFileSync(join(workspace, 'refine-logs/experiments.yaml'), manifest);
    writeFileSync(join(workspace, 'work.sh'), work);
    bench = await openWorkbench({ workspace, userSettings: { 'bridge.ssh.config': made.configFile } });
  });
  afterAll(async () => {
    made?.machines[0]?.mend();
    if (made !== undefined) writeFileSync(join(made.machines[0]!.home, 'go'), '');
    await bench?.close();
    made?.machines[0]?.killEverything();
    made?.dispose();
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      await screenshot(bench.page, `failed-ssh-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
  });

  it('is added once its fingerprint was looked at, and nothing is written down before', async () => {
    const { page } = bench;
    await openContainer(page, 'Bridge');
    await palette(page, 'Bridge: Add SSH Host');
    await (await quickInput(page)).pick('gpu1');
    const print = execFileSync('ssh-keygen', ['-lf', join(made.folder, 'hostkey1.pub')], {
      encoding: 'utf8',
    });
    const said = await dialogText(page);
    expect(said).toContain(print.split(' ')[1]);
    expect(readFileSync(made.knownHosts, 'utf8')).toBe('');
    await screenshot(page, 'ssh-fingerprint');
    await pressDialogButton(page, 'Accept This Key');
    const usable = notification(page, 'gpu1 can be used');
    await usable.waitFor();
    expect(readFileSync(made.knownHosts, 'utf8')).toContain('ssh-ed25519');
    await usable.getByRole('button', { name: 'Use for New Studies' }).click();
  });

  it('is where the plan is deployed to, after its sanity commands and the checkpoint named it', async () => {
    const { page } = bench;
    await palette(page, 'Bridge: Deploy Plan');
    await (await quickInput(page)).accept();
    expect(await dialogText(page)).toContain('on ssh:gpu1');
    await pressDialogButton(page, 'Run Sanity');
    const frame = await webviewFrame(page, 'body[data-bridge-panel]');
    await frame.getByRole('tab', { name: /^Needs you/ }).click();
    const checkpoint = frame.getByRole('article').filter({ hasText: 'Checkpoint' });
    await checkpoint.waitFor({ timeout: 60_000 });
    expect(await checkpoint.innerText()).toContain('ssh:gpu1');
    await screenshot(page, 'ssh-checkpoint');
    await checkpoint.getByRole('button', { name: /^Approve all/ }).click();
    await toggleRow(page, 'Study', 'M1 Main');
    await expect.poll(() => spoken('R002'), soon).toContain('running');
  });

  it('says since when it cannot be reached, and that the run may go on there', async () => {
    const { page } = bench;
    made.machines[0]!.cut();
    await expect.poll(() => spoken('R002'), soon).toMatch(/unreachable since/);
    const frame = await webviewFrame(page, 'body[data-bridge-panel]');
    await frame.getByRole('tab', { name: /^Runs/ }).click();
    await frame
      .getByText(/it may still be running/)
      .first()
      .waitFor();
    await screenshot(page, 'ssh-unreachable');
  });

  it('comes to results once the line is mended; nothing ran twice', async () => {
    const { page } = bench;
    made.machines[0]!.mend();
    writeFileSync(join(made.machines[0]!.home, 'go'), '');
    await expect
      .poll(() => read('refine-logs/EXPERIMENT_RESULTS.md'), { ...soon, timeout: 120_000 })
      .toMatch(/R002.*DONE/);
    expect(JSON.parse(read('out/R002.json'))).toEqual({ score: 0.5 });
    expect(readFileSync(join(made.machines[0]!.home, 'ledger'), 'utf8')).toBe('R001\nR002\n');
    const frame = await webviewFrame(page, 'body[data-bridge-panel]');
    await frame.getByRole('tab', { name: /^Results/ }).click();
    await frame.getByRole('heading').first().waitFor();
    await screenshot(page, 'ssh-results');
    expect(bench.consoleErrors).toEqual([]);
  });
});
