import type { Translate } from '../core/text/translate';
import { describeList } from './words';

/** `24 runs (M1, M2, M3)`. */
export function describeCheckpointSize(
  milestones: readonly { readonly id: string; readonly runs: number }[],
  t: Translate,
): string {
  const runs = milestones.reduce((sum, milestone) => sum + milestone.runs, 0);
  const names = describeList(
    milestones.map(({ id }) => id),
    t,
    4,
  );
  return runs === 1 ? t('1 run ({0})', names) : t('{0} runs ({1})', runs, names);
}
