import type { Manifest } from '../manifest/model';
import type { Plan } from '../plan/model';
import { inOrder, type Finding, type Skipped } from './finding';
import { Flow } from './flow/flow';
import { readSource, type PythonFile, type SourceText } from './sourceFile';

export interface SelfCheckInput {
  /** Python files, notebooks and YAML configurations of the workspace. */
  readonly files: readonly SourceText[];
  readonly plan: Plan | null;
  readonly manifest: Manifest | null;
}

export interface SelfCheckReport {
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Files that were not read, and why. */
  readonly skipped: readonly Skipped[];
}

/** The self-check with what it could not read. */
export function selfCheckReport({ files }: SelfCheckInput): SelfCheckReport {
  const skipped: Skipped[] = [];
  const findings: Finding[] = [];
  for (const source of files) {
    if (!/\.(?:py|ipynb)$/.test(source.path)) continue;
    const read = readSource(source);
    if (typeof read === 'string') skipped.push({ file: source.path, reason: read });
    else findings.push(...flowFindings(read));
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
