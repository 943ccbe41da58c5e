import { sayRecorded } from '../core/text/recorded';
import type { Stage } from '../core/run/event';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { PlanPage } from '../protocol/view';
import { describeStage } from './describeEvent';

const order: readonly Stage[] = [
  'parse',
  'implement',
  'review',
  'sanity',
  'repair',
  'checkpoint',
  'deploy',
  'collect',
  'ablate',
  'handoff',
];

/** The stages of the workflow with how far each has come. */
export function stageList(state: StudyState, t: Translate): PlanPage['stages'] {
  const known = new Map(state.stages.map((stage) => [stage.stage, stage]));
  // Nothing is said of repairs while none was needed.
  return order
    .filter((stage) => stage !== 'repair' || known.has(stage))
    .map((stage) => {
      const reached = known.get(stage);
      return {
        stage,
        label: describeStage(stage, t),
        outcome: reached?.outcome ?? 'ahead',
        note: sayRecorded(reached?.note ?? '', t),
      };
    });
}
