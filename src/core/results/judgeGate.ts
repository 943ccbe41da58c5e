import { isJudgeable } from '../plan/criteria';
import { milestoneEvidence } from './evidence';
import { judgeCriterion } from './judgeCriterion';
import type { MilestoneResult, RunResult, StudyResult } from './model';
import { describeFinding } from './report/describeFinding';
import type { Language } from './report/messages';
import { messagesOf } from './report/messagesOf';

export interface GateJudgement {
  readonly verdict: 'passed' | 'failed' | 'not-judged';
  /** The sentence with the numbers used. Plain text. */
  readonly why: string;
}

/**
 * Judges the gate behind a milestone. Sanity passes when its runs ended well with all their numbers (the engine has seen
 * to that before it calls a run DONE) and its criterion, where a program can read one, holds. Elsewhere the criterion
 * decides alone; without one that a program can judge, or within noise, the gate is not judged. A milestone
 * without a gate passes; a gate behind runs of which every one failed is failed.
 */
export function judgeGate(
  milestone: MilestoneResult,
  study: Pick<StudyResult, 'milestones' | 'baselines' | 'primaryMetric'>,
  language: Language = 'en',
): GateJudgement {
  const words = messagesOf(language).gate;
  const { gate, kind, runs } = milestone;
  const sanity = kind === 'sanity';
  if (runs.length === 0) return { verdict: 'not-judged', why: words.noRuns };
  const needed = runs.filter(({ priority }) => priority !== 'nice-to-have');
  const failed = needed.filter(({ status }) => status === 'FAILED');
  if (sanity && failed.length > 0)
    return { verdict: 'failed', why: words.sanityFailed(failed.map(withReason)) };
  const open = needed.filter(
    ({ status }) => status === 'RUNNING' || status === 'TODO' || status === 'BLOCKED',
  );
  if (open.length > 0) return { verdict: 'not-judged', why: words.notEnded(open.map(({ id }) => id)) };
  const done = runs.filter(({ status }) => status === 'DONE').length;
  if (sanity && done === 0) return { verdict: 'not-judged', why: words.noRuns };
  const broken = runs.filter(({ status }) => status === 'FAILED');
  if (gate !== null && done === 0 && broken.length > 0)
    return { verdict: 'failed', why: words.allFailed(broken.map(withReason)) };
  if (gate === null) return { verdict: 'passed', why: sanity ? words.sanityRuns(done) : words.none };
  if (!isJudgeable(gate)) {
    const unread = words.notJudgedByProgram(gate.text);
    return sanity
      ? { verdict: 'passed', why: `${words.sanityRuns(done)}; ${unread}` }
      : { verdict: 'not-judged', why: unread };
  }
  const judgement = judgeCriterion(gate, milestoneEvidence(study, milestone));
  const why = describeFinding(judgement, language);
  if (judgement.verdict === 'met') return { verdict: 'passed', why };
  return { verdict: judgement.verdict === 'not-met' ? 'failed' : 'not-judged', why };
}

function withReason({ id, reason }: RunResult): string {
  return reason === null ? id : `${id} (${reason})`;
}
