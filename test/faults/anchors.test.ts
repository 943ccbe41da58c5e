import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../integration/harness/bridge';
import { QueueWorkspace } from './queueWorkspace';
import { idleGpu, smi } from './smi';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

const note = 'echo $BRIDGE_RUN >> ledger';

describe('what the reference queue got wrong', () => {
  it('a run that fails has its reason, and the queue goes on and ends', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: bad, gpus: 0, cmd: "echo 'ModuleNotFoundError: No module named nothere' >&2; exit 1" }
  - { id: good, gpus: 0, cmd: "${note}" }
`);
    const { code, jobs } = await ws.queue();
    expect(code).toBe(1);
    expect(jobs.bad).toMatchObject({ status: 'failed', reason: 'missing-module', exitCode: 1 });
    expect(jobs.good!.status).toBe('completed');
  });

  it('an expected output with a star is matched as a glob', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "mkdir -p out && echo {} > out/x_17_seed1.json", expected_output: "out/x_*_seed1.json" }
  - { id: b, gpus: 0, cmd: "mkdir -p out && echo {} > out/y_17_seed2.json", expected_output: "out/y_*_seed1.json" }
`);
    const { jobs } = await ws.queue();
    expect(jobs.a!.status).toBe('completed');
    expect(jobs.b).toMatchObject({ status: 'failed', reason: 'missing-output' });
    expect(jobs.b!.why).toMatch(/out\/y_\*_seed1\.json was not written/);
  });

  it('a result file that an earlier run left does not count: only what this attempt wrote does', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "${note}", expected_output: "r.json" }
  - { id: b, gpus: 0, cmd: "${note}; echo '{}' > s.json", expected_output: "s.json" }
`);
    ws.write('r.json', '{}');
    ws.write('s.json', '{}');
    const { jobs } = await ws.queue();
    expect(ws.ledger().sort()).toEqual(['a', 'b']);
    expect(jobs.a).toMatchObject({ status: 'failed', reason: 'missing-output', exitCode: 0 });
    expect(jobs.a!.why).toMatch(/r\.json is older than this attempt/);
    expect(jobs.b!.status).toBe('completed');
  });

  it('exit code 3 with a JSON that is cut off is FAILED, and both are named', async () => {
    ws = new QueueWorkspace(`
jobs:
  - id: a
    gpus: 0
    cmd: "echo '{\\"acc\\": 0.' > r.json; exit 3"
    expected_output: r.json
    metrics: { acc: "r.json#/acc" }
`);
    const { jobs } = await ws.queue();
    expect(jobs.a).toMatchObject({ status: 'failed', exitCode: 3 });
    expect(jobs.a!.why).toMatch(/exit code 3/);
    expect(jobs.a!.why).toMatch(/r\.json/);
  });

  it('exit code 0 with a JSON that is cut off is FAILED too', async () => {
    ws = new QueueWorkspace(`
jobs:
  - id: a
    gpus: 0
    cmd: "echo '{\\"acc\\": 0.' > r.json"
    metrics: { acc: "r.json#/acc" }
`);
    const { jobs } = await ws.queue();
    expect(jobs.a!.status).toBe('failed');
    expect(jobs.a!.why).toMatch(/r\.json/);
  });

  it('a phase that depends on a run that failed is SKIPPED with the reason, and its siblings run', async () => {
    ws = new QueueWorkspace(`
phases:
  - name: teach
    grid: { n: [1, 2] }
    template: { id: "teach\${n}", gpus: 0, cmd: "${note}; test \${n} = 1" }
  - name: distill
    depends_on: [teach]
    grid: { n: [1, 2] }
    template: { id: "distill\${n}", gpus: 0, cmd: "${note}" }
  - name: after
    depends_on: [distill]
    grid: { n: [1] }
    template: { id: "after\${n}", gpus: 0, cmd: "${note}" }
  - name: free
    grid: { n: [1] }
    template: { id: "free\${n}", gpus: 0, cmd: "${note}" }
`);
    const { code, jobs } = await ws.queue();
    expect(code).toBe(1);
    expect(jobs.distill1).toMatchObject({ status: 'skipped' });
    expect(jobs.distill1!.why).toMatch(/teach2/);
    expect(jobs.after1!.status).toBe('skipped');
    expect(jobs.free1!.status).toBe('completed');
    expect(ws.ledger().sort()).toEqual(['free1', 'teach1', 'teach2']);
  });

  it('a dependency may be a string: it is not read letter by letter', async () => {
    ws = new QueueWorkspace(`
phases:
  - name: one
    grid: { n: [1] }
    template: { id: "one\${n}", gpus: 0, cmd: "${note}" }
  - name: two
    depends_on: one
    grid: { n: [1] }
    template: { id: "two\${n}", gpus: 0, cmd: "${note}" }
`);
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['one1', 'two1']);
  });

  it('"out of memory" in the log of a run that recovered does not fail it: how it ended counts', async () => {
    ws = new QueueWorkspace(`
