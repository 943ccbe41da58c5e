import type { Manifest } from '../manifest/model';
import type { Plan, Tracker } from '../plan/model';
import { checkCalls } from './arguments/checkCalls';
import { checkOutputs } from './arguments/checkOutputs';
import { checkPlanValues } from './arguments/checkPlanValues';
import { checkRuns, type DocumentPaths } from './arguments/checkRuns';
import { checkSeedArguments } from './arguments/checkSeedArgument';
import { scriptCalls } from './arguments/scriptCalls';
import { inOrder, type Finding, type Skipped } from './finding';
import { Flow } from './flow/flow';
import { checkSeeds } from './seeds';
import { readSource, type PythonFile, type SourceText } from './sourceFile';

export interface SelfCheckInput {
  /** Python files, notebooks and YAML configurations of the workspace. */
  readonly files: readonly SourceText[];
  readonly plan: Plan | null;
  readonly manifest: Manifest | null;
  readonly tracker?: Tracker | null;
  /** Where plan, tracker and manifest lie, for findings that point into them; default: their usual places. */
  readonly paths?: Partial<DocumentPaths>;
}

export interface SelfCheckReport {
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Files that were not read, and why. */
  readonly skipped: readonly Skipped[];
}

/** The self-check with what it could not read. */
export function selfCheckReport({
  files,
  plan,
  manifest,
  tracker = null,
  paths,
}: SelfCheckInput): SelfCheckReport {
  const skipped: Skipped[] = [];
  const findings: Finding[] = [];
  const python: PythonFile[] = [];
  for (const source of files) {
    if (!/\.(?:py|ipynb)$/.test(source.path)) continue;
    const read = readSource(source);
    if (typeof read === 'string') skipped.push({ file: source.path, reason: read });
    else python.push(read);
  }
  for (const file of python) if (!file.isUnitTest) findings.push(...flowFindings(file));
  findings.push(...checkSeeds(python.filter(({ isUnitTest }) => !isUnitTest)));
  if (manifest) {
    const documents = {
      plan: 'refine-logs/EXPERIMENT_PLAN.md',
      tracker: 'refine-logs/EXPERIMENT_TRACKER.md',
      manifest: 'refine-logs/experiments.yaml',
      ...paths,
    };
    const workspace = { python, yaml: files.filter(({ path }) => /\.ya?ml$/.test(path)) };
    // A script that exists and can't be read is not missing.
    const unread = new Set(skipped.map(({ file }) => file));
    const calls = scriptCalls(manifest, workspace).filter(({ path }) => path === null || !unread.has(path));
    findings.push(...checkCalls(calls, documents.manifest));
    findings.push(...checkSeedArguments(calls, python, documents.manifest));
    findings.push(...checkOutputs(calls, workspace, documents.manifest));
    findings.push(...checkRuns(plan, tracker, manifest, documents));
    if (plan) findings.push(...checkPlanValues(plan, calls, documents.plan));
  }
  return { findings: inOrder(findings), skipped };
}

/** Findings about code, plan and manifest, by reading alone: nothing is run and no model is asked. */
export function selfCheck(input: SelfCheckInput): Finding[] {
  return [...selfCheckReport(input).findings];
}

function flowFindings(file: PythonFile): Finding[] {
  return new Flow(file).run().map(({ at, to, ...draft }) => {
    const line = file.lineAt(at);
    return { ...draft, file: file.path, line, endLine: Math.max(line, file.lineAt(Math.max(at, to - 1))) };
  });
}
