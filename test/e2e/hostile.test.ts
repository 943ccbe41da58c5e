/** A workspace that tries to run something, to reach out or to deceive, in a real VS Code: all of it stays text. */
import { createServer, type Server } from 'node:http';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/run/event';
import { bridgeFolder, ensureBridgeFolder } from '../../src/store/bridgeFolder';
import { acquireJournal, Silence, thisProcess } from '../../src/store/journal';
import { systemClock } from '../../src/store/systemClock';
import { checkpointOf, loadDigits } from '../unit/views/digits';
import { axe } from './harness/axe';
import { openFile, palette } from './harness/palette';
import { screenshot } from './harness/screenshot';
import { openContainer, treeRows } from './harness/views';
import { webviewFrame } from './harness/webviewFrame';
import { openWorkbench, type Workbench } from './harness/workbench';

type Untimed = RunEvent extends infer Each ? (Each extends RunEvent ? Omit<Each, 'at'> : never) : never;

const megabyte = 'x'.repeat(1_000_000);
const bidi = '\u202Egpj.exe\u202C \u2066\u200F';
const pages = ['Plan', 'Runs', 'Needs you', 'Results', 'Timeline'];

describe('a hostile workspace', () => {
  const workspace = join(mkdtempSync(join(tmpdir(), 'bridge-hostile-')), 'digits');
  const trap = join(workspace, 'ran-without-being-asked');
  let listener: Server;
  /** Requests that the workspace provoked. */
  const reached: string[] = [];
  let bench: Workbench;
  let frame: Frame;

  beforeAll(async () => {
    listener = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const evil =
      `<script>fetch('${origin}/script')</script><img src="${origin}/img" onerror="fetch('${origin}/error')">` +
      `[click](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22touch%20${trap}%22%7D) ![](${origin}/md)`;
    cpSync(resolve('examples/digits'), workspace, {
      recursive: true,
      filter: (path) => !/\/(results|\.bridge|__pycache__)$/.test(path),
    });
    const planPath = join(workspace, 'refine-logs', 'EXPERIMENT_PLAN.md');
    const plan = readFileSync(planPath, 'utf8').replace(/^# .*$/m, `# ${evil} ${bidi}`);
    writeFileSync(planPath, `${plan}\n\n${evil}\n${bidi}\n${megabyte}\n`);

    const { study } = await loadDigits();
    const jobs = study.jobs.map((job, at) =>
      at === 1
        ? { ...job, system: `${evil}${bidi}` }
        : at === 2
          ? {
              ...job,
              command: `${job.command} # \x1b]8;;${origin}/osc\x07link\x1b]8;;\x07 ${megabyte.slice(0, 200_000)}`,
            }
          : job,
    );
    const hostile = { ...study, title: `${evil}${bidi}`, jobs, notes: [evil, `\x1b[31m${bidi}`] };
    const [sanity, failing] = [jobs[0]!.id, jobs[1]!.id];
    const folder = bridgeFolder(workspace);
    ensureBridgeFolder(folder);
    const logs = join(workspace, '.bridge', 'jobs', failing);
    cpSync(resolve('examples/digits/refine-logs'), logs, { recursive: true });
    writeFileSync(
      join(logs, 'log'),
      `\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;command:evil\x07link\x1b]8;;\x07\n${evil}\n${bidi}\n${megabyte}\n\x1b[2J\x1b[999;999Hend\n`,
    );
    const taken = acquireJournal(folder.journal, thisProcess('test'), systemClock, new Silence());
    if (taken.kind !== 'acquired') throw new Error('somebody else drives a folder that was just made');
    const key = `${failing}/1`;
    const happened: Untimed[] = [
      { type: 'study.declared', study: hostile, by: evil },
      { type: 'attempt.requested', job: failing, attempt: 1, key, host: `${bidi}host`, gpus: [] },
      { type: 'attempt.started', key, handle: { folder: logs, process: null, externalId: null } },
      { type: 'attempt.exited', key, exit: { code: 1, endedAt: Date.now() } },
      {
        type: 'job.failed',
        job: failing,
        failure: {
          ...{ class: 'unknown', message: `${evil}${bidi}`, evidence: [`\x1b[31m${evil}`, megabyte] },
          ...{ advice: evil, retryable: false },
        },
      } as never,
      {
        type: 'checkpoint.shown',
        checkpoint: { ...checkpointOf(hostile), review: evil, notes: [evil, bidi] },
      },
    ];
    taken.journal.append(happened.map((event) => ({ ...event, at: Date.now() })));
    await taken.journal.commit();
    await taken.journal.close();
    expect(sanity).not.toBe(failing);
    bench = await openWorkbench({ workspace });
    await openContainer(bench.page, 'Bridge');
    await treeRows(bench.page, 'Study');
    await palette(bench.page, 'Bridge: Open Control Panel');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
  });

  afterAll(async () => {
    await bench?.close();
    listener.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('is shown as text on every page: no element of its making, nothing that breaks the page', async () => {
    for (const name of pages) {
      await frame.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
      await frame.locator('[role=tabpanel] :is(h2, [data-index])').first().waitFor();
      expect(await frame.locator('#panel :is(img, script, iframe, object, a[href])').count()).toBe(0);
      const wide = await frame.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      await screenshot(bench.page, `hostile-${name.toLowerCase().replace(' ', '-')}`);
      const serious = (await axe(frame)).filter(({ impact }) => /serious|critical/.test(impact));
      expect(serious, name).toEqual([]);
    }
  });

  it('cannot turn its names around: what would is shown', async () => {
    await frame.getByRole('tab', { name: /^Runs/ }).click();
    const names = frame.locator('[role=row]', { hasText: 'gpj.exe' }).first();
    await names.waitFor();
    expect(await names.innerText()).toContain('[U+202E]gpj.exe');
    const shown = await names.evaluate((row) => {
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
        if (/[\u202A-\u202E]/.test(node.textContent ?? '')) return false;
      return true;
    });
    expect(shown).toBe(true);
  });

  it('has its log shown with colours and a line of a megabyte, and no escape does more than colour', async () => {
    await frame.locator('[role=row]', { hasText: 'gpj.exe' }).first().click();
    await frame.locator('.log-line').first().waitFor();
    await screenshot(bench.page, 'hostile-log');
    expect(await frame.locator('.log a, .log img, .log script').count()).toBe(0);
    await frame.getByRole('tab', { name: /^Plan/ }).click();
    await frame.locator('[role=tabpanel] h2').first().waitFor();
  });

  it('is open in the editor beside its problems, lenses and hovers without running a command', async () => {
    await openFile(bench.page, 'refine-logs/EXPERIMENT_PLAN.md');
    await bench.page.locator('.codelens-decoration').first().waitFor();
    await screenshot(bench.page, 'hostile-editor');
    expect(existsSync(trap)).toBe(false);
  });

  it('reached nothing outside, and the content security policy had nothing to complain of', () => {
    expect(reached).toEqual([]);
    expect(existsSync(trap)).toBe(false);
    expect(bench.consoleErrors.filter((said) => /content security policy/i.test(said))).toEqual([]);
  });

  it('is stopped by the policy even where a script had got in', async () => {
    await palette(bench.page, 'Bridge: Open Control Panel');
    frame = await webviewFrame(bench.page, 'body[data-bridge-panel]');
    await frame.getByRole('tab').first().waitFor();
    const blocked = await frame.evaluate(
      async (url) => {
        const violations: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          violations.push(violatedDirective),
        );
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        const image = new Image();
        image.src = url;
        const style = document.createElement('link');
        style.rel = 'stylesheet';
        style.href = url;
        document.body.append(script, image, style);
        await fetch(url).catch(() => undefined);
        while (new Set(violations).size < 4) await new Promise(requestAnimationFrame);
        script.remove();
        image.remove();
        style.remove();
        return { violations: [...new Set(violations)].sort(), ran: 'ran' in window };
      },
      `http://127.0.0.1:${(listener.address() as AddressInfo).port}/inside`,
    );
    expect(blocked.ran).toBe(false);
    expect(blocked.violations).toEqual(
      expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']),
    );
    expect(reached).toEqual([]);
  });
});
