// Types into documents of about a megabyte while the extension's own reader follows, and prints for how long the thread
// that types was ever blocked: as it ships, with nobody reading, and with everything read in that one thread.
// Also the time to read a plan of 46 kB and a tracker of 5,000 rows once warm. Exits with 1 where a bound is broken.
//
//     node test/bench/typing.mjs [--keys 40] [--plan FILE]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: { keys: { type: 'string', default: '40' }, plan: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
const source = (path) => JSON.stringify(resolve(path));
const program = `
  import { readFileSync } from 'node:fs';
  import { StudyReader } from ${source('src/vscode/reading/studyReader.ts')};
  import { questions } from ${source('src/core/links/questions.ts')};
  import { readStudy } from ${source('src/vscode/reading/readStudy.ts')};
  import { parsePlan } from ${source('src/core/plan/parsePlan.ts')};
  import { parseTracker } from ${source('src/core/plan/parseTracker.ts')};
  import { emptyState } from ${source('src/core/run/reduce.ts')};
  import { shownState } from ${source('src/views/input.ts')};
  import { studyIndex } from ${source('src/views/studyIndex.ts')};
  import { milestoneNodes } from ${source('src/views/tree.ts')};
  import { statusBarView } from ${source('src/views/statusBar.ts')};
  import { lensesFor } from ${source('src/views/lenses.ts')};
  import { english } from ${source('src/core/text/translate.ts')};

  const [, , what, threadPath, planFile, trackerFile, manifestFile, keys] = process.argv;
  const wait = (ms) => new Promise((go) => setTimeout(go, ms));
  const read = (path) => (path === '-' ? null : readFileSync(path, 'utf8'));
  if (what === 'warm') {
    const plan = read(planFile), tracker = read(trackerFile);
    const best = (work) => { let least = Infinity; for (let n = 0; n < 15; n++) { const at = performance.now(); work(); least = Math.min(least, performance.now() - at); } return least; };
    console.log(JSON.stringify({ plan: best(() => parsePlan(plan)), tracker: best(() => parseTracker(tracker)), bytes: plan.length }));
    process.exit(0);
  }

  // Time on the clock holds what the machine did meanwhile; time on the processor is this thread's own.
  const ownTime = () => { try { return Number(readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'utf8').split(' ')[0]) / 1e6; } catch { return performance.now(); } };
  let worst = 0, own = 0, last = performance.now(), lastOwn = ownTime(), on = false;
  const watch = () => {
    const now = performance.now();
    // A turn that was short on the clock was short on the processor.
    if (now - last > 5) { const nowOwn = ownTime(); if (on) { worst = Math.max(worst, now - last); own = Math.max(own, Math.min(nowOwn - lastOwn, now - last)); } }
    lastOwn = ownTime();
    last = performance.now();
    setTimeout(watch, 1);
  };
  watch();
  const plan = read(planFile), tracker = read(trackerFile), manifest = read(manifestFile);
  const reader = new StudyReader(threadPath);
  const files = ['refine-logs/EXPERIMENT_PLAN.md', 'refine-logs/EXPERIMENT_TRACKER.md', 'refine-logs/experiments.yaml'];
  let documents = null, first = null;
  const textsOf = (text) => new Map([[files[0], text], [files[1], tracker], [files[2], manifest]]);
  const readAll = async (texts) => {
    const request = { texts, plan: null, target: 'local' };
    if (what === 'nobody') return first ?? (await readStudy(request)).inputs;
    if (what === 'thread') return reader.read(request, { keep: true });
    const reading = await readStudy(request);
    documents = reading.documents;
    return reading.inputs;
  };
  const ask = (name, asked) => (what === 'thread' ? reader.ask(name, asked) : questions[name](documents, asked));
  /** What follows a reading in the editor: tree, status bar, lenses, outline, folds. */
  const show = async (inputs) => {
    const input = { state: emptyState, inputs, driving: false, trusted: true, now: 0, spark: () => [], t: english, language: 'en' };
    studyIndex(shownState(input)); milestoneNodes(input); statusBarView(input);
    const file = files[0];
    const anchors = await ask('anchors', { file });
    anchors.slice(0, 300).map((anchor) => lensesFor(anchor, input));
    await ask('symbols', { file }); await ask('folds', { file });
    await ask('at', { file, offset: 5000 });
    return anchors.length;
  };
  let text = plan;
  if (what === 'nobody') first = (await readStudy({ texts: textsOf(text), plan: null, target: 'local' })).inputs;
  let shown = what === 'nobody' ? 0 : await show(await readAll(textsOf(text)));
  await wait(50);
  on = true; last = performance.now();
  let dirty = false, typing = true, readings = 0;
  const follow = (async () => {
    while (typing || dirty) {
      if (!dirty) { await wait(5); continue; }
      dirty = false;
      if (what !== 'nobody') shown = await show(await readAll(textsOf(text)));
      readings++;
    }
  })();
  const middle = text.indexOf('\\n', text.length / 2);
  for (let key = 0; key < Number(keys); key++) {
    text = text.slice(0, middle) + 'x' + text.slice(middle);
    dirty = true;
    await wait(60);
  }
  typing = false;
  await follow;
  on = false;
  console.log(JSON.stringify({ worst, own, readings, shown }));
  process.exit(0);`;

