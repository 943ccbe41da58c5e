import type { Comparison as Operator, Criterion } from '../../plan/model';
import type { ComparisonVerdict } from '../compare';
import type { Unlike } from '../likeWithLike';
import type { CriterionVerdict } from '../judgement';

export type Language = 'en' | 'zh';

/** Numbers of a group, ready to print. */
export interface FiguresText {
  readonly label: string;
  /** `0.912 ± 0.006 (5)`. */
  readonly value: string;
  readonly n: number;
  readonly unverified: number;
}

/**
 * Every sentence of the reports. Both languages implement it whole, so a missing string does not compile. Arguments are
 * text, not Markdown; words with which tools find their way (status words, verdicts of the main result, column
 * names, commands, paths) are the same in every language.
 */
export interface Messages {
  readonly results: {
    readonly title: string;
    readonly date: string;
    readonly plan: string;
    readonly target: string;
    readonly review: string;
    readonly scope: string;
    scopeText(scope: {
      readonly runs: number;
      readonly systems: readonly string[];
      readonly seeds: readonly number[];
      readonly configurations: number;
    }): string;
    datasets(datasets: readonly string[]): string;
    readonly scopeLimit: string;
    readonly byMilestone: string;
    readonly criteria: string;
    readonly notes: string;
    readonly summary: string;
    readonly nextStep: string;
    readonly gate: string;
    readonly noGate: string;
    readonly noRuns: string;
    aggregated(metric: string, direction: 'higher' | 'lower' | null): string;
    readonly noBaseline: string;
    ofCandidates(count: number): string;
    paired(seeds: readonly number[]): string;
    readonly noiseName: string;
    /** Half-width of what chance alone does to this difference. */
    noise(halfWidth: string): string;
    noiseFloor(
      metric: string,
      floor: { readonly std: string; readonly single: string; readonly freedom: number },
    ): string;
    unlike(candidate: string, baseline: string, aspects: readonly Unlike[]): string;
    readonly lastLines: string;
    readonly log: string;
    noResult(run: string, status: string, why: string | null): string;
    unverified(runs: readonly string[]): string;
    attempts(count: number): string;
    readonly sources: string;
    numbersFrom(runs: readonly string[]): string;
  };
  readonly verdicts: Readonly<Record<CriterionVerdict, string>>;
  readonly noise: Readonly<Record<ComparisonVerdict, string>>;
  readonly summary: {
    mustRun(done: number, all: number): string;
    niceToHave(done: number, all: number): string;
    mainResult(verdict: string): string;
    ready(yes: boolean, reasons: readonly string[]): string;
    readonly sanityNotPassed: string;
    notEnded(runs: readonly string[]): string;
    readonly nothingRan: string;
  };
  readonly main: {
    readonly rule: string;
    readonly ruleFromGates: string;
    readonly positive: string;
    readonly negative: string;
    readonly inconclusive: string;
    readonly noCriterion: string;
    waitsFor(runs: readonly string[]): string;
  };
  readonly gate: {
    sanityRuns(count: number): string;
    sanityFailed(runs: readonly string[]): string;
    allFailed(runs: readonly string[]): string;
    notEnded(runs: readonly string[]): string;
    readonly noRuns: string;
    readonly none: string;
    notJudgedByProgram(text: string): string;
  };
  readonly finding: {
    noCriterion(text: string): string;
    readonly noMetric: string;
    metricMissing(metric: string, available: readonly string[]): string;
    metricAmbiguous(metric: string, candidates: readonly string[]): string;
    noCandidate(reference: string): string;
    noValue(metric: string, label: string): string;
    referenceMissing(reference: string, systems: readonly string[]): string;
    referenceAmbiguous(reference: string, candidates: readonly string[]): string;
    equality(reference: string): string;
    scale(metric: string, threshold: number, example: string): string;
    threshold(
      group: FiguresText,
      metric: string,
      operator: Operator,
      threshold: string,
      holds: boolean,
    ): string;
    difference(comparison: {
      readonly candidate: FiguresText;
      readonly reference: FiguresText;
      readonly metric: string;
      readonly difference: string;
      readonly operator: Operator;
      readonly threshold: string;
      readonly written: Criterion;
    }): string;
    tooFew(candidate: FiguresText, reference: FiguresText): string;
    interval(interval: string, p: string, variants: number, pairedSeeds: readonly number[] | null): string;
    readonly withinNoise: string;
    thresholdInsideInterval(met: boolean): string;
    readonly beyondNoise: string;
    unverified(count: number): string;
    readonly mixed: string;
    /** Before conditions that must all hold. */
    readonly all: string;
  };
  readonly plots: {
    readonly title: string;
    bySystem(metric: string): string;
    curves(series: string): string;
  };
  readonly log: {
    readonly system: string;
    readonly config: string;
    readonly result: string;
    readonly verdict: string;
    readonly reproduce: string;
    readonly none: string;
  };
  readonly handoff: {
    readonly title: string;
    implemented(written: number, found: number): string;
    deployed(count: number, gpus: number): string;
    completed(mustDone: number, mustAll: number, niceDone: number, niceAll: number): string;
    mainResult(sentence: string): string;
    readonly results: string;
    readonly tracker: string;
    readonly ready: string;
    notReady(reasons: readonly string[]): string;
  };
  /** Why a run has no result, and what else is to be known of one. */
  readonly reasons: {
    cancelledBy(who: string): string;
    pausedBy(who: string): string;
    readonly notStarted: string;
    cut(word: string): string;
    readonly nothingStarts: string;
    evaluatedAgain(run: string, attempt: number): string;
    /** A sentence that the journal keeps in English, where the report's language has it. */
    recorded(sentence: string): string;
  };
  readonly queue: {
    title(project: string): string;
    started(time: string): string;
    ended(time: string): string;
    readonly running: string;
    counts(done: number, failed: number, other: number, all: number): string;
  };
}
