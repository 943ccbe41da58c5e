import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TensorBoardStream } from '../../../../src/core/results/tensorBoardStream';

const file = (name: string) => readFileSync(`test/fixtures/tensorboard/${name}`);
const plain = file('events.out.tfevents.1.plain');
const scalars = [
  { series: 'train/loss', step: 0, value: 2 },
  { series: 'train/loss', step: 100, value: Math.fround(2 / 101) },
  { series: 'train/loss', step: 200, value: Math.fround(2 / 201) },
  { series: 'val/accuracy', step: 300, value: NaN },
];

describe('a TensorBoard event file', () => {
  it('gives its scalars, among histograms and texts, NaN included', () => {
    expect(new TensorBoardStream().push(plain)).toEqual(scalars);
  });

  it('gives the same when it arrives in pieces of any size', () => {
    for (const size of [1, 7, 13, 100, 1000]) {
      const stream = new TensorBoardStream();
      const points = [];
      for (let at = 0; at < plain.length; at += size)
        points.push(...stream.push(plain.subarray(at, at + size)));
      expect(points).toEqual(scalars);
    }
  });

  it('gives one-element tensors, float and double, at steps beyond 32 bits', () => {
    expect(new TensorBoardStream().push(file('events.out.tfevents.2.tensor'))).toEqual([
      { series: 'loss', step: 1, value: 0.5 },
      { series: 'loss', step: 2 ** 40, value: 0.25 },
      { series: 'loss', step: 3, value: 0.125 },
    ]);
  });

  it('passes over a record of megabytes and reads what follows it', () => {
    const length = 3 << 20;
    const large = Buffer.alloc(12 + length + 4, 7);
    large.writeBigUInt64LE(BigInt(length), 0);
    const stream = new TensorBoardStream();
    const bytes = Buffer.concat([large, plain]);
    const points = [];
    for (let at = 0; at < bytes.length; at += 1 << 18)
      points.push(...stream.push(bytes.subarray(at, at + (1 << 18))));
    expect(points).toEqual(scalars);
  });

  it('that is no event file gives nothing and says that it is broken', () => {
    const stream = new TensorBoardStream();
    expect(stream.push(Buffer.from('{"step": 1, "loss": 0.5}\n'.repeat(10)))).toEqual([]);
    expect(stream.broken).toBe(true);
  });
});
