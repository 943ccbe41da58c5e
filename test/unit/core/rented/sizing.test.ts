import { describe, expect, it } from 'vitest';
import { readModelFacts } from '../../../../src/core/rented/modelFacts';
import { sizeMachine, type SizedStudy } from '../../../../src/core/rented/sizing';

const study: SizedStudy = { gpuHours: 10, gpusOfARun: 1, dataGiB: null, resumable: false };
const facts = (text: string) => readModelFacts([{ path: 'train.py', text }]);
const memoryOf = (text: string) => {
  const { need } = sizeMachine(study, facts(text));
  return need.gpus * need.gpuMemoryGiB;
};

describe('what is read of a model', () => {
  it.each([
    ['model = "Qwen2.5-7B"', 7e9],
    ['a 1.5 B parameter model', 1.5e9],
    ['gpt2_355m', 355e6],
    ['llama-13b beside llama-7b', 13e9],
    ['an MLP of 2 m parameters', 2e6],
  ])('%s names a model of %d parameters', (text, count) => {
    expect(facts(text).parameters?.value).toBe(count);
  });

  it.each(['needs 32GB', 'takes 30 m', '10M tokens', 'at 100 MB/s', 'R001 M2', '5M images'])(
    '%s names no model',
    (text) => {
      expect(facts(text).parameters).toBeNull();
    },
  );

  it('a fact keeps the line that it was read from', () => {
    expect(facts('import torch\nwith autocast():\n').precision).toEqual({
      value: '16-bit',
      where: 'train.py:2',
    });
  });
});

describe('how large a machine is asked for', () => {
  it('weights in 16 bits that are only read take two bytes each and a fifth more', () => {
    expect(memoryOf('Qwen2.5-7B bf16 vllm')).toBe(16);
  });

  it('all of 7 billion weights trained with Adam take sixteen bytes each, which is eight 24 GiB GPUs or more', () => {
    expect(memoryOf('llama-7b bf16 AdamW optimizer.step()')).toBeGreaterThanOrEqual((7e9 * 16) / 1024 ** 3);
  });

  it('adapters are a small part of what training all weights takes', () => {
    expect(memoryOf('llama-7b bf16 lora AdamW optimizer.step()')).toBeLessThanOrEqual(24);
  });

  it('a model that nobody sizes fits the smallest GPU, and the reason says so', () => {
    const { need, reasons } = sizeMachine(study, facts('model = MLP()'));
    expect(need.gpuMemoryGiB).toBe(8);
    expect(reasons.join(' ')).toContain('Nothing says how many parameters');
  });

  it('thirty percent are added to the hours of the plan', () => {
    expect(sizeMachine(study, facts('')).need.hours).toBeCloseTo(13);
  });

  it('a run that asks for four GPUs gets four, and the hours are shared among them', () => {
    const { need } = sizeMachine({ ...study, gpusOfARun: 4 }, facts(''));
    expect(need).toMatchObject({ gpus: 4, hours: 3.25 });
  });

  it('data asks for disk', () => {
    expect(sizeMachine({ ...study, dataGiB: 100 }, facts('')).need.diskGiB).toBe(230);
  });
});
