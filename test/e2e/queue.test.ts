import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../integration/harness/bridge';
import { signalExtensionHosts } from './harness/extensionHosts';
import { dialogText, pressDialogButton } from './harness/notifications';
import { palette, quickInput } from './harness/palette';
import { Queue } from './harness/queue';
import { screenshot } from './harness/screenshot';
import { openContainer, rowMenu, treeRow, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

const soon = { timeout: 30_000, interval: 100 };

/** What a screen reader says of a line of the tree, which holds its status and why it waits. */
const spoken = async (bench: Workbench, label: string) =>
  (await treeRows(bench.page, 'Study')).find((row) => row.label === label)?.accessibleName ?? '';

describe('a queue of phases, followed and steered in a real VS Code', () => {
  const queue = new Queue(`
project: sweep
max_parallel: 3
phases:
  - name: train
    grid: { n: [1, 2, 3, 4, 5, 6, 7, 8] }
    template: { id: "t\${n}", gpus: 0, cmd: "echo t\${n} >> ledger; while [ ! -e go-t\${n} ] && [ ! -e go ]; do sleep 0.05; done" }
  - name: test
    depends_on: train
    grid: { n: [1, 2, 3, 4] }
    template: { id: "e\${n}", gpus: 0, cmd: "echo e\${n} >> ledger" }
`);
  let bench: Workbench;

  beforeAll(async () => {
    queue.drive();
    bench = await openWorkbench({ workspace: queue.root });
    await openContainer(bench.page, 'Bridge');
  });
  afterAll(async () => {
    queue.write('go');
    await bench?.close();
    queue.dispose();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(bench.page, `failed-${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}`);
  });

  it('shows each phase with its progress', async () => {
    await expect.poll(() => spoken(bench, 't1'), soon).toContain('running');
    const rows = await treeRows(bench.page, 'Study');
    expect(
      rows.filter(({ level }) => level === 1).map(({ label, description }) => [label, description]),
    ).toEqual([
      ['train', '0/8'],
      ['test', '0/4'],
    ]);
    queue.write('go-t1');
    await expect.poll(async () => (await treeRows(bench.page, 'Study'))[0]?.description, soon).toBe('1/8');
    await bench.page.mouse.move(700, 700);
    await screenshot(bench.page, 'queue-progress');
  });

  it('says of every run that waits why, in its tooltip and in the panel', async () => {
    await expect.poll(() => spoken(bench, 't8'), soon).toContain('all 3 allowed runs are busy');
    await treeRow(bench.page, 'Study', 't8').hover();
    const tooltip = bench.page.locator('.monaco-hover:not(.hidden)', {
      hasText: 'all 3 allowed runs are busy',
    });
    await tooltip.first().waitFor();
    await screenshot(bench.page, 'queue-why');
    await palette(bench.page, 'Bridge: Open Control Panel');
    const frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByRole('tab', { name: /^Runs/ }).click();
    await frame
      .getByText(/^waits for t\d, t\d and \d more$/)
      .first()
      .waitFor();
    await screenshot(bench.page, 'queue-panel');
  });

  it('pauses a run that waits and resumes it', async () => {
    await rowMenu(bench.page, 'Study', 't8', 'Pause Run');
    await expect.poll(() => spoken(bench, 't8'), soon).toContain('paused');
    await screenshot(bench.page, 'queue-paused');
    await rowMenu(bench.page, 'Study', 't8', 'Resume Run');
    await expect.poll(() => spoken(bench, 't8'), soon).not.toContain('paused');
  });

  it('starts a run before the others that wait', async () => {
    await rowMenu(bench.page, 'Study', 't8', 'Change Priority of Run');
    const input = await quickInput(bench.page);
    await screenshot(bench.page, 'queue-priority');
    await input.pick('Before all others that wait');
    await expect.poll(() => queue.journal(), soon).toContain('"job.prioritised","job":"t8","priority":1');
    queue.write('go-t2');
    await expect.poll(() => queue.ledger().at(-1), soon).toBe('t8');
  });

  it('asks before it cancels what runs, and what was cancelled can be tried again', async () => {
    // It asks only about what runs, and the tree may learn of that a moment after the run has begun.
    await expect.poll(() => spoken(bench, 't8'), soon).toContain('running');
    await rowMenu(bench.page, 'Study', 't8', 'Cancel Run');
    expect(await dialogText(bench.page)).toContain('t8');
    await screenshot(bench.page, 'queue-cancel');
    await pressDialogButton(bench.page, 'Cancel Run');
    await expect.poll(() => spoken(bench, 't8'), soon).toContain('cancelled by');
    await rowMenu(bench.page, 'Study', 't8', 'Retry Run');
    await expect.poll(() => spoken(bench, 't8'), soon).not.toContain('cancelled');
  });

  it('cancels several that are picked', async () => {
    await palette(bench.page, 'Bridge: Cancel Run');
    const input = await quickInput(bench.page);
    for (const run of ['t6', 't7']) {
      await input.type(run);
      await bench.page.locator('.quick-input-list .monaco-list-row', { hasText: run }).first().click();
    }
    await input.type('');
    await screenshot(bench.page, 'queue-pick');
    await input.accept();
    for (const run of ['t6', 't7']) await expect.poll(() => spoken(bench, run), soon).toContain('cancelled');
  });

  it('pauses, resumes and cancels a phase as a whole', async () => {
    await rowMenu(bench.page, 'Study', 'train', 'Pause Run');
    await expect.poll(() => spoken(bench, 'train'), soon).toContain('paused');
    await rowMenu(bench.page, 'Study', 'train', 'Resume Run');
    await expect.poll(() => spoken(bench, 'train'), soon).not.toContain('paused');
    await rowMenu(bench.page, 'Study', 'train', 'Cancel Run');
    await pressDialogButton(bench.page, 'Cancel Run');
    await expect.poll(() => spoken(bench, 'train'), soon).toBe('train, 2 done · 6 cancelled');
    // What needed it is skipped, and says so.
    await expect.poll(() => spoken(bench, 'test'), soon).toContain('4 skipped');
    await screenshot(bench.page, 'queue-phase-cancelled');
  });

  it('tries a phase again as a whole, and what was skipped because of it runs', async () => {
    queue.write('go');
    await rowMenu(bench.page, 'Study', 'train', 'Retry Run');
    await expect.poll(() => spoken(bench, 'train'), soon).toBe('train, 8 done');
    await expect.poll(() => spoken(bench, 'test'), soon).toBe('test, 4 done');
    await screenshot(bench.page, 'queue-done');
  });
});

describe('a queue of 200 runs whose editor is killed', () => {
  const queue = new Queue(`
project: sweep
max_parallel: 3
phases:
  - name: sweep
    grid: { n: [${Array.from({ length: 200 }, (_, n) => n).join(', ')}] }
    template: { id: "s\${n}", gpus: 0, cmd: "echo s\${n} >> ledger; sleep 0.3" }
`);
  let bench: Workbench;

  beforeAll(async () => {
    // Declared and put off by a person, so that it is the editor that starts what drives it.
    const first = queue.drive();
    await until('it is declared', () => queue.journal().includes('"study.declared"'));
    const left = new Promise((done) => first.on('exit', done));
    await queue.call('pause');
    await left;
    bench = await openWorkbench({ workspace: queue.root, env: { BRIDGE_TEST_MARK: queue.outer } });
    await openContainer(bench.page, 'Bridge');
  });
  afterAll(async () => {
    await bench?.close();
    queue.dispose();
  });

  it('goes on, and the reopened editor shows it live within 2 s', async () => {
    await expect.poll(() => spoken(bench, 'sweep'), soon).toContain('paused');
    const put = queue.ledger().length;
    await rowMenu(bench.page, 'Study', 'sweep', 'Resume Run');
    await expect.poll(() => queue.ledger().length, soon).toBeGreaterThan(put + 5);
    expect(signalExtensionHosts(queue.outer, 'SIGKILL')).toBeGreaterThan(0);
    await bench.page.goto('about:blank');
    const before = queue.ledger().length;
    await expect.poll(() => queue.ledger().length, soon).toBeGreaterThan(before + 10);

    await bench.page.goBack();
    await bench.page.locator('#status\\.host').waitFor();
    await openContainer(bench.page, 'Bridge');
    const row = treeRow(bench.page, 'Study', 'sweep');
    await row.waitFor();
    const shown = performance.now();
    const done = async () =>
      Number(/^(\d+)\/200/.exec((await row.locator('.label-description').innerText()) || '')?.[1]);
    const first = await done();
    await expect.poll(done, { timeout: 20_000, interval: 20 }).toBeGreaterThan(first);
    const liveMs = performance.now() - shown;
    console.log(`live ${liveMs.toFixed(0)} ms after the view was there, at ${first} of 200 runs`);
    expect(liveMs).toBeLessThan(2000);
    await screenshot(bench.page, 'queue-200-reopened');
    expect(first).toBeLessThan(200);
    await expect
      .poll(() => spoken(bench, 'sweep'), { timeout: 120_000, interval: 200 })
      .toBe('sweep, 200 done');
    expect(queue.ledger()).toHaveLength(200);
    expect(new Set(queue.ledger()).size).toBe(200);
  });
});
