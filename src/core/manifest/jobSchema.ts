import { retryCauses } from './retry';
import type { SchemaNode } from './schemaNode';
import { slurmSchema } from './slurm';

/** What several places of a run manifest have in common, above all a run; `schema.ts` refers to these by name. */
export const manifestDefinitions: Readonly<Record<string, SchemaNode>> = {
  strings: {
    oneOf: [
      {
        type: 'string',
      },
      {
        type: 'array',
        items: {
          type: 'string',
        },
      },
    ],
  },
  duration: {
    description: 'The run is stopped after this time: 2h, 90m, 1h30m; a plain number is seconds.',
    type: ['number', 'string'],
  },
  retryCount: {
    type: 'integer',
    minimum: 1,
    description: 'Attempts in all, the first one counted.',
  },
  retry: {
    type: 'object',
    description: 'Attempts in all by cause of failure.',
    properties: {
      ...Object.fromEntries(retryCauses.map((cause) => [cause, { $ref: '#/definitions/retryCount' }])),
      delay: {
        type: 'number',
        minimum: 0,
        description: 'Seconds to wait before the second attempt; each wait is twice the one before.',
      },
    },
  },
  preconditions: {
    type: 'array',
    description: 'What must be there before a run starts.',
    items: {
      type: 'object',
      required: ['type', 'path'],
      properties: {
        type: {
          enum: ['checkpoint_exists', 'file_exists'],
          description: 'What must be there.',
        },
        path: {
          type: 'string',
          description: "Relative to cwd. {N} is filled from the run's arguments or grid.",
        },
      },
    },
  },
  environment: {
    description: 'How the shell of a run is prepared.',
    type: 'object',
    properties: {
      conda: {
        type: 'string',
        description: 'Name of a conda environment.',
      },
      venv: {
        type: 'string',
        description: 'Path of a virtual environment.',
      },
      setup: {
        type: 'string',
        description: 'Shell lines that run before the command.',
      },
      conda_hook: {
        type: 'string',
        description: 'Path of conda, or the whole line that makes it known to the shell.',
      },
    },
  },
  slurm: slurmSchema,
  job: {
    type: 'object',
    properties: {
      id: {
        type: 'string',
        description: "The run's id, as plan and tracker call it.",
      },
      milestone: {
        type: 'string',
        description: 'The milestone it belongs to, as the plan calls it.',
      },
      cmd: {
        type: 'string',
        description: 'The command, as you would type it into bash.',
      },
      args: {
        type: 'object',
        description: 'Added to default_cmd: each becomes --name value.',
      },
      cwd: {
        type: 'string',
        description: "Folder of this run; default is the manifest's.",
      },
      expected_output: {
        $ref: '#/definitions/strings',
        description: 'Paths or globs that the run must write anew to count as done.',
      },
      output_check: {
        $ref: '#/definitions/strings',
        description: 'The same as expected_output.',
      },
      metrics: {
        type: 'object',
        description:
          'Metric name -> where its number will be: results/R001.json#/test/accuracy (JSON pointer) or log.csv#accuracy (column, last row).',
        additionalProperties: {
          type: 'string',
        },
      },
      gpus: {
        type: 'integer',
        minimum: 0,
        description: 'GPUs of this run; 0 is a CPU run. Unset: 1 where the target has any.',
      },
      system: {
        type: 'string',
        description: 'The system or variant, for means over seeds and comparisons.',
      },
      seed: {
        type: ['integer', 'string'],
        description:
          'The seed, so that runs that differ in nothing else are aggregated. In a template usually ${seed}.',
      },
      baseline: {
        type: 'string',
        description: 'Run or system that this one is compared with.',
      },
      est_hours: {
        type: 'number',
        minimum: 0,
        description: 'Expected hours on the clock.',
      },
      est_gpu_hours: {
        type: 'number',
        minimum: 0,
        description: 'Expected GPU-hours.',
      },
      time_limit: {
        $ref: '#/definitions/duration',
      },
      priority: {
        type: 'number',
        description: 'Higher runs first among those that may start.',
      },
      depends_on: {
        $ref: '#/definitions/strings',
        description: 'Runs or phases that must be done first.',
      },
      preconditions: {
        $ref: '#/definitions/preconditions',
      },
      slurm: {
        $ref: '#/definitions/slurm',
      },
      retry: {
        $ref: '#/definitions/retry',
      },
    },
  },
  template: {
    description: "A job with ${name} in place of the grid's values; $${name} hands it to the shell.",
    $ref: '#/definitions/job',
  },
  grid: {
    type: 'object',
    description: 'Name -> values. One run for every combination.',
    additionalProperties: {
      type: 'array',
      minItems: 1,
    },
  },
};
