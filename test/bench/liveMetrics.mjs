// Follows a metrics.jsonl of a million lines while another process writes it at 10,000 lines a second, and prints what
// that costs: the process's peak memory and its share of a core, beside a process that only reads the same bytes.
//
//     node test/bench/liveMetrics.mjs [--lines 1000000] [--rate 10000]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, rate: { type: 'string', default: '10000' } },
});
const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
const source = (path) => JSON.stringify(resolve(path));
const writer = `
  const { openSync, writeSync } = require('node:fs');
  const [, , path, lines, rate] = process.argv;
  const file = openSync(path, 'a');
  const start = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(Number(lines), Math.floor((performance.now() - start) / 1000 * Number(rate)));
    let text = '';
    for (; written < due; written++)
      text += JSON.stringify({ step: written, 'train/loss': 2 / (1 + written / 1e4) + Math.random() / 10, 'train/grad_norm': Math.random(), lr: 3e-4 }) + '\\n';
    if (text !== '') writeSync(file, text);
    if (written === Number(lines)) { clearInterval(timer); process.send('done'); process.disconnect(); }
  }, 20);`;
const measure = `
  const { cpuUsage, memoryUsage } = process;
  let peak = 0, stop = false;
  const before = cpuUsage(); const began = performance.now();
  process.on('message', () => { stop = true; });
  (async () => {
    for (;;) {
      const last = stop;
      await look(last);
      peak = Math.max(peak, memoryUsage().rss);
      if (last) break;
      await new Promise((go) => setTimeout(go, 500));
    }
    const { user, system } = cpuUsage(before);
    process.send({ ...result(), peakMiB: peak / 2 ** 20, core: (user + system) / 1000 / (performance.now() - began) });
    process.disconnect();
  })();`;
const programs = {
  follow: `
    import { metricFiles } from ${source('src/store/metricFiles.ts')};
    import { RunSeries } from ${source('src/core/results/runSeries.ts')};
    const series = new RunSeries(); let points = 0;
    const run = { run: 'R1', cwd: process.argv[2], command: '', declared: ['results/R1.metrics.jsonl'], log: null, startedAt: 0 };
    const follower = metricFiles.follow(run, (point) => { points++; series.add(point); });
    const look = (ended) => follower.refresh(ended);
    const result = () => ({ points, drawn: series.names.map((name) => series.draw(name, 1000).points.length) });
    ${measure}`,
  read: `
    import { closeSync, openSync, readSync } from 'node:fs';
    let at = 0; const bytes = Buffer.alloc(1 << 18);
    const look = async () => {
      const file = openSync(process.argv[2] + '/results/R1.metrics.jsonl', 'a+');
      for (let n; (n = readSync(file, bytes, 0, bytes.length, at)) > 0; ) at += n;
      closeSync(file);
    };
    const result = () => ({ bytes: at });
    ${measure}`,
};

try {
  const { mkdirSync, writeFileSync } = await import('node:fs');
  mkdirSync(join(folder, 'results'));
  writeFileSync(join(folder, 'writer.cjs'), writer);
  const stream = join(folder, 'results/R1.metrics.jsonl');
  writeFileSync(stream, '');
  for (const [name, contents] of Object.entries(programs))
    await build({
      stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
      ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
      ...{ define: { 'import.meta.url': '"file:///bench"' }, outfile: join(folder, `${name}.cjs`) },
    });
  const start = (program, args) =>
    spawn(process.execPath, [join(folder, program), ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  const message = (child) => new Promise((done) => child.once('message', done));
  const readers = Object.keys(programs).map((name) => [name, start(`${name}.cjs`, [folder])]);
  const answers = readers.map(async ([name, child]) => [name, await message(child)]);
  await message(start('writer.cjs', [stream, values.lines, values.rate]));
  for (const [, child] of readers) child.send('stop');
  const found = new Map(await Promise.all(answers));
  const beyond = found.get('follow').core - found.get('read').core;
  const { peakMiB: most } = found.get('follow');
  const ok = most < 100 && beyond < 0.1;
  console.log(
    `${ok ? '✓' : '✗'} ${values.lines} lines followed at ${values.rate} a second: ${most.toFixed(0)} MiB (under 100), ${(100 * beyond).toFixed(1)} % of a core beyond reading it (under 10)`,
  );
  if (!ok) process.exitCode = 1;
  for (const [name, { core, peakMiB, ...rest }] of found)
    console.log(
      `${name.padEnd(6)} ${(100 * core).toFixed(1)} % of a core, ${peakMiB.toFixed(0)} MiB at most  ${JSON.stringify(rest)}`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
