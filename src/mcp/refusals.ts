import { isLocked } from '../core/agents/judgePermission';

/** What only a person may do, and how they do it. The sentences are what an agent is told, and what the timeline keeps. */
export const personOnly = {
  approval:
    'Approving is the person’s, and nobody approves for them. They look at the checkpoint and approve it in VS Code ("Bridge: Approve Checkpoint"), with "bridge approve" in a terminal, or in the question that your client shows them.',
  budget:
    'A budget is raised by the person alone: they set bridge.budget.gpuHours in their own settings, or call "bridge run --set bridge.budget.gpuHours=N".',
  trust:
    'A workspace is trusted by the person alone, in VS Code: "Manage Workspace Trust". Until then nothing of it runs there.',
  evaluator:
    'The evaluation is locked, so that all runs are measured alike. The person edits it by hand; Bridge then shows at the next checkpoint that it changed, and the results say so.',
  tracker:
    'The tracker says what happened, and Bridge writes it from its record. The person may edit a cell by hand; their word and Bridge’s are then both shown.',
  plan: 'The plan says what was meant, and only the person changes it, by hand; Bridge reads it again at the next start.',
  result:
    'A result is what a run wrote, and "bridge verify" holds every number to it. To get another number, the person changes the code and runs it again.',
  journal:
    'The journal in .bridge is Bridge’s own record and nobody edits it. The person may delete the folder, which loses history and no results.',
  settings:
    'That would loosen what the person chose, so it is theirs to say: in their own settings, or in a call of "bridge run" that they make themselves.',
} as const;

export type PersonOnly = keyof typeof personOnly;

/** What a path is, if only a person may change it; null: it may be proposed. */
export function lockOf(path: string, locks: Locks): PersonOnly | null {
  if (isLocked(path, ['.bridge', '.aris', 'experiment_queue'])) return 'journal';
  if (isLocked(path, ['.vscode', '.git', '.mcp.json', '.claude', '.codex'])) return 'settings';
  if (isLocked(path, locks.evaluator)) return 'evaluator';
  if (isLocked(path, locks.tracker)) return 'tracker';
  if (isLocked(path, locks.plan)) return 'plan';
  return isLocked(path, locks.others) ? 'result' : null;
}

/** Paths, and folders with what is in them. */
export interface Locks {
  readonly evaluator: readonly string[];
  readonly tracker: readonly string[];
  readonly plan: readonly string[];
  /** Everything else that no agent changes: results, reports, data. */
  readonly others: readonly string[];
}
