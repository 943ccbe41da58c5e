import { plural } from './plural';

/** Words of the curves, in English. */
export const englishCurves = {
  title: 'Curves',
  show: (label: string) => `Show ${label}`,
  hide: (label: string) => `Hide ${label}`,
  showFor: (count: number) => `Curves of ${count}`,
  ofRun: 'Curve',
  ofRuns: (count: number) => `Curves of ${plural(count, 'run', 'runs')}`,
  showLog: 'Log',
  reading: 'Reading curves…',
  nothing: 'These runs have written no series that can be drawn.',
  metric: 'Metric',
  milestone: 'Milestone',
  allMilestones: 'all milestones',
  by: 'Lines',
  bySystem: 'mean per system',
  byRun: 'each run',
  log: 'log scale',
  logOf: (metric: string) => `${metric}, log scale`,
  smoothing: 'Smoothing',
  noSmoothing: 'off',
  smoothed: (weight: string, shadows: boolean) =>
    `Smoothed, not as measured: moving average with weight ${weight}${shadows ? '; the faint line is what was measured' : ''}.`,
  band: 'The band is one standard deviation of the runs to either side of their mean.',
  restarted: 'A stroke on the axis marks where a run went on after an interruption.',
  notOnLog: (count: number) =>
    `${plural(count, 'value is', 'values are')} not shown: a log scale has no place for zero or less.`,
  omitted: (count: number) =>
    `${plural(count, 'more run is', 'more runs are')} not drawn: narrow the choice.`,
  silent: (count: number) => `${plural(count, 'run has', 'runs have')} written nothing of this yet.`,
  step: 'step',
  atStep: (step: string) => `at step ${step}`,
  atEnd: 'newest values',
  at: (step: string) => `at ${step}`,
  legend: 'Lines; press one to hide it',
  keys: 'Drag to zoom. Keys: Left and Right read values, + and − zoom, 0 resets.',
  resetZoom: 'Reset zoom',
  savePng: 'Save as PNG…',
  saveCsv: 'Save as CSV…',
  table: 'The same as a table',
  tableOf: (metric: string) => `Curves of ${metric} as a table`,
  columns: {
    line: 'Line',
    runs: 'Runs',
    first: 'First',
    lowest: 'Lowest',
    highest: 'Highest',
    last: 'Newest',
    gaps: 'Gaps',
  },
  endsAt: (label: string, value: string, step: string, runs: number) =>
    `${label} is at ${value} at step ${step}${runs > 1 ? ` (mean of ${runs})` : ''}`,
  alt: (metric: string, lines: number, ends: readonly string[], more: number) =>
    `Chart of ${metric} by step, ${plural(lines, 'line', 'lines')}: ${ends.join('; ')}${more > 0 ? `; and ${more} more` : ''}. The table below has the numbers.`,
};
