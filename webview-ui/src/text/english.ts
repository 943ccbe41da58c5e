import { plural } from './plural';
import { englishNeeds } from './englishNeeds';
import { englishCurves } from './englishCurves';
import type { RunGroupKey, RunStatus } from '../../../src/protocol/runs';
import type { PageName } from '../../../src/protocol/panelIntent';

type StageOutcome = 'running' | 'passed' | 'failed' | 'skipped' | 'waiting' | 'ahead';

const pages: Record<PageName, string> = {
  plan: 'Plan',
  runs: 'Runs',
  needs: 'Needs you',
  results: 'Results',
  timeline: 'Timeline',
};

const statuses: Record<RunStatus, string> = {
  pending: 'waits',
  paused: 'paused',
  running: 'running',
  unreachable: 'unreachable',
  completed: 'done',
  failed: 'failed',
  stuck: 'stuck',
  skipped: 'skipped',
  cancelled: 'cancelled',
};

const groups: Record<RunGroupKey, string> = {
  milestone: 'milestone',
  system: 'system',
  seed: 'seed',
  host: 'host',
  status: 'status',
  none: 'nothing',
};

const outcomes: Record<StageOutcome, string> = {
  running: 'running',
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  waiting: 'waits for you',
  ahead: 'ahead',
};

/** Every word that the panel itself says, in English. Sentences about the study arrive from the host. */
export const english = {
  locale: 'en',
  pages,
  statuses,
  groups,
  outcomes,
  common: {
    loading: 'Reading the state…',
    dismiss: 'Dismiss',
    close: 'Close',
    copy: 'Copy',
    broken: 'The panel met an error and stopped drawing. Your runs are not touched by it.',
    drawAgain: 'Draw again',
    line: (line: number) => `line ${line}`,
    openAt: (file: string, line: number | null) =>
      line === null ? `Open ${file}` : `Open ${file}, line ${line}`,
  },
  time: {
    days: (days: number, hours: string) => `${days} d ${hours} h`,
    hours: (hours: number, minutes: string) => `${hours} h ${minutes}`,
    minutes: (minutes: number) => `${minutes} min`,
    seconds: (seconds: number) => `${seconds} s`,
  },
  header: {
    label: 'Study',
    milestones: 'Milestones',
    milestoneState: {
      done: 'done',
      running: 'running',
      waiting: 'waits',
      failed: 'failed',
      empty: 'no runs yet',
    },
    failedOf: (failed: number) => `${failed} failed`,
    gpuHours: (used: string, of: string | null) =>
      of === null ? `${used} GPU-h used` : `${used} of ${of} GPU-h`,
    noGpu: 'no GPU needed',
    cap: 'The cap: nothing more starts past it',
    planned: 'As planned',
    forecast: (hours: string) => `forecast ${hours}`,
    endsAbout: (time: string) => `ends about ${time}`,
    needsYou: (count: number) => `Needs you: ${count}`,
    driving: 'Bridge is driving runs',
    restricted: 'This workspace is not trusted: everything can be read, nothing can be started.',
    manageTrust: 'Manage trust',
    pagesLabel: 'Pages',
  },
  plan: {
    deploy: 'Deploy plan',
    deployHint: 'Reads the plan, checks the code and runs sanity. You are asked before the rest.',
    deployAgain: 'Deploy again',
    deployAgainHint: 'Runs only what failed or whose command changed; what is done stays done.',
    deployBlocked: 'Not now: something runs already, waits for you, or must be mended first.',
    open: 'Open the plan',
    method: 'Method',
    milestones: 'Milestones',
    stages: 'Stages',
    blocks: 'Blocks and criteria',
    claims: 'Claims',
    problems: 'Problems',
    noProblems: 'The plan reads without problems.',
    gate: 'Gate',
    verdicts: { passed: 'gate passed', failed: 'gate failed', 'not-judged': 'not judged' },
    runsOf: (done: number, total: number) => `${done}/${total}`,
    failed: (count: number) => plural(count, 'failed', 'failed'),
    noRuns: 'no runs',
    personJudges: 'You judge this: no program can.',
    noCriterion: 'No success criterion',
    gpuHours: (text: string) => `${text} GPU-h`,
    severities: { error: 'Error', warning: 'Warning', info: 'Note' },
  },
  runs: {
    search: 'Search runs',
    searchHint: 'id, system, command…',
    status: 'Status',
    system: 'System',
    host: 'Host',
    group: 'Group by',
    all: 'all',
    clearFilters: 'Clear filters',
    count: (matching: string, total: string) =>
      matching === total ? `${total} runs` : `${matching} of ${total}`,
    grid: 'Runs',
    gridHint: 'Arrow keys move, Space selects, Enter opens the log, Left and Right fold groups.',
    nothingMatches: 'No run matches.',
    columns: {
      select: 'Selected',
      id: 'Run',
      system: 'System',
      status: 'Status',
      progress: 'Progress',
      spark: 'Trend',
      metric: 'Metric',
      host: 'Where',
      elapsed: 'Elapsed',
      estimate: 'Estimate',
      why: 'Why',
    },
    seed: (seed: number) => `s=${seed}`,
    select: (run: string) => `Select ${run}`,
    selected: (count: number) => plural(count, 'run selected', 'runs selected'),
    clearSelection: 'Clear selection',
    cancel: (count: number) => `Cancel ${count}`,
    retry: (count: number) => `Retry ${count}`,
    pause: (count: number) => `Pause ${count}`,
    resume: (count: number) => `Resume ${count}`,
    cancelOne: 'Cancel',
    retryOne: 'Retry',
    pauseOne: 'Pause',
    resumeOne: 'Resume',
    confirmCancel: (count: number) =>
      `Cancel ${plural(count, 'run', 'runs')}? What they computed since their last save is lost.`,
    confirmCancelYes: 'Cancel them',
    keep: 'Keep them',
    attempts: (count: number) => `attempt ${count}`,
    estimated: (text: string) => `est. ${text}`,
    openNumber: 'Open the number',
    late: 'on its way…',
  },
  curves: englishCurves,
  log: {
    title: (run: string) => `Log of ${run}`,
    follow: 'Follow',
    copy: 'Copy log',
    ended: 'ended',
    waiting: 'No output yet.',
    cut: (lines: string) => `${lines} earlier lines are not kept here`,
  },
  needs: englishNeeds,
  results: {
    main: 'Main result',
    verdicts: { positive: 'positive', negative: 'negative', inconclusive: 'inconclusive' },
    mustRun: (done: number, total: number) => `${done} of ${total} must-run runs are done`,
    openReport: 'Open the report',
    handoff: 'Handoff',
    copyHandoff: 'Copy handoff',
    system: 'System',
    value: (metric: string) => `${metric}, mean ± std (n)`,
    comparison: 'vs baseline',
    better: { higher: 'higher is better', lower: 'lower is better' },
    noComparison: '–',
    why: 'Why: the numbers and the rule',
    contents: 'On this page',
    showRuns: (system: string) => `Runs of ${system}`,
    run: 'Run',
    source: 'Where the number stands',
    missing: 'Missing',
    missingCaption: 'Runs without a number',
  },
  timeline: {
    label: 'What happened, newest first',
    nothing: 'Nothing has happened yet.',
    nothingSentence:
      'Everything that Bridge, you and the agents do is kept here, with its time and who did it.',
    tones: { plain: 'note', good: 'good', bad: 'bad', ask: 'asks you' },
    by: (who: string) => `by ${who}`,
  },
};

/** The catalogue's shape; each language has all of it. */
export type Words = typeof english;
