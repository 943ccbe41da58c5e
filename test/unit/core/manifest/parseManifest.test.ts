import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../../src/core/manifest/model';
import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import { gpuMark } from '../../../../src/core/manifest/template';
import { describeProblem } from '../../../../src/core/text/span';

/** The runs of a manifest without a fault. */
function jobsOf(text: string): readonly Job[] {
  const { jobs, problems } = parseManifest(text);
  expect(problems.map((problem) => describeProblem(problem))).toEqual([]);
  return jobs;
}
/** What is wrong with a manifest, as a person reads it. */
const faultsOf = (text: string) =>
  parseManifest(text, 'm.yaml').problems.map(({ severity, ...problem }) =>
    severity === 'error'
      ? describeProblem({ severity, ...problem })
      : `${severity}: ${describeProblem({ severity, ...problem })}`,
  );

describe('explicit runs', () => {
  test('every field of a run is read', () => {
    const [job] = jobsOf(`jobs:
  - { id: R001, milestone: M0, cmd: "python train.py --sanity", expected_output: "results/R001.json",
      metrics: { accuracy: "results/R001.json#/test/accuracy", loss: "log.csv#loss" }, gpus: 1,
      system: sgd, seed: 1, baseline: R000, est_hours: 0.1, est_gpu_hours: 0.2, time_limit: 2h, priority: 5,
      retry: { oom: 2, network: 3 } }`);
    expect(job).toMatchObject({
      ...{ id: 'R001', milestone: 'M0', phase: null, command: 'python train.py --sanity', cwd: '.', gpus: 1 },
      ...{
        system: 'sgd',
        seed: 1,
        baseline: 'R000',
        estimatedHours: 0.1,
        estimatedGpuHours: 0.2,
        priority: 5,
      },
      expectedOutputs: ['results/R001.json'],
      metrics: [
        { name: 'accuracy', file: 'results/R001.json', pointer: '/test/accuracy' },
        { name: 'loss', file: 'log.csv', pointer: 'loss' },
      ],
      timeLimitMs: 7_200_000,
      retry: { attemptsByClass: { oom: 2, network: 3 }, delayMs: 0 },
      span: { start: { line: 2, column: 5 } },
    });
  });

  test('what is not said is unknown: GPUs, seed, milestone and estimates are not guessed', () => {
    expect(jobsOf('jobs: [{ id: a, cmd: x }]')[0]).toMatchObject({
      ...{ gpus: null, seed: null, milestone: null, system: null, estimatedHours: null, timeLimitMs: null },
      ...{ expectedOutputs: [], metrics: [], dependsOn: [], preconditions: [], priority: 0 },
    });
  });

  test('a command of several lines stays the script that its author wrote', () => {
    const [job] = jobsOf(
      'jobs:\n  - id: a\n    cmd: |\n      cd src && python a.py\n      echo "$HOME" && echo $$\n',
    );
    expect(job!.command).toBe('cd src && python a.py\necho "$HOME" && echo $$\n');
  });

  test('an id that looks like a number stays as it was written', () => {
    expect(jobsOf('jobs: [{ id: 007, cmd: x }, { id: 1e3, cmd: x }]').map(({ id }) => id)).toEqual([
      '007',
      '1e3',
    ]);
  });

  test('$${name} is handed to the shell, $NAME is the shell’s own, and ${GPU} waits for the placement', () => {
    const [job] = jobsOf('jobs: [{ id: a, cmd: "f $${X} $Y ${GPU}" }]');
    expect(job!.command).toBe(`f \${X} $Y ${gpuMark}`);
  });
});

