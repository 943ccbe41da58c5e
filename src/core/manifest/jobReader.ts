import type { Node, YAMLMap } from 'yaml';
import { parseDurationMs } from './duration';
import { insidePath } from './insidePath';
import type { Environment, Job, MetricSource, Precondition, SlurmRequest } from './model';
import { readRetry } from './retry';
import { readSlurm } from './slurm';
import { combinations, fillBraces, fillTemplate, shellWord } from './template';
import type { Scalar, YamlReader } from './yamlReader';

/** What the whole file says for every job. */
export interface JobDefaults {
  readonly cwd: string;
  readonly environment: Environment;
  readonly setup: string;
  readonly command: string | null;
  readonly milestone: string | null;
  readonly retry: { readonly attemptsByClass: Readonly<Record<string, number>>; readonly delayMs: number };
  readonly slurm: SlurmRequest;
  /** The map that holds the whole file's `preconditions`. */
  readonly preconditions: YAMLMap;
  /** The map that holds the whole file's `time_limit`. */
  readonly timeLimit: YAMLMap;
}

/** An id is a folder name and a word of commands: nothing in it may mean something to either. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._+=@-]{0,127}$/;

const jobKeys = new Set([
  ...[
    'id',
    'milestone',
    'cmd',
    'args',
    'expected_output',
    'output_check',
    'metrics',
    'gpus',
    'system',
    'seed',
  ],
  ...['baseline', 'est_hours', 'est_gpu_hours', 'time_limit', 'priority', 'retry', 'depends_on'],
  ...['preconditions', 'cwd', 'slurm'],
]);

/** Fills the placeholders of a text under a key; `shell`: the text becomes part of a command. */
type Fill = (text: string, key: string, shell: boolean) => string;

/** Expands explicit jobs and grids into `Job`s. */
export class JobReader {
  /** Where each job came from, for problems that are found later. */
  readonly nodes = new Map<Job, Node>();

  constructor(
    private readonly read: YamlReader,
    private readonly defaults: JobDefaults,
  ) {}

  /** One entry of a `jobs:` list. `phaseMap` is the phase that it stands in. */
  explicit(map: YAMLMap, phase: string | null, phaseDependsOn: readonly string[], phaseMap?: YAMLMap): Job[] {
    const args = this.read.scalars(this.read.get(map, 'args'), '"args"');
    const values = new Map<string, Scalar>(args.map(([name, value]) => [name, value]));
    this.read.unknownKeys(map, jobKeys, 'a run');
    const job = this.job(map, values, args, phase, phaseDependsOn, phaseMap ?? map);
    return job ? [job] : [];
  }

  /** `grid` + `template` of a phase or of the whole file. */
  grid(map: YAMLMap, phase: string | null, phaseDependsOn: readonly string[]): Job[] {
    const template = this.read.map(this.read.get(map, 'template'), '"template"');
    if (!template) {
      this.read.report(
        'manifest.template',
        '"grid" needs a "template" that says the id and the command of each run.',
        this.read.get(map, 'grid') ?? map,
      );
      return [];
    }
    this.read.unknownKeys(template, jobKeys, 'a template');
    const faults = this.read.problems.length;
    const axes = this.read.axes(this.read.get(map, 'grid'));
    // Without its values, every placeholder of the template would be a fault as well.
    if (this.read.problems.length > faults) return [];
    const count = axes.reduce((product, [, values]) => product * values.length, 1);
    if (count > 100_000) {
      this.read.report(
        'manifest.grid-size',
        `The grid has ${count} runs; at most 100000 are read. Split it.`,
        this.read.get(map, 'grid'),
      );
      return [];
    }
    const rows = combinations(axes.map(([name, values]) => [name, values]));
    const jobs: Job[] = [];
    for (const values of rows) {
      const before = this.read.problems.length;
      const args = this.templateArgs(template, values);
      const job = this.job(template, values, args, phase, phaseDependsOn, map);
      if (job) jobs.push(job);
      // One fault of a template would be said once a run.
      if (this.read.problems.length > before) break;
    }
    return jobs;
  }

  private templateArgs(template: YAMLMap, values: ReadonlyMap<string, Scalar>): [string, Scalar, Node][] {
    return this.read.scalars(this.read.get(template, 'args'), '"args"').map(([name, value, node]) => {
      if (typeof value !== 'string') return [name, value, node];
      const filled = fillTemplate(value, values, { shell: false });
      if (!filled.ok) this.read.report('manifest.placeholder', filled.message, node);
      return [name, filled.ok ? filled.text : value, node];
    });
  }

