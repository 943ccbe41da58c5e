import type { StudyState } from '../../core/run/state';

/** Attempts, diagnoses, diffs and outcomes of sanity's repairs, in one file. */
export const repairReportPath = 'refine-logs/SANITY_REPAIRS.md';

/** The report on every run that was repaired; `current` stands first. */
export async function repairReport(
  state: StudyState,
  current: string,
  patchOf: (change: string) => Promise<string>,
): Promise<string> {
  const { repairs, gaveUp } = state.agents;
  const runs = [current, ...[...repairs.keys()].filter((run) => run !== current)];
  const lines = ['# Repairs of sanity', ''];
  for (const run of runs) {
    const list = repairs.get(run) ?? [];
    if (list.length === 0) continue;
    const job = state.jobs.get(run);
    lines.push(`## ${run}`, '');
    if (job) lines.push(`Command: \`${job.job.command.replaceAll('\n', ' ')}\``, '');
    for (const { number, move, failure, diagnosis, evidence, opinion, noOpinion, end } of list) {
      lines.push(`### Repair ${number}: ${move}`, '', `**Failure**: ${failure}: ${diagnosis}`, '');
      if (evidence.length > 0) lines.push(...fenced(evidence.join('\n'), ''), '');
      lines.push(`**Log**: refine-logs/sanity-repairs/${run.replaceAll(/[^\w.-]/g, '_')}-${number}.log`, '');
      if (opinion !== null) {
        const where =
          opinion.file === null ? '' : ` (${opinion.file}${opinion.line === null ? '' : `:${opinion.line}`})`;
        lines.push(
          `**Second opinion** by ${opinion.judge.model} (${opinion.judge.carrier}): ${opinion.cause} It lies in: ${opinion.where}${where}. ${opinion.advice}`,
          '',
        );
      } else if (noOpinion !== null) lines.push(`**Second opinion**: none. ${noOpinion}`, '');
      if (end === null) continue;
      if (end.change !== null) {
        const { deviations = [] } = state.agents.changes.get(end.change) ?? {};
        for (const { kind, file, line, was, is } of deviations)
          lines.push(`**Departs from the plan**: ${kind} in ${file}:${line}, \`${was}\` → \`${is}\``, '');
        lines.push(...fenced(await patchOf(end.change), 'diff'), '');
      }
      lines.push(`**Outcome**: ${end.sentence}`, '');
    }
    const given = gaveUp.get(run);
    if (given) lines.push(`**Given up**: ${given.sentence}`, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function fenced(text: string, language: string): readonly string[] {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const mark = '`'.repeat(longest + 1);
  return [`${mark}${language}`, text.trimEnd(), mark];
}
