import { expect, test } from 'vitest';
import { checkpointText } from '../../../src/cli/checkpointText';
import { gpuMark } from '../../../src/core/manifest/template';
import type { Checkpoint } from '../../../src/core/run/checkpointModel';

const checkpoint = (change: Partial<Checkpoint> = {}): Checkpoint => ({
  ...{ hash: 'h', target: 'local', review: 'Nobody reviewed it.', groundTruth: 'Nobody checked it.' },
  sanity: { status: 'passed', sentence: 'Sanity passed.', commands: [{ run: 's', command: 'sanity' }] },
  milestones: [
    {
      ...{ id: 'M1', name: 'Main', runs: 2, estimatedGpuHours: 1.5, estimatedHours: 0.5 },
      commands: [
        { run: 'a', command: `train --gpu ${gpuMark}\neval a\n` },
        { run: 'b', command: 'train b' },
      ],
    },
  ],
  ...{ unjudgedGates: [], totalGpuHours: 1.5, usd: 0, notes: [], changes: [], files: {} },
  ...change,
});

test('shows every command that would run, each as one block, its GPU as the manifest writes it', () => {
  const text = checkpointText(checkpoint());
  expect(text).toContain('    a  train --gpu ${GPU}\n          eval a\n    b  train b\n');
  expect(text).toContain('M1 Main: 2 runs, ~1.5 GPU-h, ~30 min of run time');
});

test('says place and cost in plain words, and nothing of what costs nothing', () => {
  expect(checkpointText(checkpoint())).toContain('Total: 2 runs, ~1.5 GPU-h, on this machine');
  const text = checkpointText(checkpoint({ target: 'vast', totalGpuHours: 0, usd: 3 }));
  expect(text).toContain('Total: 2 runs, ~$3, on vast');
  expect(checkpointText(checkpoint({ totalGpuHours: null }))).toContain('GPU-hours not estimated');
});

test('names what no program judges, what changed and what should be read before', () => {
  const text = checkpointText(
    checkpoint({
      unjudgedGates: [{ milestone: 'M1', text: 'looks good' }],
      changes: ['train.py changed'],
      notes: ['R9 is not run.'],
    }),
  );
  expect(text).toContain('No program can judge the gate of M1 ("looks good"): approving passes it');
  expect(text).toContain('Since the last checkpoint: train.py changed');
  expect(text).toContain('Note: R9 is not run.');
  expect(text).toContain('Review: Nobody reviewed it.');
});

test('sanity’s commands are shown while they are still to run', () => {
  const pending = {
    status: 'pending' as const,
    sentence: 'Sanity has not run yet.',
    commands: [{ run: 's', command: 'sanity' }],
  };
  expect(checkpointText(checkpoint({ sanity: pending }), { dryRun: true })).toMatch(
    /^Dry run[^]*    s {2}sanity\n[^]*runs sanity and then asks/,
  );
  expect(checkpointText(checkpoint())).not.toContain('    s  sanity');
});
