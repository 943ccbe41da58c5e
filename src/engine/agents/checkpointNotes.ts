import type { LockedEvaluator } from '../../core/run/agentsEvent';
import type { StudyState } from '../../core/run/state';
import { evaluatorChanges } from './evaluator';

/** What a person should know of agents, self-check and evaluation before they approve. */
export function checkpointNotes(state: StudyState, evaluator: LockedEvaluator | null): readonly string[] {
  const { agents, lastApproved } = state;
  const found = agents.selfCheck?.findings ?? [];
  const count = (severity: string) => found.filter((each) => each.severity === severity).length;
  const counts = `${count('CRITICAL')} critical, ${count('MAJOR')} major, ${count('MINOR')} minor`;
  const changed =
    lastApproved !== null && agents.evaluator !== null ? evaluatorChanges(agents.evaluator, evaluator) : [];
  return [
    ...(found.length > 0 ? [`Self-check by program: ${counts}; "bridge check-code" shows them.`] : []),
    ...(evaluator === null
      ? []
      : [
          `Approving locks the evaluation: ${evaluator.script}${evaluator.source === 'found' ? ' (found by its name; the manifest names none)' : ''}${evaluator.split === null ? '' : `, split ${evaluator.split}`}${evaluator.primaryMetric === null ? '' : `, metric ${evaluator.primaryMetric}`}. No agent can change it from then on.`,
        ]),
    ...(changed.length > 0
      ? [
          `The locked evaluation was changed since (${changed.join('; ')}): if you approve, the results say so.`,
        ]
      : []),
  ];
}
