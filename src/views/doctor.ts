import { describeFact, type DoctorFix } from '../core/doctor/describeFact';
import type { DoctorFact } from '../core/doctor/facts';
import type { Translate } from '../core/text/translate';
import type { DoctorPage } from '../protocol/doctor';

/** What is known of the machine so far. */
export interface DoctorInput {
  /** Null: not looked at yet. */
  readonly facts: readonly DoctorFact[] | null;
  readonly looking: boolean;
  /** Why looking did not work, in a sentence; null: it did, or was not tried. */
  readonly failure: string | null;
}

const order = ['missing', 'unknown', 'ok', 'optional'];

/** The health of machine and folder: what is missing stands first. The editor knows about trust, the program does not. */
export function doctorPage(
  { facts, looking, failure }: DoctorInput,
  trusted: boolean,
  t: Translate,
): DoctorPage {
  const known = (facts ?? []).map((fact) => (fact.id === 'trust' ? { ...fact, trusted } : fact));
  const checks = known.map((fact) => {
    const { id, title, state, sentence, fix } = describeFact(fact, t);
    return { id, title, state, sentence, fix: fix === null || state === 'ok' ? null : fixLabel(fix, t) };
  });
  return {
    kind: 'doctor',
    looking,
    failure,
    checks: checks.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state)),
  };
}

function fixLabel(fix: DoctorFix, t: Translate): string {
  switch (fix.kind) {
    case 'trust':
      return t('Manage workspace trust');
    case 'setting':
      return t('Open the setting');
    case 'newPlan':
      return t('New experiment plan');
    case 'terminal':
      return t('Type "{0}" into a terminal', fix.command);
    case 'page':
      return t('Open the download page');
    case 'release':
      return t('Destroy rented machines');
  }
}