describe('grids', () => {
  const grid = `phases:
  - name: distill
    milestone: M2
    depends_on: [teach]
    grid: { N: [384, 512], seed: [42, 200, 201] }
    template:
      id: "s\${seed}_N\${N}"
      cmd: "python distill.py --n \${N} --seed \${seed}"
      output_check: "figures/distill_N\${N}_*_seed\${seed}.json"
  - { name: teach, jobs: [{ id: t, cmd: x }] }`;

  test('a grid is the product of its lists, the last one turning fastest', () => {
    const jobs = jobsOf(grid).filter(({ phase }) => phase === 'distill');
    expect(jobs.map(({ id }) => id)).toEqual(
      [384, 512].flatMap((n) => [42, 200, 201].map((seed) => `s${seed}_N${n}`)),
    );
    expect(jobs[4]).toMatchObject({
      command: 'python distill.py --n 512 --seed 200',
      expectedOutputs: ['figures/distill_N512_*_seed200.json'],
      ...{ milestone: 'M2', seed: 200, parameters: { N: 512, seed: 200 }, dependsOn: ['teach'] },
    });
  });

  test('ten thousand runs are expanded well within a second', () => {
    const axis = (count: number) => JSON.stringify(Array.from({ length: count }, (_, at) => at));
    const began = performance.now();
    const jobs = jobsOf(
      `grid: { a: ${axis(100)}, b: ${axis(100)} }\ntemplate: { id: "r\${a}-\${b}", cmd: "f \${a} \${b}" }`,
    );
    expect(jobs).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('a value that a shell would interpret never reaches a command', () => {
    expect(faultsOf('grid: { n: ["1; touch p"] }\ntemplate: { id: a, cmd: "f ${n}" }')).toEqual([
      expect.stringMatching(
        /^m\.yaml:2:\d+: In "cmd": The value "1; touch p" of "n" has characters that a shell interprets/,
      ),
    ]);
  });

  test('a fault of a template is said once, however many runs the grid has', () => {
    expect(faultsOf('grid: { n: [1, 2, 3] }\ntemplate: { id: "a${m}", cmd: "f ${k}" }')).toEqual([
      expect.stringContaining('In "id": Unknown placeholder ${m}. Known here: ${n}, ${GPU}'),
      expect.stringContaining('In "cmd": Unknown placeholder ${k}'),
    ]);
  });

  test('a grid of a million runs is refused before it is made', () => {
    const axis = JSON.stringify(Array.from({ length: 1000 }, (_, at) => at));
    expect(faultsOf(`grid: { a: ${axis}, b: ${axis} }\ntemplate: { id: a, cmd: x }`)).toEqual([
      expect.stringContaining('The grid has 1000000 runs; at most 100000 are read'),
    ]);
  });
});

describe('manifests of the experiment queue', () => {
  test('run unchanged: conda, default_cmd with args, preconditions, oom_retry, depends_on as text', () => {
    const manifest = parseManifest(`project: paper
cwd: /home/me/paper
conda: research
conda_hook: /opt/conda/bin/conda
ssh: gpu-server
gpus: [0, 1, 2]
max_parallel: 3
gpu_free_threshold_mib: 700
oom_retry: { delay: 60, max_attempts: 4 }
preconditions:
  - { type: checkpoint_exists, path: "checkpoints/teacher_N{N}.pt" }
default_cmd: "python train.py --steps 30000"
phases:
  - name: teach
    jobs:
      - { id: t1, args: { N: 384, lr: 1.0e-3, name: "a b" }, output_check: "out/t1.json" }
  - name: student
    depends_on: teach
    grid: { N: [384] }
    template: { id: "st\${N}", cmd: "python s.py \${N}", expected_output: ["a.json", "b.json"] }
`);
    expect(manifest.problems).toEqual([]);
    expect(manifest).toMatchObject({
      ssh: 'gpu-server',
      gpus: [0, 1, 2],
      maxParallel: 3,
      gpuFreeThresholdMiB: 700,
    });
    const [teacher, student] = manifest.jobs;
    expect(teacher).toMatchObject({
      command: `python train.py --steps 30000 --N 384 --lr 0.001 --name 'a b'`,
      cwd: '/home/me/paper',
      environment: { kind: 'conda', name: 'research', hook: '/opt/conda/bin/conda' },
      retry: { attemptsByClass: { oom: 4 }, delayMs: 60_000 },
      preconditions: [{ type: 'checkpoint_exists', path: 'checkpoints/teacher_N384.pt' }],
      expectedOutputs: ['out/t1.json'],
    });
    expect(student).toMatchObject({ dependsOn: ['teach'], expectedOutputs: ['a.json', 'b.json'] });
    expect(student!.preconditions[0]!.path).toBe('checkpoints/teacher_N384.pt');
  });

  test.each([
    [
      'env: { venv: .venv, setup: "module load cuda" }',
      { environment: { kind: 'venv', path: '.venv' }, setup: 'module load cuda' },
    ],
    ['env: { conda: a }', { environment: { kind: 'conda', name: 'a', hook: null } }],
    ['env: none', { environment: { kind: 'none' } }],
    ['project: x', { environment: { kind: 'none' }, setup: '' }],
  ])('%s prepares every run', (line, expected) => {
    expect(jobsOf(`${line}\njobs: [{ id: a, cmd: x }]`)[0]).toMatchObject(expected);
  });
});

describe('a fault is named with file, line and column', () => {
  test.each([
    ['', 'm.yaml:1:1: The manifest is empty or not a block'],
    ['- a', 'm.yaml:1:1: The manifest is empty or not a block'],
    ['jobs: []', 'm.yaml:1:1: The manifest has no runs'],
    ['phases: [{ name: p }]', 'm.yaml:1:10: Phase "p" has no runs'],
    ['jobs: 7', 'm.yaml:1:7: "jobs" must be a list. Write "jobs: [7]".'],
    ['jobs: [a]', 'm.yaml:1:8: A job must be a block'],
    ['jobs: [{ cmd: x }]', 'm.yaml:1:8: A run needs an "id"'],
    ['jobs: [{ id: a }]', 'm.yaml:1:8: A run needs a "cmd"'],
    ['jobs: [{ id: ../a, cmd: x }]', 'm.yaml:1:14: Run id "../a" is refused'],
    ['jobs: [{ id: a, cmd: x }, { id: a, cmd: y }]', 'm.yaml:1:27: Run id "a" is already used at line 1'],
    ['jobs: [{ id: a, cmd: [x] }]', 'm.yaml:1:22: "cmd" must be text'],
    ['jobs: [{ id: a, cmd: x, gpus: 1.5 }]', 'm.yaml:1:31: "gpus" must be a whole number'],
    ['jobs: [{ id: a, cmd: x, gpus: -1 }]', 'm.yaml:1:31: "gpus" must be a whole number of at least 0'],
    ['jobs: [{ id: a, cmd: x, time_limit: soon }]', 'm.yaml:1:37: "time_limit" is a time such as 2h'],
    ['jobs: [{ id: a, cmd: x, seed: one }]', 'm.yaml:1:31: "seed" must be a whole number'],
    [
      'jobs: [{ id: a, cmd: x, expected_output: ../r.json }]',
      'm.yaml:1:42: "expected_output" is "../r.json", which leaves',
    ],
    [
      'jobs: [{ id: a, cmd: x, expected_output: a/../../r.json }]',
      'm.yaml:1:42: "expected_output" is "a/../../r.json"',
    ],
    [
      'jobs: [{ id: a, cmd: x, metrics: { m: /etc/passwd } }]',
      'm.yaml:1:39: "metrics" is "/etc/passwd", which leaves',
    ],
    ['cwd: ../else\njobs: [{ id: a, cmd: x }]', 'm.yaml:2:8: "cwd" is "../else", which leaves'],
    ['jobs: [{ id: a, cmd: x, depends_on: b }]', 'm.yaml:1:8: "depends_on" names "b", which is neither'],
    [
      'jobs: [{ id: a, cmd: x, retry: { oom: 0 } }]',
      'm.yaml:1:39: "oom" in "retry" must be the number of attempts',
    ],
    ['jobs: [{ id: a, cmd: x, preconditions: [{ type: luck }] }]', 'm.yaml:1:41: A precondition is {type:'],
    [
      'preconditions: [{ type: file_exists, path: ../x }]\njobs: [{ id: a, cmd: x }]',
      'm.yaml:1:17: "path" is "../x", which leaves',
    ],
    [
      'primary_metric: { name: a }\njobs: [{ id: a, cmd: x }]',
      'm.yaml:1:17: "primary_metric" needs "direction: higher"',
    ],
    ['env: { conda: a, venv: b }\njobs: [{ id: a, cmd: x }]', 'm.yaml:1:6: Choose one of "conda" and "venv"'],
    ['grid: { n: [] }\ntemplate: { id: a, cmd: x }', 'm.yaml:1:12: Grid key "n" has no values'],
    [
      'grid: { n: 1 }\ntemplate: { id: "a${n}", cmd: "${n}" }',
      'm.yaml:1:12: Grid key "n" must be a list of values. Write "n: [1]".',
    ],
    ['grid: { n: [1] }', 'm.yaml:1:7: "grid" needs a "template"'],
    ['phases: [{ jobs: [{ id: a, cmd: x }] }]', 'm.yaml:1:10: A phase needs a "name"'],
    ['jobs: [{ id: a, cmd: x, id: b }]', 'm.yaml:1:25: Not valid YAML: this key stands twice'],
    [
      'jobs: [{ id: a, cmd: x, args: {seed: ${seed}} }]',
      'm.yaml:1:39: Not valid YAML: put the placeholders in quotes',
    ],
  ])('%s', (text, said) => {
    const faults = faultsOf(text);
    expect(faults[0]).toContain(said);
    expect(faults).toHaveLength(1);
  });

  test('a circle is told along its way, also through a phase', () => {
    expect(faultsOf('jobs: [{ id: a, cmd: x, depends_on: b }, { id: b, cmd: x, depends_on: a }]')).toEqual([
      expect.stringContaining('a → b → a'),
    ]);
    const through =
      'phases: [{ name: p, jobs: [{ id: a, cmd: x, depends_on: b }] }]\njobs: [{ id: b, cmd: x, depends_on: p }]';
    expect(faultsOf(through)[0]).toMatch(/wait for each other.*(p|a|b) → /);
  });

  test('a long chain of runs is no circle, and costs no stack', () => {
    const count = 20_000;
    const jobs = Array.from(
      { length: count },
      (_, at) => `{ id: r${at}, cmd: x${at > 0 ? `, depends_on: r${at - 1}` : ''} }`,
    );
    expect(jobsOf(`jobs:\n${jobs.map((job) => `  - ${job}`).join('\n')}`)).toHaveLength(count);
  });

  test('of a text that is no YAML only the first faults are told', () => {
    expect(faultsOf('jobs: [\n' + '{ id: a },\n'.repeat(1000))).toHaveLength(5);
  });

  test('a key that means nothing is a warning, in the file, a phase, a run and a template', () => {
    const text = `max_paralel: 2
phases:
  - { name: p, dependson: q, grid: { n: [1, 2] }, template: { id: "a\${n}", cmd: x, expected_outputs: r } }
jobs: [{ id: b, cmd: x, gpu: 1 }]`;
    const warnings = faultsOf(text);
    expect(warnings.sort()).toEqual([
      'warning: m.yaml:1:1: "max_paralel" is not a key of a run manifest; it is ignored.',
      'warning: m.yaml:3:16: "dependson" is not a key of a phase; it is ignored.',
      expect.stringContaining('"expected_outputs" is not a key of a template; it is ignored.'),
      'warning: m.yaml:4:25: "gpu" is not a key of a run; it is ignored.',
    ]);
    expect(parseManifest(text).jobs).toHaveLength(3);
  });
});

test.each([
  '&a {*a}',
  '&a  {*a}',
  'jobs: &a [*a]',
  'jobs: &a { x: { <<: *a } }',
  '&a {x: &x {y: *a}, z: {<<: *x}}',
])('an alias of the block that it stands in is a fault, not a circle: %s', (text) => {
  const { jobs, problems } = parseManifest(text);
  expect(jobs).toEqual([]);
  expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
});

test('whatever the text, reading it ends with runs or with faults, and never throws', () => {
  const pieces = [
    'jobs:',
    'phases:',
    '- ',
    'id: a',
    'cmd: x',
    '{',
    '}',
    '[',
    ']',
    '${n}',
    'grid: {n: [1]}',
    'template:',
    '&a',
    '*a',
    '\n',
    '  ',
    ': ',
    '"',
    '!!binary',
    '<<: *a',
    '|',
    '\t',
    'metrics: {m: r.json}',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 25 }), (words) => {
      const { jobs, problems } = parseManifest(words.join(''));
      expect(jobs.length > 0 || problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseManifest(text)));
});

test('the manifests of this repository have no faults', () => {
  const found = [
    'examples/digits/refine-logs/experiments.yaml',
    'test/fixtures/study-line/refine-logs/experiments.yaml',
  ];
  expect(readdirSync('examples')).toContain('digits');
  for (const path of found) expect(jobsOf(readFileSync(path, 'utf8')).length).toBeGreaterThan(5);
});

describe('what users of YAML and of other queues write', () => {
  test('aliases and merge keys are read; what a run says itself stands', () => {
    const jobs = jobsOf(`
jobs:
  - &first { id: a, cmd: "python a.py", gpus: 0, retry: &often { network: 3 } }
  - { <<: *first, id: b, gpus: 2 }
  - { id: c, cmd: "python c.py", retry: *often }
`);
    expect(jobs.map(({ id, command, gpus }) => [id, command, gpus])).toEqual([
      ['a', 'python a.py', 0],
      ['b', 'python a.py', 2],
      ['c', 'python c.py', null],
    ]);
    expect(jobs.map((job) => job.retry.attemptsByClass)).toEqual([
      { network: 3 },
      { network: 3 },
      { network: 3 },
    ]);
  });

  test('a cause of failure that does not exist is named with those that do', () => {
    const [fault] = faultsOf('jobs:\n  - { id: a, cmd: x, retry: { omm: 2 } }\n');
    expect(fault).toMatch(/m\.yaml:2:\d+: "omm" is no cause .* oom, missing-module/);
  });

  test('a time limit of the whole file holds for runs that say none', () => {
    const jobs = jobsOf('time_limit: 2h\njobs: [{ id: a, cmd: x }, { id: b, cmd: x, time_limit: 60 }]');
    expect(jobs.map((job) => job.timeLimitMs)).toEqual([7_200_000, 60_000]);
  });

  test('an evaluation of an unknown type is refused', () => {
    const [fault] = faultsOf('evaluation: { script: e.py, type: truth }\njobs: [{ id: a, cmd: x }]');
    expect(fault).toMatch(/m\.yaml:1:\d+: .*real_gt.* not "truth"/);
  });

  test('an output beside the folder of a run is inside the workspace', () => {
    const text = (output: string) =>
      `cwd: code\njobs: [{ id: a, cmd: x, expected_output: "${output}", metrics: { m: "../out/a.json#/m" } }]`;
    const [job] = jobsOf(text('../figures/./a_*.json'));
    expect(job).toMatchObject({ expectedOutputs: ['../figures/a_*.json'] });
    expect(job?.metrics[0]?.file).toBe('../out/a.json');
    expect(faultsOf(text('../../a.json'))[0]).toMatch(/leaves the workspace/);
  });

  test('a grid whose runs share an id is told once, with what to do', () => {
    const faults = faultsOf('grid: { x: [1, 2, 3] }\ntemplate: { id: a, cmd: "python a.py ${x}" }\n');
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^m\.yaml:2:\d+: Several runs of this grid get the id "a" \(line 2\)/);
  });

  test('a phase and a run in it may bear one name', () => {
    const jobs = jobsOf(`
phases:
  - { name: train, jobs: [{ id: train, cmd: x }] }
  - { name: test, depends_on: train, jobs: [{ id: b, cmd: x }] }
`);
    expect(jobs[1]?.dependsOn).toEqual(['train']);
  });
});
