import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../../src/core/run/state';
import { statusWord, trackerWord } from '../../../../src/core/run/words';

const failedWith = (failureClass: string, attempts: number) =>
  ({
    phase: { kind: 'failed', failure: { class: failureClass, message: '', fix: '', evidence: [] } },
    attempts: Array.from({ length: attempts }, () => ({})),
  }) as unknown as JobState;

describe('the word for a run that failed', () => {
  it('is stuck once out of memory came again after the wait that was to cure it', () => {
    expect(statusWord(failedWith('oom', 1))).toBe('failed');
    expect(statusWord(failedWith('oom', 2))).toBe('stuck');
    expect(statusWord(failedWith('import', 3))).toBe('failed');
    expect(trackerWord('stuck')).toBe('FAILED');
  });
});
