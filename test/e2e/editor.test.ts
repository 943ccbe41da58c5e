import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  goToText,
  hover,
  lenses,
  place,
  quickFix,
  refusedRename,
  rename,
  suggestions,
} from './harness/editor';
import { openFile, palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { problem, problems } from './harness/views';
import { openWorkbench, type Workbench } from './harness/workbench';

const vsix = process.env.BRIDGE_VSIX;
const planPath = 'refine-logs/EXPERIMENT_PLAN.md';
const trackerPath = 'refine-logs/EXPERIMENT_TRACKER.md';
const manifestPath = 'refine-logs/experiments.yaml';

const plan = `# Experiment Plan: Clipping

## Experiment Blocks

### Block 1: Clipping against none
- **Compared systems**: clip, sgd.
- **Metrics**: accuracy.
- **Success criterion**: accuracy > 1 pp over sgd
- **Priority**: MUST-RUN

## Run Order and Milestones

| Milestone | Goal | Runs | Decision Gate | Cost |
|-----------|------|------|---------------|------|
| M0: Sanity | It runs | R001 | accuracy > 0.1 | 0.1 GPU-h |
| M1: Main | Compare | R002-R004 | accuracy > 0.5 | 2 GPU-h |

R003 is the run that decides.
`;
const tracker = `# Experiment Tracker

| Run ID | Milestone | System / Variant | Metrics | Priority | Status | Notes |
|--------|-----------|------------------|---------|----------|--------|-------|
| R001 | M0 | sgd, seed 1 | accuracy | MUST-RUN | TODO | |
| R002 | M1 | sgd, seed 1 | accuracy | MUST-RUN | TODO | |
| R003 | M1 | clip, seed 1 | accuracy | MUST-RUN | TODO | |
`;
const manifest = `project: clipping
primary_metric: { name: accuracy, direction: higher }
jobs:
  - id: R001
    milestone: M0
    system: sgd
    seed: 1
    gpus: 0
    cmd: python3 train.py --run R001 --accuracy 0.62
    expected_output: results/R001.json
    metrics: { accuracy: "results/R001.json#/test/accuracy" }
`;
/** What the manifest gets once the first run has ended: a run that is still to be started. */
const later = `  - id: R002
    milestone: M1
    system: sgd
    seed: 1
    gpus: 0
    cmd: python3 train.py --run R002 --accuracy 0.71
    expected_output: results/R002.json
`;
const script = `import argparse, json, os
arguments = argparse.ArgumentParser()
arguments.add_argument("--run")
arguments.add_argument("--accuracy", type=float)
given = arguments.parse_args()
os.makedirs("results", exist_ok=True)
with open(f"results/{given.run}.json", "w") as file:
    json.dump({"test": {"accuracy": given.accuracy}}, file)
`;

const folderOf = (name: string) => mkdtempSync(join(tmpdir(), `bridge-${name}-`));
const read = (workspace: string, path: string) => readFileSync(join(workspace, path), 'utf8');
const write = (workspace: string, path: string, text: string) => {
  mkdirSync(join(workspace, path, '..'), { recursive: true });
  writeFileSync(join(workspace, path), text);
};

/** A file on the disk; the editor in a browser saves a second after the last change by itself. */
const onDisk = (bench: Workbench, path: string) =>
  expect.poll(() => (existsSync(join(bench.workspace, path)) ? read(bench.workspace, path) : ''), {
    timeout: 20_000,
  });

function keepFailures(bench: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    const shown = bench();
    if (task.result?.state !== 'fail' || !shown) return;
    await screenshot(shown.page, `failed-editor-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
  });
}

describe('a study where it is written, in a real VS Code', () => {
  const workspace = folderOf('editor');
  let bench: Workbench;
  keepFailures(() => bench);

  beforeAll(async () => {
    write(workspace, planPath, plan);
    write(workspace, trackerPath, tracker);
    write(workspace, manifestPath, manifest);
    write(workspace, 'train.py', script);
    // One run that has really run, by the headless host: its journal, log and result are what the editor shows.
    const call = ['run', '--workspace', workspace, '--yes', '--set', 'bridge.codeReview=false'];
    execFileSync('node', [resolve('dist/cli.js'), ...call], { cwd: workspace, stdio: 'pipe' });
    write(workspace, manifestPath, manifest + later);
    bench = await openWorkbench({ workspace, ...(vsix === undefined ? {} : { vsix }) });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('shows problems where they stand, and mends them on request', async () => {
    const { page } = bench;
    await openFile(page, planPath);
    await (await problem(page, 'B1 does not say with which seeds')).waitFor();
    expect((await problems(page)).join('\n')).toContain('M1 names R004, which the tracker has no row for');
    await openFile(page, planPath);
    await goToText(page, plan, 'Block 1: Clipping');
    await screenshot(page, 'editor-plan');
    await quickFix(page, 'Add a line of seeds to B1');
    await onDisk(bench, planPath).toContain('- **Priority**: MUST-RUN\n- **Seeds**: 1, 2, 3\n');
    await goToText(page, read(workspace, planPath), 'M1: Main');
    await quickFix(page, 'Create the tracker row of R004');
    await onDisk(bench, trackerPath).toContain('| R004 | M1 |');
  });

  it('says over each line where it stands, and what can be done', async () => {
    const { page } = bench;
    await openFile(page, trackerPath);
    await expect
      .poll(() => lenses(page), { timeout: 20_000 })
      .toEqual(
        expect.arrayContaining([expect.stringMatching(/done · accuracy 0\.62.*Open Log.*Open Result/)]),
      );
    expect((await lenses(page)).join('\n')).toMatch(/no entry in the run manifest.*Create its entry/);
    await screenshot(page, 'editor-tracker-lenses');
    await page.locator('.codelens-decoration a', { hasText: 'Open Result' }).first().click();
    await page.locator('.tab.active[data-resource-name="R001.json"]').waitFor();
  });

  it('tells in a hover the last result, its file and pointer, and how long it took', async () => {
    const { page } = bench;
    await openFile(page, planPath);
    await goToText(page, read(workspace, planPath), 'R001');
    const said = await hover(page, /accuracy = 0\.62/);
    expect(said).toContain('results/R001.json#/test/accuracy');
    expect(said).toMatch(/Took \d+ s/);
    await screenshot(page, 'editor-hover');
    await page.keyboard.press('Escape');
  });

  it('goes from the plan to the row, from the row to the entry, and from a command to its script', async () => {
    const { page } = bench;
    await openFile(page, trackerPath);
    await goToText(page, read(workspace, trackerPath), 'R002');
    await page.keyboard.press('F12');
    const text = read(workspace, manifestPath);
    const line = text.slice(0, text.indexOf('id: R002')).split('\n').length;
    await expect.poll(() => place(page)).toEqual({ file: 'experiments.yaml', line });
    await goToText(page, text, 'train.py', 2);
    await page.keyboard.press('F12');
    await expect.poll(() => place(page)).toEqual({ file: 'train.py', line: 1 });
  });

  it('completes what is typed in the manifest', async () => {
    const { page } = bench;
    await openFile(page, manifestPath);
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  - id: ');
    expect(await suggestions(page)).toEqual(expect.arrayContaining(['R003', 'R004']));
    await screenshot(page, 'editor-completion');
    await page.keyboard.press('Escape');
    await palette(page, 'File: Revert File');
  });

  it('renames a run in plan, tracker and manifest at once, and refuses where it has run', async () => {
    const { page } = bench;
    await openFile(page, trackerPath);
    await goToText(page, read(workspace, trackerPath), 'R002');
    await rename(page, 'R020');
    await onDisk(bench, trackerPath).toContain('| R020 | M1 | sgd, seed 1');
    await onDisk(bench, planPath).toContain('| R020, R003, R004 |');
    await onDisk(bench, manifestPath).toContain('  - id: R020\n');
    expect(read(workspace, manifestPath)).toContain('--run R002');
    await goToText(page, read(workspace, trackerPath), 'R001');
    expect(await refusedRename(page)).toContain('has already been started');
    await screenshot(page, 'editor-rename-refused');
  });

  it('writes a first plan from six answers', async () => {
    const fresh = folderOf('fresh');
    try {
      const page = await bench.openWindow(fresh);
      await page.bringToFront();
      // What the extension contributes is there a moment after the window is.
      await page
        .locator('.activitybar')
        .getByRole('tab', { name: /^Bridge/ })
        .waitFor();
      await palette(page, 'Bridge: New Experiment Plan');
      const answers = ['Clip 2', 'Does clipping help?', 'clip, sgd', '-loss', '1-3', 'train.py'];
      for (const [step, answer] of answers.entries()) {
        await page.locator('.quick-input-title', { hasText: `(${step + 1}/${answers.length})` }).waitFor();
        const input = await quickInput(page);
        await input.type(answer);
        await input.accept();
      }
      await page.locator('.tab.active[data-resource-name="EXPERIMENT_PLAN.md"]').waitFor();
      expect(read(fresh, planPath)).toContain('loss < 0 over sgd');
      expect(read(fresh, manifestPath)).toContain('direction: lower');
      await expect
        .poll(() => lenses(page), { timeout: 20_000 })
        .toEqual(expect.arrayContaining([expect.stringContaining('Deploy Plan')]));
      await screenshot(page, 'editor-first-plan');
      await page.close();
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
});

const corpus = process.env.BRIDGE_CORPUS && join(process.env.BRIDGE_CORPUS, 'corpus');

describe.skipIf(!corpus || !existsSync(corpus))('a real plan of somebody else', () => {
  const workspace = folderOf('corpus');
  let bench: Workbench;
  let run: { id: string; milestone: string };
  keepFailures(() => bench);

  beforeAll(async () => {
    // The first study whose tracker has plain ids that its plan names too.
    for (const name of readdirSync(corpus!)) {
      const [from, to] = ['EXPERIMENT_PLAN.md', 'EXPERIMENT_TRACKER.md'].map((file) =>
        join(corpus!, name, file),
      );
      if (!existsSync(from!) || !existsSync(to!)) continue;
      const open = /^\|\s*\**(R\d{3})\**\s*\|\s*(M\d)\b.*\b(?:TODO|QUEUED|PENDING|PLANNED)\b/gm;
      const rows = [...readFileSync(to!, 'utf8').matchAll(open)];
      const named = rows.find(([, id]) => new RegExp(`\\b${id!}\\b`).test(readFileSync(from!, 'utf8')));
      if (!named) continue;
      run = { id: named[1]!, milestone: named[2]! };
      mkdirSync(join(workspace, 'refine-logs'), { recursive: true });
      cpSync(from!, join(workspace, planPath));
      cpSync(to!, join(workspace, trackerPath));
      break;
    }
    bench = await openWorkbench({ workspace, ...(vsix === undefined ? {} : { vsix }) });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('is understood where it is written: problems, lenses, hover, definition and rename', async () => {
    const { page } = bench;
    await openFile(page, trackerPath);
    await goToText(page, read(workspace, trackerPath), run.id);
    await screenshot(page, 'corpus-tracker');
    await openFile(page, planPath);
    const text = read(workspace, planPath);
    await goToText(page, text, run.id);
    const before = (text.match(new RegExp(`\\b${run.id}\\b`, 'g')) ?? []).length;
    expect(await hover(page, run.id)).toContain(run.id);
    await screenshot(page, 'corpus-hover');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F12');
    const rows = read(workspace, trackerPath);
    const line = rows.slice(0, rows.search(new RegExp(`^\\|\\s*${run.id}\\b`, 'm'))).split('\n').length;
    await expect.poll(() => place(page)).toEqual({ file: 'EXPERIMENT_TRACKER.md', line });
    await quickFix(page, `Create the manifest entry of ${run.id}`);
    await onDisk(bench, manifestPath).toContain(`  - id: ${run.id}\n`);
    await openFile(page, trackerPath);
    await goToText(page, rows, run.id);
    await rename(page, 'R9001');
    await onDisk(bench, trackerPath).toContain('R9001');
    expect(read(workspace, trackerPath)).not.toMatch(new RegExp(`^\\|\\s*${run.id}\\b`, 'm'));
    await onDisk(bench, planPath).toContain('R9001');
    const left = read(workspace, planPath).match(new RegExp(`\\b${run.id}\\b`, 'g')) ?? [];
    expect(left.length).toBeLessThan(before);
    await onDisk(bench, manifestPath).toContain('  - id: R9001\n');
    await openFile(page, planPath);
    await expect.poll(() => lenses(page), { timeout: 20_000 }).not.toEqual([]);
    await screenshot(page, 'corpus-plan');
    expect((await problems(page)).length).toBeGreaterThan(0);
    await screenshot(page, 'corpus-problems');
  });
});
