import { showLog } from '../log/logTerminal';
import type { Study } from '../study';
import { translate as t } from '../translate';
import { namedRuns, pickRuns } from './pickRuns';

/** "Bridge: Open Log": of the run that is named, or of one that the person picks. */
export async function openLog(study: Study, argument: unknown): Promise<void> {
  const named = namedRuns(argument);
  const words = { title: t('Log to open'), none: t('No run has started yet.'), many: false };
  const [run] =
    named.length > 0 ? named : ((await pickRuns(study, ({ attempts }) => attempts > 0, words)) ?? []);
  if (run !== undefined) await showLog(study, run);
}
