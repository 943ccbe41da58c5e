// @ts-check
// `npm test`: sets up, runs every kind of test in order and counts. `npm test -- --only unit,contract` runs some.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './chromium.mjs';
import { capture, MissingEnvironment, npmCommand, run } from './process.mjs';
import { build, ensureDependencies, packageExtension, requireNode, requirePython, root } from './setUp.mjs';
import { ensureVsCode } from './vscodeInstall.mjs';

/** In the order in which they run: what is quick and precise first. */
const stages = /** @type {const} */ ([
  'lint',
  'types',
  'unit',
  'contract',
  'faults',
  'integration',
  'slurm',
  'e2e',
]);
/**
 * What a stage came to. `failures` names what failed; `flaky` what failed first and passed when its file ran once more.
 * @typedef {{ passed: number, failed: number, skipped: number, reason?: string, failures?: string[], flaky?: string[] }} Count
 */
/** @typedef {{ status: string, fullName: string, failureMessages: string[] }} Assertion */
/** @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} FileResult */
/** @typedef {{ testResults: FileResult[] }} Report */

/**
 * Stages that drive whole programs against the clock: a file of theirs that fails is run once more, alone, and what
 * passes only then is named as flaky, with what it said the first time: each is a finding to look into.
 */
const tryTwice = ['faults', 'integration', 'slurm', 'e2e'];

const note = (/** @type {string} */ line) => console.log(line);

/** @returns {Promise<number>} exit code */
async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, newest: { type: 'boolean' } } });
  const wanted = values.only?.split(',') ?? [...stages];
  const unknown = wanted.filter((name) => !stages.includes(/** @type {never} */ (name)));
  if (unknown.length > 0) {
    console.error(`There is no stage ${unknown.join(', ')}; there are ${stages.join(', ')}`);
    return 2;
  }
  if (values.newest) process.env.BRIDGE_VSCODE = 'newest';

  /** @type {Map<string, Count & { seconds: number }>} */
  const counts = new Map();
  const stage = async (/** @type {string} */ name, /** @type {() => Promise<Count>} */ work) => {
    note(`\n== ${name}`);
    const started = Date.now();
    const count = await work().catch(countError);
    if (name === 'slurm') for (const output of printed.splice(0)) note(output);
    if (count.reason !== undefined) note(count.reason);
    counts.set(name, { ...count, seconds: (Date.now() - started) / 1000 });
    return count;
  };

  const setUp = await stage('set-up', async () => {
    requireNode();
    await ensureDependencies(note);
    // The packaged extension is built for release, and the other tests then run those same programs.
    await (wanted.includes('e2e') ? packageExtension(note) : build(note));
    return { passed: 0, failed: 0, skipped: 0 };
  });
  if (existsSync(join(root, 'node_modules', 'vitest'))) {
    /** @type {Promise<Count> | undefined} */
    let besides;
    for (const name of stages) {
      if (!wanted.includes(name)) continue;
      // A cluster mostly waits: its tests run beside those of the two stages before them, and are shown in their turn.
      if (wanted.includes('slurm') && ['faults', 'integration'].includes(name))
        besides ??= runVitest('slurm', capturedRun).catch(countError);
      if (name === 'slurm') await stage(name, () => besides ?? runVitest(name));
      else if (name === 'lint' || name === 'types') await stage(name, () => runScript(name));
      else if (name === 'e2e' && setUp.failed > 0)
        await stage(name, async () => skippedBecause('the extension could not be packaged'));
      else await stage(name, () => (name === 'e2e' ? runEndToEnd() : runVitest(name)));
    }
  }
  return summarise(counts);
}

/**
 * Ctrl-C in one stage ends them all.
 * @param {string} command
 * @param {string[]} args
 */
async function runOrStop(command, args) {
  const code = await run(command, args, { cwd: root });
  if (code === 130) process.exit(130);
  return code;
}

/**
 * The same for what runs beside another stage: what it prints waits for its end.
 * @param {string} command
 * @param {string[]} args
 */
async function capturedRun(command, args) {
  const { code, output } = await capture(command, args, { cwd: root });
  printed.push(output);
  return code;
}

/** @type {string[]} */
const printed = [];

/**
 * A script of package.json that either passes or fails.
 * @param {string} name
 * @returns {Promise<Count>}
 */
