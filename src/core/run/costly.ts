import type { StudyDeclaration } from './declaration';
import { parseTarget, splitTargets } from './target';

/** Whether what runs there costs money by itself: a machine that is rented, or a service that bills. */
export function costsMoney(study: Pick<StudyDeclaration, 'target'> | null): boolean {
  return splitTargets(study?.target ?? '').some((text) => {
    const kind = parseTarget(text)?.kind;
    return kind === 'vast' || kind === 'modal';
  });
}

/** Said where something that costs money was to start without a cap. */
export function needsCap(target: string): string {
  return `Runs on ${target} cost money, and there is no cap: nothing is rented and nothing starts. Set bridge.budget.usd (--set bridge.budget.usd=20), look at the checkpoint again and approve it.`;
}