  private job(
    map: YAMLMap,
    values: ReadonlyMap<string, Scalar>,
    args: readonly [string, Scalar, Node][],
    phase: string | null,
    phaseDependsOn: readonly string[],
    outer: YAMLMap,
  ): Job | null {
    const { read } = this;
    const fill: Fill = (text, key, shell) => {
      const filled = fillTemplate(text, values, { shell });
      if (!filled.ok)
        read.report('manifest.placeholder', `In "${key}": ${filled.message}`, read.get(map, key) ?? map);
      return filled.ok ? filled.text : text;
    };
    const field = (key: string, shell = false): string | null => {
      const text = read.text(map, key);
      return text === null ? null : fill(text, key, shell);
    };

    const faults = read.problems.length;
    const id = field('id');
    if (id === null) {
      read.report('manifest.id', 'A run needs an "id".', map);
      return null;
    }
    if (read.problems.length === faults && !idPattern.test(id))
      read.report(
        'manifest.id',
        `Run id ${JSON.stringify(id)} is refused: use letters, digits and . _ + = @ - (128 at most), beginning with a letter or digit.`,
        read.get(map, 'id'),
      );

    const command = this.command(field('cmd', true), args, map);
    const parameters = Object.fromEntries([
      ...values,
      ...args.map(([name, value]): [string, Scalar] => [name, value]),
    ]);
    const seed = this.seed(field('seed'), parameters, map);
    const cwd = this.workingFolder(map);
    const outputs = [...read.texts(map, 'expected_output'), ...read.texts(map, 'output_check')].map(
      ({ text, node }) =>
        insidePath(this.read, fill(text, 'expected_output', false), 'expected_output', node, cwd),
    );
    const retry = readRetry(read, map, this.defaults.retry);
    const timeLimitMs = this.timeLimitMs(read.get(map, 'time_limit') ? map : this.defaults.timeLimit, fill);

    const job: Job = {
      id,
      phase,
      milestone:
        field('milestone') ??
        (outer === map ? null : read.text(outer, 'milestone')) ??
        this.defaults.milestone,
      command: command ?? '',
      cwd,
      environment: this.defaults.environment,
      setup: this.defaults.setup,
      expectedOutputs: outputs,
      metrics: this.metrics(map, cwd, fill),
      gpus: read.number(map, 'gpus', { integer: true }),
      system: field('system'),
      seed,
      baseline: field('baseline'),
      parameters,
      estimatedHours: read.number(map, 'est_hours'),
      estimatedGpuHours: read.number(map, 'est_gpu_hours'),
      timeLimitMs,
      priority: read.number(map, 'priority', { min: -1_000_000 }) ?? 0,
      retry,
      ...this.slurm(map),
      dependsOn: [
        ...new Set([
          ...phaseDependsOn,
          ...read.texts(map, 'depends_on').map(({ text }) => fill(text, 'depends_on', false)),
        ]),
      ],
      preconditions: this.preconditions(map, outer, cwd, new Map(Object.entries(parameters))),
      span: read.spanOf(map),
    };
    this.nodes.set(job, map);
    return job;
  }

  private command(cmd: string | null, args: readonly [string, Scalar, Node][], map: YAMLMap): string | null {
    const { read, defaults } = this;
    const base = cmd ?? defaults.command;
    if (base === null || base.trim() === '') {
      // A "cmd" that is no text has been told already.
      if (cmd === null && read.get(map, 'cmd')) return null;
      read.report('manifest.command', 'A run needs a "cmd", or the file a "default_cmd".', map);
      return null;
    }
    if (cmd !== null || args.length === 0) return base;
    const words = args.map(([name, value]) => {
      if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
        read.report('manifest.argument', `"${name}" cannot be the name of an argument.`, map);
      return `--${name} ${shellWord(String(value))}`;
    });
    return `${base.trim()} ${words.join(' ')}`;
  }

  private timeLimitMs(map: YAMLMap, fill: Fill): number | null {
    const written = this.read.text(map, 'time_limit');
    if (written === null) return null;
    const limit = fill(written, 'time_limit', false);
    const ms = parseDurationMs(limit);
    if (ms === null)
      this.read.report(
        'manifest.duration',
        `"time_limit" is a time such as 2h, 90m or 1h30m, not ${JSON.stringify(limit)}.`,
        this.read.get(map, 'time_limit'),
      );
    return ms;
  }

  private workingFolder(map: YAMLMap): string {
    const own = this.read.text(map, 'cwd') ?? this.defaults.cwd;
    return own.startsWith('/') ? own : insidePath(this.read, own, 'cwd', this.read.get(map, 'cwd') ?? map);
  }

  private metrics(map: YAMLMap, cwd: string, fill: Fill): MetricSource[] {
    return this.read.scalars(this.read.get(map, 'metrics'), '"metrics"').map(([name, value, node]) => {
      const text = fill(String(value), 'metrics', false);
      const hash = text.indexOf('#');
      const file = hash < 0 ? text : text.slice(0, hash);
      return {
        name,
        file: insidePath(this.read, file, 'metrics', node, cwd),
        pointer: hash < 0 ? '' : text.slice(hash + 1),
      };
    });
  }

  private seed(written: string | null, parameters: Record<string, Scalar>, map: YAMLMap): number | null {
    const value = written ?? parameters.seed;
    if (value === undefined) return null;
    const seed = Number(value);
    if (Number.isInteger(seed)) return seed;
    this.read.report(
      'manifest.seed',
      `"seed" must be a whole number, not ${JSON.stringify(value)}.`,
      this.read.get(map, 'seed') ?? map,
    );
    return null;
  }

  /** What the run says wins over what the file says. */
  private slurm(map: YAMLMap): { readonly slurm?: SlurmRequest } {
    const slurm = { ...this.defaults.slurm, ...readSlurm(this.read, map) };
    return Object.keys(slurm).length > 0 ? { slurm } : {};
  }

  private preconditions(
    map: YAMLMap,
    outer: YAMLMap,
    cwd: string,
    values: ReadonlyMap<string, Scalar>,
  ): Precondition[] {
    const sources = new Set([this.defaults.preconditions, outer, map]);
    return [...sources].flatMap((source) =>
      (this.read.list(source, 'preconditions') ?? []).flatMap((item): Precondition[] => {
        const entry = this.read.map(item, 'A precondition');
        if (!entry) return [];
        const type = this.read.text(entry, 'type');
        const path = this.read.text(entry, 'path');
        if ((type !== 'checkpoint_exists' && type !== 'file_exists') || path === null) {
          this.read.report(
            'manifest.precondition',
            'A precondition is {type: checkpoint_exists, path: …} or {type: file_exists, path: …}.',
            item,
          );
          return [];
        }
        const filled = fillBraces(path, values);
        return [
          { type, path: filled.startsWith('/') ? filled : insidePath(this.read, filled, 'path', item, cwd) },
        ];
      }),
    );
  }
}
