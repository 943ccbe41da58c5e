import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/diagnose/diagnose';

interface Labelled {
  readonly class: string;
  readonly exception: string;
  readonly log: string;
  readonly exitCode?: number;
}

const corpus = process.env['BRIDGE_CORPUS'];

describe.skipIf(!corpus)('labelled failures of real programs (BRIDGE_CORPUS)', () => {
  it('are named with the class a person gave them, in every class', () => {
    const folder = join(corpus ?? '', 'failures');
    const records = readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line) => JSON.parse(line) as Labelled);
    const byClass = new Map<string, { right: number; all: number }>();
    let named = 0;
    for (const record of records) {
      const found = diagnose({ log: `step 1 loss 0.7\n${record.log}\n`, exitCode: record.exitCode ?? 1 });
      const tally = byClass.get(record.class) ?? { right: 0, all: 0 };
      byClass.set(record.class, {
        right: tally.right + Number(found.class === record.class),
        all: tally.all + 1,
      });
      named += Number((found.exception ?? '').toLowerCase() === record.exception.toLowerCase());
    }
    const tallies = [...byClass.values()];
    const right = tallies.reduce((sum, tally) => sum + tally.right, 0);
    const recall = tallies.reduce((sum, tally) => sum + tally.right / tally.all, 0) / tallies.length;
    expect(records.length).toBeGreaterThan(0);
    expect(right / records.length).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.85);
    expect(named / records.length).toBeGreaterThanOrEqual(0.95);
  });
});
