import { evaluationTypes } from './model';
import { manifestDefinitions } from './jobSchema';
import type { SchemaNode } from './schemaNode';

export interface ManifestSchema extends SchemaNode {
  readonly $schema: string;
  readonly title: string;
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}

/**
 * The one source of completion and hover in `experiments.yaml` and of `schemas/experiments.schema.json`, which is this
 * value as JSON (a test writes and compares it).
 */
export const manifestSchema: ManifestSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Run manifest of Bridge',
  description: 'How every run of an experiment plan is started, and where its results will be.',
  type: 'object',
  definitions: manifestDefinitions,
  properties: {
    project: { type: 'string', description: 'Name of the study.' },
    cwd: {
      type: 'string',
      description: 'Where commands run, relative to the workspace or absolute on the target.',
    },
    env: { $ref: '#/definitions/environment' },
    conda: { type: 'string', description: 'Name of a conda environment.' },
    conda_hook: {
      type: 'string',
      description: 'Path of conda, or the whole line that makes it known to the shell.',
    },
    ssh: { type: 'string', description: 'Host of ~/.ssh/config to run on; else the chosen target.' },
    gpus: {
      type: 'array',
      items: { type: 'integer', minimum: 0 },
      description: 'GPU indices that may be used; unset: all free ones.',
    },
    max_parallel: {
      type: 'integer',
      minimum: 1,
      description: 'Runs at once. Unset: the number of GPUs; for CPU runs bridge.maxParallelRuns.',
    },
    gpu_free_threshold_mib: {
      type: 'number',
      minimum: 0,
      description: 'A GPU with less memory in use than this, and used by nobody else, is free. Default 500.',
    },
    oom_retry: {
      type: 'object',
      description: 'What happens after out of memory.',
      properties: {
        delay: { type: 'number', minimum: 0, description: 'Seconds to wait.' },
        max_attempts: { $ref: '#/definitions/retryCount' },
      },
    },
    preconditions: { $ref: '#/definitions/preconditions' },
    default_cmd: { type: 'string', description: 'The command of jobs that give only args.' },
    primary_metric: {
      type: 'object',
      description: 'The metric that comparisons and the main result are about.',
      required: ['name', 'direction'],
      properties: {
        name: { type: 'string', description: 'As the runs\' "metrics" call it.' },
        direction: { enum: ['higher', 'lower'], description: 'Which is better.' },
      },
    },
    evaluation: {
      type: 'object',
      description: 'How results are evaluated: what an approval locks.',
      properties: {
        script: { type: 'string', description: 'The evaluation script.' },
        split: { type: 'string', description: 'The split that the numbers are of.' },
        seeds: { type: 'array', items: { type: 'integer' }, description: 'The seeds that are evaluated.' },
        type: {
          enum: evaluationTypes,
          description: 'What the numbers are measured against.',
        },
      },
    },
    baselines: {
      type: 'object',
      description: 'System -> the system it is compared with.',
      additionalProperties: { type: 'string' },
    },
    data: {
      $ref: '#/definitions/strings',
      description: 'Paths that runs read: never copied to other machines, never part of an approval.',
    },
    milestone: { type: 'string', description: 'The milestone of all runs that name none.' },
    jobs: { type: 'array', items: { $ref: '#/definitions/job' }, description: 'Runs, one by one.' },
    phases: {
      type: 'array',
      description: 'Grids of runs, one after the other where they depend on each other.',
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', description: 'Name of the phase, for depends_on.' },
          milestone: { type: 'string', description: 'The milestone of its runs.' },
          depends_on: { $ref: '#/definitions/strings', description: 'Phases that must be done first.' },
          grid: { $ref: '#/definitions/grid' },
          template: { $ref: '#/definitions/template' },
          jobs: {
            type: 'array',
            items: { $ref: '#/definitions/job' },
            description: 'Runs of this phase, one by one.',
          },
          preconditions: { $ref: '#/definitions/preconditions' },
        },
      },
    },
    grid: { $ref: '#/definitions/grid' },
    template: { $ref: '#/definitions/template' },
    retry: {
      $ref: '#/definitions/retry',
      description: 'Attempts in all by cause of failure, for every run.',
    },
    time_limit: { $ref: '#/definitions/duration' },
    slurm: { $ref: '#/definitions/slurm' },
    version: {
      type: ['string', 'number'],
      description: 'Version of the file, for its readers; Bridge ignores it.',
    },
  },
  anyOf: [{ required: ['jobs'] }, { required: ['phases'] }, { required: ['grid', 'template'] }],
};

/** The node that a `$ref` leads to, with the description of the reference itself where it has one. */
export function resolveSchema(node: SchemaNode): SchemaNode {
  const name = node.$ref?.replace('#/definitions/', '');
  const found = name === undefined ? undefined : manifestSchema.definitions[name];
  return found === undefined ? node : { ...resolveSchema(found), ...node };
}

/**
 * The schema of what stands under a path of keys (list items count as `-`): `['jobs', '-', 'metrics']`. Null where the
 * path leads nowhere that the format knows.
 */
export function schemaAt(path: readonly string[]): SchemaNode | null {
  let node: SchemaNode = manifestSchema;
  for (const key of path) {
    const next: SchemaNode | undefined =
      key === '-' ? listOf(node)?.items : (node.properties?.[key] ?? node.additionalProperties);
    if (next === undefined) return null;
    node = resolveSchema(next);
  }
  return node;
}

function listOf(node: SchemaNode): SchemaNode | undefined {
  return node.items ? node : node.oneOf?.find(({ items }) => items !== undefined);
}
