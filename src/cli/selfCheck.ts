import type { Command } from 'commander';
import { parseManifest } from '../core/manifest/parseManifest';
import { parsePlan } from '../core/plan/parsePlan';
import { parseTracker } from '../core/plan/parseTracker';
import type { Finding } from '../core/selfCheck/finding';
import { selfCheckReport } from '../core/selfCheck/selfCheck';
import { findInput } from '../engine/inputs';
import { readCodeTexts } from '../store/codeTexts';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { CliError, exitCode, type CliIo } from './io';
import { workspaceRoot } from './workspace';

interface Options {
  readonly json?: boolean;
  readonly tracker?: string;
  readonly manifest?: string;
  readonly workspace: string;
}

/** `bridge check-code [PLAN]`: what a program can see wrong in the code and in how plan and manifest use it. Runs nothing. */
export function registerSelfCheck(program: Command, io: CliIo): void {
  program
    .command('check-code')
    .description(
      'Self-check of the code without any model: leakage, seeds, metrics, arguments; exit 1 with a critical finding',
    )
    .argument('[plan]', 'the plan, usually refine-logs/EXPERIMENT_PLAN.md')
    .option('--tracker <file>', 'the tracker, usually refine-logs/EXPERIMENT_TRACKER.md')
    .option('--manifest <file>', 'the run manifest, usually refine-logs/experiments.yaml')
    .option('--json', 'one JSON document')
    .option('--workspace <dir>', 'root of the study', '.')
    .action(async (planFile: string | undefined, options: Options) => {
      const root = workspaceRoot(options.workspace);
      const documents = await readDocuments(root, planFile ?? null, options);
      const { files, skipped } = await readCodeTexts(root, documents.usesBaseRepo);
      const total = files.filter(({ path }) => /\.(?:py|ipynb)$/.test(path)).length;
      const report = selfCheckReport({ ...documents.input, files });
      const all = [...skipped, ...report.skipped];
      if (options.json)
        io.out(JSON.stringify({ findings: report.findings, skipped: all, files: total }, null, 2));
      else {
        for (const { file, reason } of all) io.note(`${file} ${reason}; it was not checked.`);
        for (const note of documents.notes) io.note(note);
        io.out(describeFindings(report.findings, total));
      }
      if (report.findings.some(({ severity }) => severity === 'CRITICAL')) process.exitCode = exitCode.failed;
    });
}

async function readDocuments(root: string, planFile: string | null, options: Options) {
  const files = new LocalWorkspaceFiles(root);
  const [plan, tracker, manifest] = await Promise.all([
    findInput(files, 'plan', planFile),
    findInput(files, 'tracker', options.tracker ?? null),
    findInput(files, 'manifest', options.manifest ?? null),
  ]).catch((error: Error) => {
    throw new CliError(error.message, exitCode.wrongInput, { cause: error });
  });
  for (const [given, found, what] of [
    [planFile, plan, 'plan'],
    [options.tracker, tracker, 'tracker'],
    [options.manifest, manifest, 'manifest'],
  ] as const)
    if (given != null && !found) throw new CliError(`there is no ${what} at ${given}.`, exitCode.wrongInput);
  const notes = manifest ? [] : ['No run manifest was found, so commands and runs were not checked.'];
  return {
    input: {
      plan: plan ? parsePlan(plan.text) : null,
      tracker: tracker ? parseTracker(tracker.text) : null,
      manifest: manifest ? parseManifest(manifest.text, manifest.path) : null,
      paths: {
        ...(plan ? { plan: plan.path } : {}),
        ...(tracker ? { tracker: tracker.path } : {}),
        ...(manifest ? { manifest: manifest.path } : {}),
      },
    },
    notes,
    usesBaseRepo: manifest?.text.includes('base_repo') ?? false,
  };
}

function describeFindings(findings: readonly Finding[], files: number): string {
  const of = `in ${files} ${files === 1 ? 'file' : 'files'} of Python`;
  if (findings.length === 0) return `Nothing was found ${of}.`;
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const counts = (['CRITICAL', 'MAJOR', 'MINOR'] as const).flatMap((severity) =>
    count(severity) > 0 ? [`${count(severity)} ${severity.toLowerCase()}`] : [],
  );
  const lines = findings.flatMap(({ severity, file, line, title, why, fix, check }) => [
    `${file}:${line}: ${severity} ${title} [${check}]`,
    `    ${why}`,
    `    Fix: ${fix}`,
    '',
  ]);
  return [
    ...lines,
    `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} ${of}: ${counts.join(', ')}.`,
  ].join('\n');
}
