import { isMap, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import type { Problem } from '../text/span';
import { checkDependencies, checkIds } from './manifestChecks';
import { JobReader, type JobDefaults } from './jobReader';
import { type Evaluation, evaluationTypes, type Job, type Manifest, type PrimaryMetric } from './model';
import { readEnvironment } from './environment';
import { readFileRetry } from './retry';
import { expandAliases } from './yamlAliases';
import { readSlurm } from './slurm';
import { YamlReader } from './yamlReader';

const topLevelKeys = new Set([
  ...[
    'project',
    'cwd',
    'env',
    'ssh',
    'gpus',
    'max_parallel',
    'gpu_free_threshold_mib',
    'oom_retry',
    'preconditions',
  ],
  ...[
    'default_cmd',
    'jobs',
    'phases',
    'grid',
    'template',
    'conda',
    'conda_hook',
    'primary_metric',
    'evaluation',
  ],
  ...['baselines', 'data', 'milestone', 'retry', 'slurm', 'time_limit', 'version'],
]);

/** Of a text that is no YAML, only the first faults are told: those that follow are mostly made by them. */
const yamlErrorsTold = 5;

const phaseKeys = new Set([
  ...['name', 'milestone', 'depends_on', 'grid', 'template', 'jobs', 'preconditions'],
]);

/**
 * Reads `experiments.yaml`: every job expanded, every fault with file, line and column. Nothing may start while
 * `problems` holds an error. Reference manifests of the experiment queue are read unchanged (design: formats).
 */
export function parseManifest(text: string, file = 'refine-logs/experiments.yaml'): Manifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const read = new YamlReader(lines, file);

  for (const error of document.errors) {
    const at = lines.linePos(error.pos[0]);
    const position = { offset: error.pos[0], line: at.line, column: at.col };
    const said = describeYamlError(error.message, text, position.line);
    // One slip makes the reader stumble several times in its line; it is said once.
    const before = read.problems[read.problems.length - 1];
    if (before?.message === said.message && before.span?.start.line === position.line) continue;
    if (read.problems.length === yamlErrorsTold) break;
    read.problems.push({
      severity: 'error',
      ...said,
      span: { start: position, end: position },
      file,
    });
  }
  if (read.problems.length > 0) return emptyManifest(read.problems);
  expandAliases(document);
  if (!isMap(document.contents) || document.contents.items.length === 0) {
    const start = { offset: 0, line: 1, column: 1 };
    const message =
      'The manifest is empty or not a block of "name: value" lines. It needs "jobs:" or "phases:" that say how each run is started.';
    const span = read.spanOf(document.contents) ?? { start, end: start };
    return emptyManifest([{ severity: 'error', code: 'manifest.empty', message, span, file }]);
  }
  const root = document.contents as YAMLMap;
  read.unknownKeys(root, topLevelKeys, 'a run manifest');

  const defaults: JobDefaults = {
    cwd: read.text(root, 'cwd') ?? '.',
    ...readEnvironment(read, root),
    command: read.text(root, 'default_cmd'),
    milestone: read.text(root, 'milestone'),
    retry: readFileRetry(read, root),
    slurm: readSlurm(read, root),
    preconditions: root,
    timeLimit: root,
  };
  const jobReader = new JobReader(read, defaults);
  const phases: { name: string; dependsOn: string[]; milestone: string | null; node: Node }[] = [];
  const jobs: Job[] = [];

  for (const node of read.list(root, 'jobs') ?? []) {
    const map = read.map(node, 'A job');
    if (map) jobs.push(...jobReader.explicit(map, null, []));
  }
  if (read.get(root, 'template') || read.get(root, 'grid')) jobs.push(...jobReader.grid(root, null, []));
  for (const node of read.list(root, 'phases') ?? []) {
    const map = read.map(node, 'A phase');
    if (!map) continue;
    const name = read.text(map, 'name');
    if (name === null) {
      read.report('manifest.phase-name', 'A phase needs a "name".', node);
      continue;
    }
    read.unknownKeys(map, phaseKeys, 'a phase');
    const dependsOn = read.texts(map, 'depends_on').map((each) => each.text);
    phases.push({ name, dependsOn, milestone: read.text(map, 'milestone') ?? defaults.milestone, node });
    const before = jobs.length;
    for (const item of read.list(map, 'jobs') ?? []) {
      const job = read.map(item, 'A job');
      if (job) jobs.push(...jobReader.explicit(job, name, dependsOn, map));
    }
    if (read.get(map, 'template') || read.get(map, 'grid'))
      jobs.push(...jobReader.grid(map, name, dependsOn));
    if (jobs.length === before && !read.problems.some((problem) => problem.severity === 'error'))
      read.report(
        'manifest.empty',
        `Phase "${name}" has no runs. Give it "jobs:" or "grid:" with "template:".`,
        node,
      );
  }
  if (jobs.length === 0 && !read.problems.some((problem) => problem.severity === 'error'))
    read.report('manifest.empty', 'The manifest has no runs. Give it "jobs:" or "phases:".', root);

  checkIds(read, jobs, phases, jobReader.nodes);
  checkDependencies(read, jobs, phases, jobReader.nodes);

  return {
    project: read.text(root, 'project'),
    ssh: read.text(root, 'ssh'),
    gpus: readGpus(read, root),
    maxParallel: read.number(root, 'max_parallel', { min: 1, integer: true }),
    gpuFreeThresholdMiB: read.number(root, 'gpu_free_threshold_mib') ?? 500,
    primaryMetric: readPrimaryMetric(read, root),
    evaluation: readEvaluation(read, root),
    baselines: Object.fromEntries(
      read.scalars(read.get(root, 'baselines'), '"baselines"').map(([name, value]) => [name, String(value)]),
    ),
    data: read.texts(root, 'data').map((each) => each.text),
    phases: phases.map(({ name, dependsOn, milestone }) => ({ name, dependsOn, milestone })),
    jobs,
    problems: read.problems,
  };
}