const threadPath = join(folder, 'thread.cjs');
const mainPath = join(folder, 'main.mjs');
const banner = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
  absWorkingDir: resolve('.'),
};
await build({
  ...common,
  entryPoints: ['src/vscode/reading/readerThread.ts'],
  outfile: threadPath,
  format: 'cjs',
});
await build({
  ...common,
  stdin: { contents: program, resolveDir: resolve('.'), loader: 'ts' },
  outfile: mainPath,
  format: 'esm',
  banner,
});

/** A plan as people write them, as long as is wanted; its last part holds the run order. */
function longPlan(length, milestones = 100) {
  let text = '# Experiment Plan: Long\n\n## Experiment Blocks\n';
  for (let block = 1; text.length < length - milestones * 75; block++)
    text += `
### Block ${block}: Question ${block}
- **Claim tested**: C${block % 9}.
- **Dataset / split / task**: digits, test, classification
- **Compared systems**: momentum (R${1000 + block}), sgd.
- **Metrics**: test/accuracy, test/loss.
- **Setup details**: two hidden layers of 64, learning rate 0.${block % 9}5, seeds 1-5.
- **Success criterion**: test/accuracy > ${block % 5} pp over sgd
- **Priority**: ${block % 3 === 0 ? 'NICE-TO-HAVE' : 'MUST-RUN'}

The run R${1000 + block} is the one that decides, and what it costs is said below; nobody knows yet why it should.
`;
  text +=
    '\n## Run Order and Milestones\n\n| Milestone | Goal | Runs | Decision Gate | Cost |\n|---|---|---|---|---|\n';
  for (let at = 0; at < milestones; at++)
    text += `| M${at} | goal ${at} | R${1000 + at * 20}-R${1019 + at * 20} | test/accuracy > 0.5 | ${at} GPU-h |\n`;
  return text;
}

function longTracker(rows) {
  let text =
    '# Tracker\n\n| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |\n|---|---|---|---|---|---|---|---|---|\n';
  for (let at = 0; at < rows; at++)
    text += `| R${1000 + at} | M${Math.floor(at / 50)} | main | momentum, seed ${at % 5} | test | test/accuracy | MUST-RUN | TODO | |\n`;
  return text;
}

const manifest = `project: long\njobs:\n${Array.from({ length: 1000 }, (_, at) => `  - { id: R${1000 + at}, milestone: M${Math.floor(at / 50)}, cmd: "python train.py --seed ${at}" }`).join('\n')}\n`;
const file = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const paths = {
  plan: file('plan.md', longPlan(1_000_000)),
  tracker: file('tracker.md', longTracker(1000)),
  long: file('long.md', longTracker(5000)),
  manifest: file('manifest.yaml', manifest),
  medium: values.plan ?? file('medium.md', longPlan(46_000, 10)),
};
const measure = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainPath, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

let broken = false;
const row = (what, got, bound, note) => {
  const ok = bound === null || got <= bound;
  broken ||= !ok;
  console.log(
    `${ok ? '✓' : '✗'} ${what}: ${got.toFixed(1)} ms${bound === null ? '' : ` (at most ${bound})`} ${note}`,
  );
};
try {
  const warm = measure('warm', threadPath, paths.medium, paths.long);
  row(`plan of ${(warm.bytes / 1000).toFixed(0)} kB, read once warm`, warm.plan, 30, '');
  row('tracker of 5,000 rows, read once warm', warm.tracker, 150, '');
  const megabytes = (readFileSync(paths.plan).length / 1e6).toFixed(1);
  const typing = `typing in a plan of ${megabytes} MB`;
  const words = {
    thread: 'as it ships',
    nobody: 'and nobody reads',
    beside: 'and all is read in one thread',
  };
  for (const what of ['nobody', 'thread', 'beside']) {
    const keys = what === 'beside' ? '3' : values.keys;
    const { worst, own, readings, shown } = measure(
      what,
      threadPath,
      paths.plan,
      paths.tracker,
      paths.manifest,
      keys,
    );
    const note = `${worst.toFixed(0)} ms on the clock; ${readings} readings, ${shown} places with lenses`;
    row(`${typing}, ${words[what]}: longest block`, own, what === 'thread' ? 50 : null, note);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = broken ? 1 : 0;
