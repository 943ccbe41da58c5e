import { describe, expect, it } from 'vitest';
import { newsMessage, newsOf, notifySettings } from '../../../../src/core/run/news';
import { journal } from './study';

const about = { study: 'digits', host: 'box', workspace: '/w' };

describe('news', () => {
  it('are ends, failures, what needs you and the budget, and nothing else', () => {
    const events = journal(
      { type: 'study.ended', outcome: 'done', note: 'Every run has ended.' },
      { type: 'study.ended', outcome: 'failed', note: 'Failed: R1.' },
      { type: 'money.reached', level: 'warned', usedUsd: 9, limitUsd: 10, why: '$9 of $10' },
      { type: 'job.paused', job: 'R1', by: 'ada' },
    );
    expect(events.map((event) => newsOf(event)?.kind ?? null)).toEqual(['done', 'failed', 'budget', null]);
  });

  it('that come together are one message of bounded length, called by the gravest', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({
      ...{ kind: 'failed' as const, run: `R${i}` },
      sentence: `R${i} failed: x\nsecond line`,
    }));
    const message = newsMessage(
      [{ kind: 'done', run: null, sentence: 'Every run has ended.' }, ...many],
      about,
    );
    expect(message.kind).toBe('failed');
    expect(message.text.split('\n')).toHaveLength(22);
    expect(message.text).toMatch(/^Bridge, digits on box:\n- Every run.*\n- R0 failed: x\n/);
    expect(message.text).toMatch(/- and 81 more$/);
    expect(message.content).toBe(message.text);
  });
});

describe('who is told', () => {
  it('is said by the person’s own settings and never by a workspace’s', () => {
    const theirs = { 'notify.command': ['evil'], 'notify.events': [] };
    expect(notifySettings({}, theirs, {})).toMatchObject({ command: null });
    expect(notifySettings({}, theirs, {}).problems).toHaveLength(2);
    expect(notifySettings({ 'notify.command': ['say'] }, {}, {})).toMatchObject({ command: ['say'] });
  });

  it('is left out, and said, where it is written wrongly', () => {
    const wrong = notifySettings({ 'notify.command': 'say hi', 'notify.events': ['everything'] }, {}, {});
    expect(wrong).toMatchObject({ command: null, events: ['done', 'failed', 'needs-you', 'budget'] });
    expect(wrong.problems).toHaveLength(2);
  });
});