jobs:
  - id: a
    gpus: 0
    cmd: "echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Trying a smaller batch'; echo ok > r.txt"
    expected_output: r.txt
`);
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('a driver that is killed between the launch and its record starts nothing twice', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "${note}; sleep 1.5" }
`);
    const { child, ended } = ws.start('queue', 'm.yaml');
    await until('the run is there', () => ws.ledger().length === 1);
    child.kill('SIGKILL');
    await ended;
    const { code, jobs } = await ws.queue();
    expect(code).toBe(0);
    expect(jobs.a).toMatchObject({ status: 'completed', attempts: 1 });
    expect(ws.ledger()).toEqual(['a']);
  });

  it('two queues on one folder run every job once; the second says who holds it and ends as the first does', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "${note}; sleep 0.5" }
  - { id: b, gpus: 0, cmd: "${note}; sleep 0.5" }
`);
    const ends = await Promise.all([ws.queue(), ws.queue()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ws.ledger().sort()).toEqual(['a', 'b']);
    expect(ends.filter(({ stderr }) => /process \d+ on /.test(stderr))).toHaveLength(1);
  });

  it('an id with shell text is rejected with its line, and nothing of it is executed', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: "x; touch pwned", gpus: 0, cmd: "${note}" }
`);
    const { code, stderr } = await ws.queue();
    expect(code).toBe(2);
    expect(stderr).toMatch(/m\.yaml:3:\d+/);
    expect(ws.read('pwned') + ws.read('ledger')).toBe('');
  });

  it('all of "a && b" runs with its GPUs', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 1, cmd: "echo one $CUDA_VISIBLE_DEVICES >> ledger && echo two $CUDA_VISIBLE_DEVICES >> ledger" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0), idleGpu(1)]));
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['one 0', 'two 0']);
  });

  it('equal ids in two phases are rejected, and both lines are named', async () => {
    ws = new QueueWorkspace(`
phases:
  - name: one
    grid: { n: [1] }
    template: { id: "same\${n}", gpus: 0, cmd: "true" }
  - name: two
    grid: { n: [1] }
    template: { id: "same\${n}", gpus: 0, cmd: "false" }
`);
    const { code, stderr } = await ws.queue();
    expect(code).toBe(2);
    expect(stderr).toMatch(/m\.yaml:8:\d+/);
    expect(stderr).toMatch(/line 5/);
  });

  it('an empty manifest is an error', async () => {
    for (const text of ['jobs: []\n', '{}\n', '\n', '# nothing\n']) {
      ws = new QueueWorkspace(text);
      const { code, stderr } = await ws.queue();
      expect([text, code]).toEqual([text, 2]);
      expect(stderr).toMatch(/m\.yaml/);
    }
  });

  it('a damaged record is told, the journal is replayed, and nothing is lost', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 0, cmd: "${note}" }
`);
    expect((await ws.queue()).code).toBe(0);
    const journal = '.bridge/journal/000001.jsonl';
    const lines = ws.read(journal).split('\n');
    lines.splice(1, 0, '{"type":"job.comp', '\u0000\u0000\u0000 not a record');
    ws.write(journal, lines.join('\n'));
    const { code, stderr, jobs } = await ws.queue();
    expect(code).toBe(0);
    expect(stderr).toMatch(/damaged record/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(jobs.a!.status).toBe('completed');
    expect(ws.ledger()).toEqual(['a']);
  });

  it('without nvidia-smi a run that needs a GPU says so, and CPU runs go on', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: gpu, gpus: 1, cmd: "${note}" }
  - { id: cpu, gpus: 0, cmd: "${note}" }
  - { id: any, cmd: "${note}" }
`);
    ws.program('nvidia-smi', '#!/bin/sh\nexit 127\n');
    const { code, jobs } = await ws.queue();
    expect(code).toBe(1);
    expect(jobs.gpu!.status).toBe('failed');
    expect(jobs.gpu!.why).toMatch(/needs a GPU/);
    expect([jobs.cpu!.status, jobs.any!.status]).toEqual(['completed', 'completed']);
  });

  it('a driver of the GPUs that does not answer is named, and CPU runs go on', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: gpu, gpus: 1, cmd: "${note}" }
  - { id: cpu, gpus: 0, cmd: "${note}" }
`);
    const said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver";
    ws.program('nvidia-smi', `#!/bin/sh\necho "${said}"\nexit 9\n`);
    const { stderr, jobs } = await ws.queue();
    expect(stderr).toContain(said);
    expect(jobs.gpu!.status).toBe('failed');
    expect(jobs.cpu!.status).toBe('completed');
  });

  it('a GPU whose values are [N/A] is used unless somebody computes on it', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 1, cmd: "echo $CUDA_VISIBLE_DEVICES >> ledger" }
`);
    ws.program(
      'nvidia-smi',
      smi(
        ['0, GPU-aa, NVIDIA GB10, [N/A], [N/A], 0', '1, GPU-bb, NVIDIA GB10, [N/A], [N/A], 0'],
        ['GPU-aa, 4242'],
      ),
    );
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['1']);
  });
});
