/** What a person is asked for a first plan. Texts are one line each. */
export interface FirstPlan {
  readonly title: string;
  /** What is to be found out, and why its answer matters. */
  readonly question: string;
  readonly method: string;
  readonly baselines: readonly string[];
  readonly metric: string;
  readonly direction: 'higher' | 'lower';
  readonly seeds: readonly number[];
  /** Script that trains and evaluates one run. */
  readonly script: string;
}

export interface FirstPlanFiles {
  readonly plan: string;
  readonly tracker: string;
  readonly manifest: string;
}

interface PlannedRun {
  readonly id: string;
  readonly milestone: 'M0' | 'M1' | 'M2';
  readonly system: string;
  readonly seed: number;
}

/** Plan, tracker and manifest that fit each other and read without a problem: sanity first, then baselines, then the method. */
export function writeFirstPlan(answers: FirstPlan): FirstPlanFiles {
  const runs = runsOf(answers);
  return {
    plan: planOf(answers, runs),
    tracker: trackerOf(answers, runs),
    manifest: manifestOf(answers, runs),
  };
}

/** `1-3`, `42, 200, 201`, `1 2 3`: whole numbers, ranges written out; null where it is something else. */
export function parseSeeds(text: string): readonly number[] | null {
  const seeds: number[] = [];
  for (const part of text.split(/[\s,，;；]+/).filter((each) => each !== '')) {
    const [, first, last] = /^(\d{1,9})(?:[-–~](\d{1,9}))?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const to = Number(last ?? first);
    if (to < Number(first) || to - Number(first) > 999) return null;
    for (let seed = Number(first); seed <= to; seed++) seeds.push(seed);
  }
  return seeds.length === 0 ? null : [...new Set(seeds)];
}

/** `sgd, adam`: names without what would break a table, a command or a file name; null where one does or two are equal. */
export function parseSystems(text: string): readonly string[] | null {
  const names = text
    .split(/[,，;；]/)
    .map((name) => name.trim().replace(/\s+/g, '-'))
    .filter((name) => name !== '');
  const fine = names.every((name) => /^[\p{L}\p{N}][\p{L}\p{N}_.+-]{0,60}$/u.test(name));
  return fine && new Set(names).size === names.length ? names : null;
}

function runsOf({ method, baselines, seeds }: FirstPlan): readonly PlannedRun[] {
  const all = [
    { milestone: 'M0', system: method, seed: seeds[0]! } as const,
    ...baselines.flatMap((system) => seeds.map((seed) => ({ milestone: 'M1', system, seed }) as const)),
    ...seeds.map((seed) => ({ milestone: 'M2', system: method, seed }) as const),
  ];
  const digits = Math.max(3, String(all.length).length);
  return all.map((run, index) => ({ ...run, id: `R${String(index + 1).padStart(digits, '0')}` }));
}

function planOf(answers: FirstPlan, runs: readonly PlannedRun[]): string {
  const { title, question, method, baselines, metric, direction, seeds } = answers;
  const range = (milestone: PlannedRun['milestone']) => {
    const ids = runs.filter((run) => run.milestone === milestone).map(({ id }) => id);
    return ids.length > 1 ? `${ids[0]!}-${ids.at(-1)!}` : (ids[0] ?? '');
  };
  const reference = baselines[0];
  const better = direction === 'higher' ? '>' : '<';
  const claim =
    reference === undefined
      ? `${method} reaches its ${metric}`
      : `${method} has a ${direction} ${metric} than ${baselines.join(' and ')}`;
  return `# Experiment Plan: ${inline(title)}

**Problem**: ${inline(question)}
**Method Thesis**: (why ${method} should do better, so plainly that it could turn out wrong)

## Claim Map

| Claim | Why It Matters | Minimum Convincing Evidence | Linked Blocks |
|-------|----------------|-----------------------------|---------------|
| C1. ${cell(claim)} | (why) | Mean ${cell(metric)} over ${seeds.length} seeds | B1 |

## Experiment Blocks

### Block 1: ${inline(reference === undefined ? method : `${method} against ${baselines.join(', ')}`)}
- **Claim tested**: C1.
- **Dataset / split / task**: (data set, split, task)
- **Compared systems**: ${inline([method, ...baselines].join(', '))}.
- **Metrics**: ${inline(metric)}.
- **Setup details**: (backbone, hyperparameters), seeds ${seeds.join(', ')}.
- **Success criterion**: ${reference === undefined ? `(a number that ${inline(metric)} has to reach)` : `${inline(metric)} ${better} 0 over ${reference}`}
- **Failure interpretation**: (what it would mean)
- **Priority**: MUST-RUN

## Run Order and Milestones

| Milestone | Goal | Runs | Decision Gate | Cost | Risk |
|-----------|------|------|---------------|------|------|
| M0: Sanity | Data, training and evaluation work | ${range('M0')} | none | (GPU-h) | |
${baselines.length === 0 ? '' : `| M1: Baselines | Numbers to beat | ${range('M1')} | none | (GPU-h) | |\n`}| M2: Main method | ${cell(method)} itself | ${range('M2')} | none | (GPU-h) | |
`;
}

function trackerOf({ metric, method }: FirstPlan, runs: readonly PlannedRun[]): string {
  const row = ({ id, milestone, system, seed }: PlannedRun) => {
    const purpose = milestone === 'M0' ? 'sanity' : system === method ? 'method' : 'baseline';
    return `| ${id} | ${milestone} | ${purpose} | ${cell(system)}, seed ${seed} | test | ${cell(metric)} | MUST-RUN | TODO | |`;
  };
  return `# Experiment Tracker

| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |
|--------|-----------|---------|------------------|-------|---------|----------|--------|-------|
${runs.map(row).join('\n')}
`;
}

function manifestOf(answers: FirstPlan, runs: readonly PlannedRun[]): string {
  const { title, method, baselines, metric, direction, script } = answers;
  const name = JSON.stringify(metric);
  const job = ({ id, milestone, system, seed }: PlannedRun) => {
    const output = `results/${id}.json`;
    const sanity = milestone === 'M0' ? ' --sanity' : '';
    const command = `python ${script} --system ${system} --seed ${seed}${sanity} --out ${output}`;
    return `  - id: ${id}
    milestone: ${milestone}
    system: ${JSON.stringify(system)}
    seed: ${seed}
    cmd: ${JSON.stringify(command)}
    expected_output: ${output}
    metrics: { ${name}: "${output}#/${metric.replaceAll('~', '~0').replaceAll('/', '~1').replace(/["\\]/g, '')}" }`;
  };
  return `# How every run of EXPERIMENT_PLAN.md is started, and where its numbers will be. ${script} has to understand
# --system, --seed, --sanity (a few steps only) and --out; change the commands where yours is called differently.
project: ${JSON.stringify(title)}
cwd: .
primary_metric: { name: ${name}, direction: ${direction} }
${baselines[0] === undefined ? '' : `baselines: { ${JSON.stringify(method)}: ${JSON.stringify(baselines[0])} }\n`}jobs:
${runs.map(job).join('\n')}
`;
}

/** One line of Markdown text. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cell(text: string): string {
  return inline(text).replaceAll('|', '\\|');
}
