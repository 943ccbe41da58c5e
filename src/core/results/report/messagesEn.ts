import type { Unlike } from '../likeWithLike';
import type { FiguresText, Messages } from './messages';

const list = (items: readonly string[]): string => items.join(', ');
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
const quoted = (text: string): string => `"${text}"`;
const figures = ({ label, value }: FiguresText): string => `${label} ${value}`;

const aspectNames: Readonly<Record<Unlike, string>> = {
  commit: 'commits',
  code: 'uncommitted code',
  host: 'machines',
  gpu: 'GPUs or drivers',
  python: 'Python versions',
  packages: 'packages',
};

export const en: Messages = {
  results: {
    title: 'Initial Experiment Results',
    date: 'Date',
    plan: 'Plan',
    target: 'Target',
    review: 'Review',
    scope: 'Scope',
    scopeText: ({ runs, systems, seeds, configurations }) =>
      `${count(runs, 'finished run')}, ${count(systems.length, 'system')}${systems.length > 0 ? ` (${list(systems)})` : ''}, ${
        seeds.length > 0 ? `${count(seeds.length, 'seed')} (${seeds.join(', ')})` : 'no declared seeds'
      }, ${count(configurations, 'configuration')}.`,
    datasets: (datasets) => `Datasets as the plan names them: ${datasets.join('; ')}.`,
    scopeLimit: 'These are initial results; they say nothing beyond this scope.',
    byMilestone: 'Results by Milestone',
    criteria: 'Success Criteria',
    notes: 'Notes',
    summary: 'Summary',
    nextStep: 'Next Step',
    gate: 'Gate',
    noGate: 'No decision gate in the plan.',
    noRuns: 'No run belongs to this milestone.',
    aggregated: (metric, direction) =>
      `${metric}, mean ± sample standard deviation (number of runs)${direction === null ? '' : `, ${direction} is better`}:`,
    noBaseline: '–',
    ofCandidates: (n) => `of ${n} candidates`,
    paired: (seeds) => `paired over seeds ${seeds.join(', ')}`,
    noiseName: 'Noise floor',
    noise: (halfWidth) => `noise ±${halfWidth}`,
    noiseFloor: (metric, { std, single, freedom }) =>
      `${metric} of runs that differ in nothing but their seed varies by ${std} (standard deviation over the study, ${count(freedom, 'degree')} of freedom); two single runs differ by up to ${single} by chance alone (95 %).`,
    unlike: (candidate, baseline, aspects) =>
      `Not like with like: ${candidate} and ${baseline} ran with different ${list(aspects.map((aspect) => aspectNames[aspect]))}.`,
    lastLines: 'Last lines of its log:',
    log: 'Log:',
    noResult: (run, status, why) => `${run} ${status}: ${why ?? 'no reason recorded'}`,
    unverified: (runs) => `Done elsewhere, no record here, unverified: ${list(runs)}`,
    attempts: (n) => `${n} attempts`,
    sources: 'sources',
    numbersFrom: (runs) => `from ${list(runs)}`,
  },
  verdicts: {
    met: 'met',
    'not-met': 'not met',
    'within-noise': 'within noise',
    'cannot-judge': 'cannot judge',
  },
  noise: { better: 'better', worse: 'worse', 'within-noise': 'within noise', 'too-few': 'too few runs' },
  summary: {
    mustRun: (done, all) => `${done}/${all} must-run experiments completed`,
    niceToHave: (done, all) => `${done}/${all} nice-to-have experiments completed`,
    mainResult: (verdict) => `Main result: ${verdict}`,
    ready: (yes, reasons) => `Ready for /auto-review-loop: ${yes ? 'YES' : `NO (${reasons.join('; ')})`}`,
    sanityNotPassed: 'sanity has not passed',
    notEnded: (runs) => `must-run runs that have not ended: ${list(runs)}`,
    nothingRan: 'nothing has run',
  },
  main: {
    rule: 'Rule: positive when the criteria of all main must-run blocks are met, negative when one is not met, else inconclusive. Blocks about sanity, ablations and polish do not count; a block is about ablations when its title says so or one of its systems runs only there.',
    ruleFromGates:
      'Rule: the plan has no success criterion for a main must-run block, so the gates of the main milestones count: positive when all are met, negative when one is not met, else inconclusive.',
    positive: 'Every criterion of the main must-run blocks is met',
    negative: 'A criterion of the main must-run blocks is not met',
    inconclusive: 'No criterion fails, but not every one is met beyond doubt',
    noCriterion: 'The plan has no criterion for the main result',
    waitsFor: (runs) => `waits for ${list(runs)}`,
  },
  gate: {
    sanityRuns: (n) =>
      `${count(n, 'sanity run')} ended without error, and every declared number is there and finite`,
    allFailed: (runs) => `every run of it failed: ${list(runs)}`,
    sanityFailed: (runs) => `sanity failed: ${list(runs)}`,
    notEnded: (runs) => `not ended: ${list(runs)}`,
    noRuns: 'no run belongs to this milestone',
    none: 'the plan names no decision gate',
    notJudgedByProgram: (text) => `no program can judge ${quoted(text)}; a person decides`,
  },
  finding: {
    noCriterion: (text) => `No program can judge ${quoted(text)}; a person decides.`,
    noMetric: 'The criterion names no metric and no primary metric is declared.',
    metricMissing: (metric, available) =>
      `${metric === '' ? 'There is no metric' : `No metric matches ${quoted(metric)}`}; the runs have ${
        available.length === 0 ? 'no metrics' : list(available)
      }.`,
    metricAmbiguous: (metric, candidates) =>
      `${quoted(metric)} may mean ${list(candidates)}; name one of them.`,
    noCandidate: (reference) => `No run says which system is judged against ${quoted(reference)}.`,
    noValue: (metric, label) => `${label} has no finished run with ${metric}.`,
    referenceMissing: (reference, systems) =>
      `No system matches ${quoted(reference)}; there are ${systems.length === 0 ? 'none' : list(systems)}.`,
    referenceAmbiguous: (reference, candidates) =>
      `${quoted(reference)} may mean ${list(candidates)}; name one of them.`,
    equality: (reference) =>
      `That two noisy means are equal (to ${quoted(reference)}) cannot be shown by a program.`,
    scale: (metric, threshold, example) =>
      `The threshold ${threshold} and the values of ${metric} (such as ${example}) are on different scales, fractions and per cent.`,
    threshold: (group, metric, operator, threshold, holds) =>
      `${metric} of ${figures(group)} is ${holds ? '' : 'not '}${operator} ${threshold}.`,
    difference: ({ candidate, reference, metric, difference, operator, threshold }) =>
      `${metric}: ${figures(candidate)} against ${figures(reference)}, difference ${difference} (asked: ${operator} ${threshold}).`,
    tooFew: (candidate, reference) =>
      `A comparison needs two seeds a side; there are ${candidate.n} and ${reference.n}, so the difference stays inconclusive.`,
    interval: (interval, p, variants, seeds) =>
      `95 % interval ${interval}, p ${p}${variants > 1 ? `, corrected for ${variants} candidates` : ''}${
        seeds === null ? '' : `, paired over seeds ${seeds.join(', ')}`
      }.`,
    withinNoise: 'The difference is within noise.',
    thresholdInsideInterval: (met) =>
      met
        ? 'The mean difference reaches the threshold; the interval still includes it.'
        : 'The interval includes the threshold, so more seeds would have to decide.',
    beyondNoise: 'The difference is beyond noise.',
    unverified: (n) =>
      `${count(n, 'value')} of these ${n === 1 ? 'is' : 'are'} from runs done elsewhere, unverified.`,
    all: 'All of these must hold:',
    mixed: 'The systems differ, and the criterion does not say which one it means:',
  },
  plots: {
    title: 'Plots',
    bySystem: (metric) => `${metric} by system: each run, mean and standard deviation`,
    curves: (series) => `${series} while training: mean over runs, one standard deviation as a band`,
  },
  log: {
    system: 'System',
    config: 'Config',
    result: 'Result',
    verdict: 'Verdict',
    reproduce: 'Reproduce',
    none: 'none',
  },
  handoff: {
    title: '🔬 Experiment bridge complete:',
    implemented: (written, found) =>
      `Implemented: ${count(written, 'experiment script')}${found > 0 ? `, ${found} found and used as ${found === 1 ? 'it was' : 'they were'}` : ''}`,
    deployed: (n, gpus) => `Deployed: ${count(n, 'experiment')} on ${count(gpus, 'GPU')}`,
    completed: (a, b, c, d) => `Completed: ${a}/${b} must-run, ${c}/${d} nice-to-have`,
    mainResult: (sentence) => `Main result: ${sentence}`,
    results: 'Results:',
    tracker: 'Tracker:',
    ready: 'Ready for Workflow 2:',
    notReady: (reasons) => `Not ready for Workflow 2 yet (${reasons.join('; ')}). Then:`,
  },
  reasons: {
    cancelledBy: (who) => `cancelled by ${who}`,
    pausedBy: (who) => `paused by ${who}`,
    notStarted: 'not started',
    cut: (word) => `marked "${word}" in the tracker`,
    nothingStarts: 'nothing says how it is started',
    evaluatedAgain: (run, attempt) =>
      `Of ${run} only the evaluation ran again (attempt ${attempt}); its training is that of an earlier attempt.`,
    recorded: (sentence) => sentence,
  },
  queue: {
    title: (project) => `Experiment queue: ${project}`,
    started: (time) => `Started: ${time}`,
    ended: (time) => `Ended: ${time}`,
    running: 'still running',
    counts: (done, failed, other, all) => `${done} of ${all} completed, ${failed} failed, ${other} other`,
  },
};
