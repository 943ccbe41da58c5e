import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../integration/harness/bridge';
import { QueueWorkspace } from './queueWorkspace';
import { idleGpu, smi } from './smi';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

const note = 'echo $BRIDGE_RUN $CUDA_VISIBLE_DEVICES >> ledger';

describe('GPUs', () => {
  it('are each given to one run at a time, as many at a time as there are', async () => {
    ws = new QueueWorkspace(`
phases:
  - name: p
    grid: { n: [1, 2, 3, 4] }
    template: { id: "a\${n}", gpus: 1, cmd: "mkdir gpu$CUDA_VISIBLE_DEVICES && sleep 0.3 && rmdir gpu$CUDA_VISIBLE_DEVICES" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0), idleGpu(1)]));
    const { code, jobs } = await ws.queue();
    expect(code).toBe(0);
    expect(new Set(Object.values(jobs).map(({ gpu }) => gpu))).toEqual(new Set(['0', '1']));
  });

  it('several for one run, and a smaller one passes a run that waits for more', async () => {
    ws = new QueueWorkspace(`
max_parallel: 3
jobs:
  - { id: holds, gpus: 1, priority: 2, cmd: "${note}; sleep 1" }
  - { id: two, gpus: 2, priority: 1, cmd: "${note}" }
  - { id: small, gpus: 1, cmd: "${note}" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0), idleGpu(1)]));
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['holds 0', 'small 1', 'two 0,1']);
    expect(ws.ledger().at(-1)).toBe('two 0,1');
  });

  it('are counted as nvidia-smi counts, and ${GPU} names them', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 1, cmd: "echo \${GPU} $CUDA_DEVICE_ORDER >> ledger" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0), idleGpu(1)], ['GPU-00, 77']));
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['1 PCI_BUS_ID']);
  });

  it('that somebody else uses are waited for, and why is said', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 1, cmd: "${note}" }
`);
    ws.program(
      'nvidia-smi',
      smi(['0, GPU-00, NVIDIA A100, 3, 40960, 0', '1, GPU-11, NVIDIA A100, 9000, 40960, 0'], ['GPU-00, 77']),
    );
    const { ended } = ws.start('queue', 'm.yaml');
    let why: string | null = null;
    await until('it is said why', () => {
      void ws.status().then((jobs) => (why = jobs.a?.why ?? why));
      return /waits for a GPU/.test(why ?? '');
    });
    expect(why).toBe('waits for a GPU: on 0 somebody else computes, the memory of 1 is in use');
    ws.program('nvidia-smi', smi([idleGpu(0), '1, GPU-11, NVIDIA A100, 9000, 40960, 0']));
    expect(await ended).toBe(0);
    expect(ws.ledger()).toEqual(['a 0']);
  });

  it('in slices are given out by the slice', async () => {
    ws = new QueueWorkspace(`
jobs:
  - { id: a, gpus: 1, cmd: "${note}; sleep 0.3" }
  - { id: b, gpus: 1, cmd: "${note}; sleep 0.3" }
`);
    ws.program(
      'nvidia-smi',
      smi(
        ['0, GPU-00, NVIDIA A100, [N/A], 40960, [N/A]'],
        ['MIG-22, 77'],
        [
          'GPU 0: NVIDIA A100 (UUID: GPU-00)',
          '  MIG 1g.5gb      Device  0: (UUID: MIG-11)',
          '  MIG 1g.5gb      Device  1: (UUID: MIG-22)',
          '  MIG 1g.5gb      Device  2: (UUID: MIG-33)',
        ],
      ),
    );
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger().sort()).toEqual(['a MIG-11', 'b MIG-33']);
  });

  it('of which a manifest names some are the only ones that are used', async () => {
    ws = new QueueWorkspace(`
gpus: [1]
jobs:
  - { id: a, gpus: 1, cmd: "${note}" }
  - { id: b, gpus: 2, cmd: "${note}" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0), idleGpu(1)]));
    const { jobs } = await ws.queue();
    expect(ws.ledger()).toEqual(['a 1']);
    expect(jobs.b!.why).toMatch(/needs 2 GPUs and this target has only 1/);
  });

  it('a run that ran out of memory is tried on another one, the bigger first', async () => {
    const oom =
      "echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB' >&2; exit 1";
    ws = new QueueWorkspace(`
oom_retry: { delay: 0.2, max_attempts: 3 }
jobs:
  - { id: a, gpus: 1, cmd: "${note}; [ $CUDA_VISIBLE_DEVICES = 2 ] || { ${oom}; }" }
`);
    ws.program('nvidia-smi', smi([idleGpu(0, 16000), idleGpu(1, 16000), idleGpu(2, 80000)]));
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 2 });
    expect(ws.ledger()).toEqual(['a 0', 'a 2']);
  });
});