async function runScript(name) {
  const [npm, first] = npmCommand();
  const code = await runOrStop(npm, [...first, 'run', '--silent', name]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** @returns {Promise<Count>} */
async function runEndToEnd() {
  await requirePython();
  await ensureVsCode({ version: process.env.BRIDGE_VSCODE === 'newest' ? 'newest' : 'oldest', note });
  await ensureChromium({ note });
  return runVitest('e2e');
}

/**
 * @param {string} project
 * @param {typeof runOrStop} [running]
 * @returns {Promise<Count>}
 */
async function runVitest(project, running = runOrStop) {
  const first = await vitest(project, [], running);
  if (first.report === undefined || !tryTwice.includes(project)) return countReport(first);
  const broken = first.report.testResults.filter(({ status }) => status === 'failed');
  if (broken.length === 0) return countReport(first);
  note(`\n== ${project}, once more: ${broken.map(({ name }) => relative(root, name)).join(', ')}`);
  const second = await vitest(
    project,
    broken.map(({ name }) => name),
    running,
  );
  if (second.report === undefined) return countReport(first);
  const again = new Map(second.report.testResults.map((file) => [file.name, file]));
  const testResults = first.report.testResults.map((file) => again.get(file.name) ?? file);
  const count = countReport({ report: { testResults }, code: second.code });
  const still = new Set(count.failures);
  return { ...count, flaky: broken.flatMap(failuresOf).filter((name) => !still.has(name)) };
}

/**
 * @param {string} project
 * @param {string[]} files all of the project's when empty
 * @param {typeof runOrStop} running
 * @returns {Promise<{ report: Report | undefined, code: number }>} with vitest's exit code
 */
async function vitest(project, files, running) {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-test-'));
  try {
    const file = join(folder, 'report.json');
    const program = join('node_modules', 'vitest', 'vitest.mjs');
    const args = [program, 'run', '--project', project, '--passWithNoTests', ...files];
    args.push('--reporter=default', '--reporter=json', `--outputFile.json=${file}`);
    const code = await running(process.execPath, args);
    return { report: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What failed in a file; one that breaks before its first test counts as one failure.
 * @param {FileResult} file
 */
function failuresOf(file) {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  const names = failed.map(({ fullName }) => `${relative(root, file.name)}: ${fullName}`);
  return file.status === 'failed' && names.length === 0
    ? [`${relative(root, file.name)}, as a whole`]
    : names;
}

/** @param {{ report: Report | undefined, code: number }} outcome @returns {Count} */
function countReport({ report, code }) {
  if (report === undefined)
    return { passed: 0, failed: 1, skipped: 0, reason: `vitest ended with ${code} and no report` };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failures = report.testResults.flatMap(failuresOf);
  // An error outside of any test shows in the exit code alone.
  if (failures.length === 0 && code !== 0) failures.push(`vitest ended with ${code}`);
  const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status)).length;
  return { passed, failed: failures.length, skipped, failures };
}

/**
 * What the machine lacks makes a stage skipped; anything else makes it failed.
 * @param {unknown} error
 * @returns {Count}
 */
function countError(error) {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof MissingEnvironment
    ? skippedBecause(reason)
    : { passed: 0, failed: 1, skipped: 0, reason };
}

/** @param {string} reason @returns {Count} */
const skippedBecause = (reason) => ({ passed: 0, failed: 0, skipped: 1, reason: `Skipped: ${reason}` });

/**
 * @param {Map<string, Count & { seconds: number }>} counts
 * @returns {number} exit code
 */
function summarise(counts) {
  note('\n== summary');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, count] of counts) {
    for (const kind of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[kind] += count[kind];
    note(`  ${name.padEnd(12)} ${describe(count).padEnd(40)} ${count.seconds.toFixed(1)} s`);
  }
  if (total.skipped > 0) {
    for (const [name, { reason }] of counts) if (reason?.startsWith('Skipped')) note(`  ${name}: ${reason}`);
  }
  for (const [, { flaky = [] }] of counts) for (const test of flaky) note(`  flaky: ${test}`);
  for (const [, { failures = [] }] of counts) for (const test of failures) note(`  FAILED: ${test}`);
  note(total.skipped > 0 ? `  ${total.skipped} skipped\n` : '');
  // Other programs read this line.
  note(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
}

/** @param {Count} count */
function describe({ passed, failed, skipped, flaky = [] }) {
  const parts = [
    failed > 0 && `${failed} FAILED`,
    passed > 0 && `${passed} passed`,
    flaky.length > 0 && `${flaky.length} of them flaky`,
    skipped > 0 && `${skipped} skipped`,
  ];
  return parts.filter((part) => part !== false).join(', ') || '-';
}

process.exitCode = await main();
