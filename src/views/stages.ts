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
  'checkpoint',
  'deploy',
  'collect',
  'handoff',
];

/** The stages of the workflow with how far each has come. */
export function stageList(state: StudyState, t: Translate): PlanPage['stages'] {
  const known = new Map(state.stages.map((stage) => [stage.stage, stage]));
  return order.map((stage) => {
    const reached = known.get(stage);
    return {
      stage,
      label: describeStage(stage, t),
      outcome: reached?.outcome ?? 'ahead',
      note: reached?.note ?? '',
    };
  });
}
