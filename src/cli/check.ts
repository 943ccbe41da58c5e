import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { HealthCheck } from '../core/health/healthCheck';
import type { Thresholds } from '../core/health/thresholds';
import { resolveOptions } from '../core/run/options';
import { readSettings, userSettingsPath } from '../store/settings';
import { parseSets } from './callOptions';
import type { HealthReport } from '../core/health/model';
import { MetricStream } from '../core/results/metricStream';
import { CliError, exitCode, type CliIo } from './io';

/** `bridge check METRICS… [--json]`: training health of metric files, in the order given. */
export function registerCheck(program: Command, io: CliIo): void {
  program
    .command('check')
    .description('tell the training health of metrics files: JSON lines, CSV with a header, or name=value')
    .argument('<metrics...>', 'files, relative to --workspace')
    .option('--json', 'one JSON document')
    .option('--workspace <dir>', 'root of the study', '.')
    .option('--baseline <metrics...>', 'metrics of baseline runs, to be compared with at the same step')
    .option('--set <bridge.key=JSON>', 'a setting, such as bridge.healthThresholds', collectSet, [])
    .action(async (files: string[], { json, workspace, baseline = [], set }: CheckFlags) => {
      const thresholds = thresholdsFor(set);
      const check = (file: string) => checkFile(io.resolve(file, workspace), file, thresholds, io);
      const baselines: HealthCheck[] = [];
      for (const file of baseline) baselines.push(await check(file));
      const reports: ({ file: string } & HealthReport)[] = [];
      for (const file of files) {
        const health = await check(file);
        const { verdict, findings } = health.report();
        const lags = baselines.length > 0 ? health.against(baselines) : [];
        const all = [...findings, ...lags];
        reports.push({
          file,
          verdict: lags.length > 0 && verdict === 'healthy' ? 'unsure' : verdict,
          findings: all,
        });
      }
      if (json) io.out(JSON.stringify(reports));
      else for (const report of reports) io.out(describeReport(report));
    });
}

interface CheckFlags {
  readonly json?: boolean;
  readonly workspace: string;
  readonly baseline?: string[];
  readonly set: string[];
}

function collectSet(value: string, all: string[]): string[] {
  return [...all, value];
}

/** The person's thresholds, with what this call says laid over them. */
function thresholdsFor(sets: readonly string[]): Partial<Thresholds> {
  const call = parseSets(sets);
  const { options, problems } = resolveOptions({
    user: readSettings(userSettingsPath()),
    workspace: {},
    call,
  });
  if (problems.length > 0) throw new CliError(problems.join(' '), exitCode.wrongInput);
  return options.healthThresholds ?? {};
}

/**
 * Follows one file to its end, in memory that doesn't grow with it. Throws a CliError (exit code 2,
 * `file:line:column`) when the file can't be opened, has a line that is neither readable nor cut off, or has
 * text but no metric in it. An empty file is a run that has not begun.
 */
async function checkFile(
  path: string,
  name: string,
  thresholds: Partial<Thresholds>,
  io: CliIo,
): Promise<HealthCheck> {
  const stream = new MetricStream();
  const health = new HealthCheck(thresholds);
  let points = 0;
  let text = false;
  const take = (chunk: string | null): void => {
    for (const point of chunk === null ? stream.end() : stream.push(chunk)) {
      health.add(point);
      points++;
    }
    if (stream.problem) {
      const { line, column, message } = stream.problem;
      throw new CliError(`${name}:${line}:${column}: ${message}`, exitCode.wrongInput);
    }
  };
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      text ||= /\S/.test(chunk as string);
      take(chunk as string);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${name}: can't be read: ${(error as Error).message}`, exitCode.wrongInput, {
      cause: error,
    });
  }
  take(null);
  if (points === 0 && text && !stream.hasTable && stream.tornLines === 0)
    throw new CliError(
      `${name}:1:1: no metric found: expected JSON lines, CSV with a header, or name=value`,
      exitCode.wrongInput,
    );
  if (stream.tornLines > 0)
    io.note(`${name}: ${stream.tornLines} unfinished ${stream.tornLines === 1 ? 'line' : 'lines'} skipped`);
  return health;
}

function describeReport({ file, verdict, findings }: { file: string } & HealthReport): string {
  return [
    `${file}: ${verdict}`,
    ...findings.map((finding) => `  ${finding.detector}: ${finding.sentence}`),
  ].join('\n');
}