function emptyManifest(problems: readonly Problem[]): Manifest {
  return {
    ...{
      project: null,
      ssh: null,
      gpus: null,
      maxParallel: null,
      gpuFreeThresholdMiB: 500,
      primaryMetric: null,
    },
    ...{ evaluation: null, baselines: {}, data: [], phases: [], jobs: [], problems },
  };
}

/** The reference writes `args: {seed: ${seed}}`, which YAML cannot read: the mend is said. */
function describeYamlError(message: string, text: string, line: number): { code: string; message: string } {
  const source = text.split(/\r?\n/)[line - 1] ?? '';
  const first = message.split('\n')[0]!.replace(/ at line \d+.*$/, '');
  if (/\{[^}]*\$\{/.test(source))
    return {
      code: 'manifest.unquoted-placeholder',
      message: `Not valid YAML: put the placeholders in quotes, as in {seed: "\${seed}"}.`,
    };
  if (/unique/i.test(first))
    return {
      code: 'manifest.duplicate-key',
      message: `Not valid YAML: this key stands twice in its block. Remove one.`,
    };
  return { code: 'manifest.yaml', message: `Not valid YAML: ${first}.` };
}

function readGpus(read: YamlReader, root: YAMLMap): number[] | null {
  const items = read.list(root, 'gpus');
  if (!items) return null;
  return items.flatMap((item) => {
    const value = (item as { value?: unknown }).value;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return [value];
    read.report('manifest.type', 'A GPU is named by its index: 0, 1, 2, …', item);
    return [];
  });
}

function readPrimaryMetric(read: YamlReader, root: YAMLMap): PrimaryMetric | null {
  const map = read.map(read.get(root, 'primary_metric'), '"primary_metric"');
  if (!map) return null;
  const name = read.text(map, 'name');
  const direction = read.text(map, 'direction');
  if (name === null) read.report('manifest.primary-metric', '"primary_metric" needs a "name".', map);
  if (direction !== 'higher' && direction !== 'lower') {
    read.report(
      'manifest.primary-metric',
      '"primary_metric" needs "direction: higher" or "direction: lower".',
      read.get(map, 'direction') ?? map,
    );
    return null;
  }
  return name === null ? null : { name, direction };
}

function readEvaluation(read: YamlReader, root: YAMLMap): Evaluation | null {
  const map = read.map(read.get(root, 'evaluation'), '"evaluation"');
  if (!map) return null;
  const seeds = (read.list(map, 'seeds') ?? []).flatMap((item) => {
    const value = (item as { value?: unknown }).value;
    return typeof value === 'number' ? [value] : [];
  });
  const type = read.text(map, 'type');
  if (type !== null && !evaluationTypes.includes(type))
    read.report(
      'manifest.evaluation',
      `"type" of "evaluation" is one of ${evaluationTypes.join(', ')}, not ${JSON.stringify(type)}.`,
      read.get(map, 'type'),
    );
  return { script: read.text(map, 'script'), split: read.text(map, 'split'), seeds, type };
}
