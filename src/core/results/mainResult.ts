import { blockEvidence, milestoneEvidence, namedSystems } from './evidence';
import { judgeCriterion } from './judgeCriterion';
import type { CriterionVerdict, Judgement } from './judgement';
import type { StudyResult } from './model';
import { describeFinding } from './report/describeFinding';
import type { Language } from './report/messages';
import { messagesOf } from './report/messagesOf';
import { systemOf } from './runGroup';

/** A criterion of the plan and how it came out. */
export interface JudgedCriterion {
  /** Block or milestone id as the plan calls it. */
  readonly block: string;
  readonly title: string;
  /** The criterion as written. */
  readonly text: string;
  /** Whether it counts for the main result. */
  readonly main: boolean;
  readonly judgement: Judgement;
  readonly sentence: string;
}

export interface MainResult {
  readonly verdict: 'positive' | 'negative' | 'inconclusive';
  /** The rule by which it was found, for the report. */
  readonly rule: string;
  /** The outcome in one sentence. */
  readonly sentence: string;
  readonly criteria: readonly JudgedCriterion[];
}

const notMain =
  /sanity|smoke|ablat|polish|appendix|qualitative|failure analysis|diagnostic|消融|冒烟|附录|润色|定性/i;

/**
 * Positive when the criteria of all main must-run blocks are met, negative when one is not, else inconclusive. A
 * must-run block is main unless its title says sanity, ablation, polish, appendix or analysis, or one of its systems runs
 * only in ablation and polish milestones; where none is left, all must-run blocks count. A plan without such
 * criteria is judged by the gates of its main milestones.
 */
export function mainResult(study: StudyResult, language: Language = 'en'): MainResult {
  const words = messagesOf(language).main;
  const main = mainBlocks(study);
  const criteria = study.criteria.map((item): JudgedCriterion => {
    const judgement = judgeCriterion(item.criterion, blockEvidence(study, item.systems ?? null));
    const { block, title, criterion } = item;
    return {
      block,
      title,
      text: criterion.text,
      main: main.has(item),
      judgement,
      sentence: describeFinding(judgement, language),
    };
  });
  const fromBlocks = criteria.some((criterion) => criterion.main);
  const all = fromBlocks ? criteria : [...criteria, ...mainGates(study, language)];
  const deciding = all.filter((criterion) => criterion.main);
  const verdict = verdictOf(deciding.map(({ judgement }) => judgement));
  const reasons = deciding
    .filter(({ judgement }) => decides(verdict, judgement))
    .map((each) => reason(each, language));
  const opening = deciding.length === 0 ? words.noCriterion : words[verdict];
  const sentence =
    language === 'zh'
      ? `${opening}${reasons.length > 0 ? `：${reasons.join('')}` : '。'}`
      : `${opening}${reasons.length > 0 ? `: ${reasons.join(' ')}` : '.'}`;
  return { verdict, rule: fromBlocks ? words.rule : words.ruleFromGates, sentence, criteria: all };
}

function verdictOf(judgements: readonly Judgement[]): MainResult['verdict'] {
  // What has not ended may still change a mean, in either direction.
  const final = judgements.map(({ verdict, open }): CriterionVerdict =>
    open.length > 0 ? 'cannot-judge' : verdict,
  );
  if (final.includes('not-met')) return 'negative';
  return final.length > 0 && final.every((verdict) => verdict === 'met') ? 'positive' : 'inconclusive';
}

/** Whether a criterion is a reason for the verdict: all for positive, the failing ones for negative, the doubtful ones else. */
function decides(verdict: MainResult['verdict'], { verdict: own, open }: Judgement): boolean {
  if (verdict === 'positive') return true;
  if (verdict === 'negative') return own === 'not-met' && open.length === 0;
  return own !== 'met' || open.length > 0;
}

function reason({ block, sentence, judgement }: JudgedCriterion, language: Language): string {
  const { main } = messagesOf(language);
  const open = judgement.open.length === 0 ? '' : `${main.waitsFor(judgement.open)}; `;
  return `${block}: ${open}${sentence}`;
}

function mainBlocks(study: StudyResult): ReadonlySet<StudyResult['criteria'][number]> {
  const mustRun = study.criteria.filter(({ priority }) => priority !== 'nice-to-have');
  const chosen = mustRun.filter(
    ({ title, systems }) => !notMain.test(title) && !isAboutAblations(systems ?? null, study),
  );
  return new Set(chosen.length > 0 ? chosen : mustRun);
}

function isAboutAblations(systems: string | null, study: StudyResult): boolean {
  if (systems === null) return false;
  const elsewhere = new Set(
    study.milestones
      .filter(({ kind }) => kind !== 'ablation' && kind !== 'polish')
      .flatMap(({ runs }) => runs.map(systemOf)),
  );
  const compared = namedSystems(systems, blockEvidence(study, null).references);
  return compared.some((system) => !elsewhere.has(system));
}

function mainGates(study: StudyResult, language: Language): readonly JudgedCriterion[] {
  return study.milestones.flatMap((milestone): readonly JudgedCriterion[] => {
    const { gate, id, name, kind } = milestone;
    if (kind !== 'main' || gate === null) return [];
    const judgement = judgeCriterion(gate, milestoneEvidence(study, milestone));
    return [
      {
        block: id,
        title: name,
        text: gate.text,
        main: true,
        judgement,
        sentence: describeFinding(judgement, language),
      },
    ];
  });
}
