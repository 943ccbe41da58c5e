import { isJudgeable } from './criteria';
import type { Span } from '../text/span';
import { LineMap } from '../text/lineMap';
import type { Plan } from './model';
import { parsePlan } from './parsePlan';

/** Something that a reader looks for in a plan and did not find. */
export interface PlanGap {
  readonly kind: 'milestones' | 'runs' | 'cost' | 'gate' | 'criterion';
  /** Milestone or block that lacks it; null for the plan as a whole. */
  readonly of: string | null;
  readonly span: Span | null;
}

/** A fact that somebody proposes for a gap: Markdown to be put in, and the lines of the plan that it is taken from. */
export interface ProposedFact {
  readonly gap: PlanGap;
  /** Whole lines, as they shall stand in the plan. */
  readonly markdown: string;
  /** The line behind which they are put; lines count from 1, 0 is the beginning. */
  readonly afterLine: number;
  /** The lines that say it in other words, first and last. */
  readonly source: { readonly first: number; readonly last: number; readonly quote: string };
}

/**
 * Who proposes facts where the reader leaves gaps: an author agent. What it proposes is shown beside its source lines
 * and counts only when a person accepted it.
 */
export interface PlanProposer {
  readonly id: string;
  /** Its name for a person. */
  readonly name: string;
  propose(
    request: { readonly text: string; readonly gaps: readonly PlanGap[] },
    signal: AbortSignal,
  ): Promise<readonly ProposedFact[]>;
}

/** What a plan leaves open. */
export function planGaps(plan: Plan): readonly PlanGap[] {
  if (plan.milestones.length === 0) return [{ kind: 'milestones', of: null, span: null }];
  const gaps: PlanGap[] = [];
  if (plan.runs.length === 0 && plan.milestones.every(({ runs }) => runs.length === 0))
    gaps.push({ kind: 'runs', of: null, span: null });
  for (const { id, gpuHours, gate, span } of plan.milestones) {
    if (gpuHours === null) gaps.push({ kind: 'cost', of: id, span });
    if (gate === null) gaps.push({ kind: 'gate', of: id, span });
  }
  for (const { id, successCriterion, span } of plan.blocks)
    if (successCriterion === null || !isJudgeable(successCriterion))
      gaps.push({ kind: 'criterion', of: id, span });
  return gaps;
}

export interface JudgedProposal {
  /** The plan with every fact that holds, each in its place. */
  readonly text: string;
  readonly kept: readonly ProposedFact[];
  /** Facts that are left out, with why. */
  readonly refused: readonly { readonly fact: ProposedFact; readonly why: 'source' | 'gap' | 'place' }[];
}

/**
 * Puts proposed facts into a plan. A fact is left out where the lines that it quotes do not stand there, or where the
 * reader, reading the plan with it, still finds the gap open: nothing is taken on trust, and nothing is lost of what
 * stands there.
 */
export function judgeProposal(text: string, facts: readonly ProposedFact[]): JudgedProposal {
  const lines = text.split(/\r\n|\n|\r/);
  const kept: ProposedFact[] = [];
  const refused: { fact: ProposedFact; why: 'source' | 'gap' | 'place' }[] = [];
  for (const fact of facts) {
    const { first, last, quote } = fact.source;
    const said = lines.slice(first - 1, last).join('\n');
    const inside = first >= 1 && last >= first && last <= lines.length;
    if (!inside || quote.trim() === '' || !squeezed(said).includes(squeezed(quote)))
      refused.push({ fact, why: 'source' });
    else if (fact.afterLine < 0 || fact.afterLine > lines.length) refused.push({ fact, why: 'place' });
    else if (isOpen(insert(text, [...kept, fact]), fact.gap)) refused.push({ fact, why: 'gap' });
    else kept.push(fact);
  }
  return { text: insert(text, kept), kept, refused };
}

function isOpen(text: string, gap: PlanGap): boolean {
  return planGaps(parsePlan(text)).some(({ kind, of }) => kind === gap.kind && of === gap.of);
}

/** Lines put in from the last to the first, so that the places of the others hold. */
function insert(text: string, facts: readonly ProposedFact[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const map = new LineMap(text);
  const starts = (line: number): number => {
    let low = 0;
    let high = text.length;
    // The first offset that lies behind the line.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (map.position(middle).line > line) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [...facts]
    .map((fact, index) => ({ fact, index }))
    .sort((one, other) => other.fact.afterLine - one.fact.afterLine || other.index - one.index)
    .reduce((now, { fact }) => {
      const at = starts(fact.afterLine);
      const block = fact.markdown.replace(/\r\n|\r|\n/g, newline).replace(/(\r?\n)*$/, newline);
      const before = at > 0 && !/[\r\n]/.test(text[at - 1]!) ? newline : '';
      return now.slice(0, at) + before + block + now.slice(at);
    }, text);
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
