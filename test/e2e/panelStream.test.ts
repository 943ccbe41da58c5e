import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pressDialogButton } from './harness/notifications';
import { palette, quickInput } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

/** Writes a million lines, ten thousand a second, and then its result. */
const stream = `import json, math, os, time
os.makedirs("results", exist_ok=True)
begun = time.monotonic()
with open("results/R002.metrics.jsonl", "w") as out:
    for step in range(1_000_000):
        out.write('{"step": %d, "loss": %.5f}\\n' % (step, 1 / (1 + step / 1e5) + 0.05 * math.sin(step)))
        if step % 1000 == 999:
            out.flush()
            time.sleep(max(0.0, begun + (step + 1) / 10_000 - time.monotonic()))
json.dump({"loss": 0.1}, open("results/R002.json", "w"))
`;
const plan = `# EXPERIMENT_PLAN: a long stream

| Milestone | Goal | Runs | Decision Gate | Cost |
|---|---|---|---|---|
| M0 sanity | it runs | R001 | loss < 1 | 0 GPU-h |
| M1 main | it streams | R002 | loss < 1 | 0 GPU-h |
`;
const manifest = `project: stream
jobs:
  - { id: R001, milestone: M0, cmd: "mkdir -p results && echo '{\\"loss\\": 0.2}' > results/R001.json", gpus: 0, expected_output: results/R001.json, metrics: { loss: "results/R001.json#/loss" } }
  - { id: R002, milestone: M1, cmd: "python3 stream.py", gpus: 0, expected_output: results/R002.json, metrics: { loss: "results/R002.json#/loss" } }
`;

describe('a million lines of metrics, ten thousand a second', () => {
  const workspace = join(mkdtempSync(join(tmpdir(), 'bridge-stream-')), 'stream');
  let bench: Workbench;

  beforeAll(async () => {
    mkdirSync(join(workspace, 'refine-logs'), { recursive: true });
    writeFileSync(join(workspace, 'refine-logs', 'EXPERIMENT_PLAN.md'), plan);
    writeFileSync(join(workspace, 'refine-logs', 'experiments.yaml'), manifest);
    writeFileSync(join(workspace, 'stream.py'), stream);
    bench = await openWorkbench({ workspace });
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('are drawn while they grow, and the panel goes on drawing', async () => {
    await palette(bench.page, 'Bridge: Deploy Plan');
    await (await quickInput(bench.page)).accept();
    await pressDialogButton(bench.page, 'Run Sanity');
    const frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    const page = (name: string) => frame.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
    await page('Needs you');
    const approve = frame.getByRole('button', { name: /^Approve all/ });
    await approve.waitFor({ timeout: 120_000 });
    await approve.click();
    await page('Results');
    const figure = frame.getByRole('img', { name: /line/ }).first();
    await figure.waitFor({ timeout: 60_000 });
    const said = () => figure.getAttribute('aria-label');
    const first = await said();
    const { perSecond, slowestMs } = await frames(frame);
    // Printed, not asserted: how smooth it is depends on the machine.
    console.log(
      `a stream of 10,000 lines a second: ${perSecond.toFixed(0)} frames a second over 10 s, slowest ${slowestMs.toFixed(0)} ms`,
    );
    await expect.poll(said, { timeout: 60_000 }).not.toBe(first);
    await screenshot(bench.page, 'results-stream');
  });
});

function frames(frame: Frame): Promise<{ perSecond: number; slowestMs: number }> {
  return frame.evaluate(async () => {
    const times: number[] = [];
    const begun = performance.now();
    for (let last = begun; last - begun < 10_000;) {
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    const seconds = (performance.now() - begun) / 1000;
    return { perSecond: times.length / seconds, slowestMs: Math.max(...times) };
  });
}
