import { describe, expect, it } from 'vitest';
import { ReviewerFailure, type Reviewer } from '../../../src/core/agents/ports';
import type { RunEvent } from '../../../src/core/run/event';
import { StateFold } from '../../../src/core/run/reduce';
import { CurveJudge, type CurveJudgeParts } from '../../../src/engine/judgeCurves';
import { declare, type Happening, jobs, journal, requested } from '../core/run/study';

const minute = 60_000;
type Word = 'STOP' | 'CONTINUE' | 'WAIT' | 'nobody' | 'nonsense';

interface World {
  /** What the model says at its n-th question. */
  readonly says: (n: number, atMinute: number) => Word;
  readonly health?: 'off' | 'flag' | 'stop';
  /** What the program flags, by minute. */
  readonly flags?: Readonly<Record<number, string>>;
  /** What a driver before had recorded. */
  readonly past?: readonly Happening[];
}

/** Looks every minute of six hours; the minutes of questions, what was recorded, and which runs were cancelled. */
async function sixHours({ says, health = 'flag', flags = { 5: 'plateau: loss stands' }, past = [] }: World) {
  const fold = new StateFold();
  let now = 0;
  const asked: number[] = [];
  const prompts: string[] = [];
  const recorded: RunEvent['type'][] = [];
  const cancelled: string[] = [];
  const happened = (...happenings: Happening[]) => {
    for (const each of happenings) {
      recorded.push(each.type);
      fold.apply([{ ...each, at: now }]);
    }
  };
  const declared = declare({ jobs: jobs({ R1: 'gpus: 0' }) }) as Extract<
    Happening,
    { type: 'study.declared' }
  >;
  fold.apply(
    journal(
      { ...declared, study: { ...declared.study, options: { ...declared.study.options, health } } },
      requested('R1'),
      {
        type: 'attempt.started',
        key: 'w:R1:h:1',
        handle: { folder: '/w/.bridge/runs/R1', process: null, externalId: null },
      },
      ...past,
    ),
  );
  const reviewer: Reviewer = {
    id: 'openai',
    greet: async () => ({ client: 'c', model: 'gpt-5.4', family: 'openai', carrier: 'endpoint' }),
    converse: async () => ({
      ask: async (prompt) => {
        if (prompt.includes('training run')) {
          prompts.push(prompt);
          asked.push(now / minute);
        }
        const word = says(asked.length, now / minute);
        if (word === 'nobody') throw new ReviewerFailure('busy', 'It answered 429.');
        const text = word === 'nonsense' ? 'hm' : JSON.stringify({ verdict: word, why: 'Because.' });
        return { text, threadId: null, usage: null };
      },
      close: async () => undefined,
    }),
  };
  const clock = {
    ...{ now: () => now, monotonic: () => now },
    sleep: (_: number, signal: AbortSignal) =>
      new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true })),
  };
  const parts = {
    record: {
      get state() {
        return fold.state;
      },
      happened,
    },
    ...{ clock, root: '/w', commit: () => Promise.resolve() },
    backend: {
      cancel: async (keys: readonly string[]) => void cancelled.push(...keys),
    },
    reviewers: () => ({
      ...{ reviewers: [reviewer], author: 'unknown', allowSameFamily: false, deadlineMinutes: 1, clock },
      traces: { mode: 'off', record: async () => null },
      files: { root: '/w', exists: async () => false, read: async () => null },
    }),
  } as unknown as CurveJudgeParts;
  const judge = new CurveJudge(parts);
  for (; now <= 360 * minute; now += minute) {
    const why = flags[now / minute];
    if (why !== undefined) happened({ type: 'job.flagged', job: 'R1', why });
    judge.look(new AbortController().signal);
    await judge.settle();
  }
  return { asked, prompts, recorded, cancelled, state: fold.state };
}

describe('a curve that the program cannot judge', () => {
  it('is judged once it is flagged, and ever less often while the model calls it healthy', async () => {
    const { asked, prompts, state } = await sixHours({ says: () => 'CONTINUE' });
    expect(asked).toEqual([5, 15, 35, 75, 135, 195, 255, 315]);
    expect(prompts[0]).toContain('plateau: loss stands');
    expect(prompts[0]).toContain('.bridge/runs/R1/log');
    expect(state.agents.curves.get('R1')).toMatchObject({ verdict: 'CONTINUE', judge: { model: 'gpt-5.4' } });
  });

  it('is looked at again in 10 minutes when it is too early to tell', async () => {
    const { asked } = await sixHours({ says: (n) => (n <= 3 ? 'WAIT' : 'CONTINUE') });
    expect(asked.slice(0, 6)).toEqual([5, 15, 25, 35, 55, 95]);
  });

  it('stops the run for STOP only where bridge.health says so', async () => {
    const stopped = await sixHours({ says: () => 'STOP', health: 'stop' });
    expect(stopped.cancelled).toEqual(['w:R1:h:1']);
    // The intent is recorded after the judgement that it follows from.
    expect(stopped.recorded).toEqual(['job.flagged', 'curve.judged', 'attempt.stopping']);
    expect(stopped.asked).toEqual([5]);
    const told = await sixHours({ says: () => 'STOP' });
    expect(told.cancelled).toEqual([]);
    expect(told.asked).toEqual([5]);
    const off = await sixHours({ says: () => 'STOP', health: 'off' });
    expect(off.asked).toEqual([]);
  });

  it('is judged anew after another flag, at most every 10 minutes', async () => {
    const flags = { 5: 'plateau: loss stands', 8: 'spike: loss rose', 100: 'overfitting: it does' };
    const { asked } = await sixHours({ says: () => 'STOP', flags });
    expect(asked).toEqual([5, 15, 100]);
  });

  it.each(['nobody', 'nonsense'] as const)('is left to the flag where the model says %s', async (word) => {
    const { asked, recorded, cancelled } = await sixHours({ says: () => word, health: 'stop' });
    expect(asked.slice(0, 4)).toEqual([5, 15, 35, 75]);
    expect(recorded).toEqual(['job.flagged']);
    expect(cancelled).toEqual([]);
  });

  it('that a driver before had judged is not asked about at once', async () => {
    const past = (verdict: 'STOP' | 'CONTINUE'): readonly Happening[] => [
      { type: 'job.flagged', job: 'R1', why: 'plateau: loss stands' },
      {
        ...{ type: 'curve.judged', job: 'R1', verdict, why: 'Because.' },
        judge: { model: 'gpt-5.4', carrier: 'endpoint', tracePath: null },
      },
    ];
    const healthy = await sixHours({ says: () => 'CONTINUE', flags: {}, past: past('CONTINUE') });
    expect(healthy.asked.slice(0, 3)).toEqual([10, 30, 70]);
    expect((await sixHours({ says: () => 'STOP', flags: {}, past: past('STOP') })).asked).toEqual([]);
  });

  it('of a run that is only silent is nothing to judge', async () => {
    const { asked } = await sixHours({ says: () => 'STOP', flags: { 5: 'silent: nothing for 30 min' } });
    expect(asked).toEqual([]);
  });
});
