import { describeDeviation } from '../core/agents/deviations';
import { openPermissions, type Permission, type ProposedChange } from '../core/run/agents';
import type { StudyState } from '../core/run/state';

/** Changes that wait, as lines for a terminal, and what can be done about them. */
export function changesText(changes: readonly ProposedChange[]): string {
  if (changes.length === 0) return 'No change waits for you.';
  return changes.map(changeText).join('\n\n');
}

function changeText({ id, title, files, deviations, subject }: ProposedChange): string {
  return [
    `Change ${id} waits for you: ${title}${subject === null ? '' : ` (${subject})`}`,
    ...files.map(({ path, added, removed, before, after, standing, refused }) => {
      const what = before === null ? 'new' : after === null ? 'removed' : 'changed';
      const where = standing === 'open' ? '' : `, ${standing}${refused === null ? '' : `: ${refused}`}`;
      return `  ${path}  ${what}, +${added} -${removed}${where}`;
    }),
    ...deviations.map((deviation) => `  Departs from the plan: ${describeDeviation(deviation)}`),
    `  Look: bridge changes ${id} (the patch lies in .bridge/changes/${id}/patch.diff)`,
    `  Then: bridge take ${id} [--file PATH] [--hunk PATH:N], or bridge reject ${id} --reason "why"; "bridge run" goes on.`,
  ].join('\n');
}

/** Requests of agents that wait for an answer. */
export function permissionsText(state: StudyState, exact: (id: string) => string | null): string {
  const open = openPermissions(state.agents);
  if (open.length === 0) return 'No agent waits for a permission.';
  return open.map((each) => permissionText(each, exact(each.id))).join('\n\n');
}

function permissionText({ id, kind, title, command, paths }: Permission, exact: string | null): string {
  return [
    `Permission ${id}: ${kind} ${title ?? ''}`.trimEnd(),
    ...(exact ?? command ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => `    ${line}`),
    ...(paths.length === 0 ? [] : [`  Touches ${paths.join(', ')}`]),
    `  bridge allow ${id} (once), bridge allow ${id} --for-run, or bridge deny ${id}`,
  ].join('\n');
}
