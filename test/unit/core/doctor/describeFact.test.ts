import { describe, expect, it } from 'vitest';
import { describeFact } from '../../../../src/core/doctor/describeFact';
import { parseDoctorFacts, type DoctorFact } from '../../../../src/core/doctor/facts';
import { english } from '../../../../src/core/text/translate';
import { doctorPage } from '../../../../src/views/doctor';

const told = (fact: DoctorFact) => describeFact(fact, english);

describe('what the doctor found', () => {
  it.each<[string, DoctorFact, string, string | null]>([
    ['no Python', { id: 'python', program: null, version: null }, 'missing', 'page'],
    ['Python', { id: 'python', program: '/usr/bin/python3', version: '3.11' }, 'ok', null],
    ['no GPU', { id: 'gpus', names: [], memoryMiB: null, problem: null }, 'optional', null],
    ['a broken driver', { id: 'gpus', names: [], memoryMiB: null, problem: 'broken' }, 'missing', null],
    ['a host that answers', { id: 'target', target: 'ssh:a', reachable: true, said: null }, 'ok', null],
    [
      'a host that does not',
      { id: 'target', target: 'ssh:a', reachable: false, said: 'no' },
      'missing',
      'setting',
    ],
    ['no Slurm for a local study', { id: 'slurm', version: null, wanted: false }, 'optional', null],
    ['no Slurm for a study on it', { id: 'slurm', version: null, wanted: true }, 'missing', 'setting'],
    ['an author without a program', { id: 'author', author: 'acp:x', found: false }, 'missing', 'setting'],
    ['no plan', { id: 'plan', plan: null, manifest: null }, 'missing', 'newPlan'],
    ['no wandb', { id: 'wandb', installed: false, key: false }, 'optional', 'terminal'],
    ['a strange folder', { id: 'trust', trusted: false }, 'missing', 'trust'],
  ])('%s is said with how it stands and what mends it', (_what, fact, state, fix) => {
    const check = told(fact);
    expect([check.state, check.fix?.kind ?? null]).toEqual([state, fix]);
    expect(check.sentence).toMatch(/\S/);
  });

  it('one chosen reviewer that can be asked is enough; none says what the first lacks', () => {
    const lacking = { id: 'openai', ready: false, lacks: 'OPENAI_API_KEY' };
    expect(
      told({ id: 'reviewers', reviewers: [lacking, { id: 'codex-exec', ready: true, lacks: null }] }).state,
    ).toBe('ok');
    expect(told({ id: 'reviewers', reviewers: [lacking] }).sentence).toContain('OPENAI_API_KEY');
  });

  it('stands with what is missing first, and trust as the editor knows it', () => {
    const facts: DoctorFact[] = [
      { id: 'git', version: '2.39' },
      { id: 'slurm', version: null, wanted: false },
      { id: 'trust', trusted: null },
    ];
    const { checks } = doctorPage({ facts, looking: false, failure: null }, false, english);
    expect(checks.map(({ id, state }) => [id, state])).toEqual([
      ['trust', 'missing'],
      ['git', 'ok'],
      ['slurm', 'optional'],
    ]);
  });

  it('is read from a document, and nothing is read from something else', () => {
    const fact = { id: 'git', version: null };
    expect(
      parseDoctorFacts({ version: '1', workspace: '/w', checks: [{ fact, state: 'optional' }] }),
    ).toEqual([fact]);
    expect(parseDoctorFacts({ checks: [] })).toBeNull();
    expect(parseDoctorFacts('{}')).toBeNull();
  });
});
