import { gpuMark } from '../core/manifest/template';
import type { Checkpoint } from '../core/run/checkpointModel';
import { placeText } from './placeText';

/** The checkpoint as lines for a terminal: what will run, where, for how much, and what nobody has checked. */
export function checkpointText(checkpoint: Checkpoint, { dryRun = false } = {}): string {
  const lines = [
    dryRun ? 'Dry run: this is what would be run' : 'Checkpoint: ready to deploy',
    '',
    `  ${checkpoint.sanity.sentence}`,
  ];
  const listed = new Set(checkpoint.milestones.flatMap(({ commands }) => commands.map(({ run }) => run)));
  for (const { run, command } of checkpoint.sanity.status === 'pending' ? checkpoint.sanity.commands : [])
    if (!listed.has(run)) lines.push(`    ${run}  ${indent(command)}`);
  for (const milestone of checkpoint.milestones) {
    lines.push(
      `  ${label(milestone)}: ${plural(milestone.runs, 'run')}${gpuHours(milestone.estimatedGpuHours)}${time(milestone.estimatedHours)}`,
    );
    for (const { run, command } of milestone.commands) lines.push(`    ${run}  ${indent(command)}`);
  }
  const runs = checkpoint.milestones.reduce((sum, milestone) => sum + milestone.runs, 0);
  lines.push(
    '',
    `  Total: ${plural(runs, 'run')}${gpuHours(checkpoint.totalGpuHours)}${checkpoint.usd > 0 ? `, ~$${checkpoint.usd}` : ''}, on ${placeText(checkpoint.target)}`,
  );
  lines.push(`  Review: ${checkpoint.review}`, `  Ground truth: ${checkpoint.groundTruth}`);
  for (const gate of checkpoint.unjudgedGates)
    lines.push(
      `  No program can judge the gate of ${gate.milestone} ("${gate.text}"): approving passes it, recorded as not judged.`,
    );
  for (const change of checkpoint.changes) lines.push(`  Since the last checkpoint: ${change}`);
  if (checkpoint.diff !== undefined)
    lines.push(`  Code diff: ${countLines(checkpoint.diff)}; "bridge changes --approved" prints it.`);
  for (const note of checkpoint.notes) lines.push(`  Note: ${note}`);
  lines.push(
    '',
    dryRun
      ? `Nothing was started and nothing was changed. ${checkpoint.sanity.status === 'pending' ? '"bridge run" runs sanity and then asks.' : '"bridge run" asks before it starts this.'}`
      : 'Nothing of this has started. "bridge approve" starts it; "bridge approve --milestone ID" starts a part.',
  );
  return lines.join('\n');
}

function countLines(diff: string): string {
  const count = (mark: RegExp) => (diff.match(mark) ?? []).length;
  return `+${count(/^\+(?!\+\+)/gm)} -${count(/^-(?!--)/gm)} lines`;
}

function label({ id, name }: { id: string; name: string }): string {
  return name === '' || name === id ? id : `${id} ${name}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function gpuHours(hours: number | null): string {
  return hours === null ? ', GPU-hours not estimated' : hours === 0 ? '' : `, ~${hours} GPU-h`;
}

function time(hours: number | null): string {
  if (hours === null) return '';
  const minutes = hours * 60;
  return minutes < 1
    ? `, ~${Math.round(minutes * 60)} s of run time`
    : minutes < 90
      ? `, ~${Math.round(minutes)} min of run time`
      : `, ~${Math.round(hours)} h of run time`;
}

/** A command over several lines stays one block; the GPUs are known only when the run is placed. */
function indent(command: string): string {
  return command.trimEnd().replaceAll(gpuMark, '${GPU}').replaceAll('\n', '\n          ');
}
