import { beforeAll, describe, expect, it } from 'vitest';
import { english } from '../../../src/core/text/translate';
import type { RunEvent, RunEventType } from '../../../src/core/run/event';
import type { StudyDeclaration } from '../../../src/core/run/declaration';
import { describeEvent } from '../../../src/views/describeEvent';
import type { StudyInputs } from '../../../src/views/input';
import { needs, needsCount } from '../../../src/views/needs';
import { timelinePage } from '../../../src/views/timeline';
import { checkpointOf, loadDigits, Story, rentalOffer, rentalTerms } from './digits';

let study: StudyDeclaration;
let inputs: StudyInputs;
beforeAll(async () => ({ study, inputs } = await loadDigits()));

type Content<Type extends RunEventType> = Omit<Extract<RunEvent, { type: Type }>, 'type' | 'at'>;

const review = (severities: readonly ('CRITICAL' | 'MAJOR' | 'MINOR')[]): Content<'review.finished'> => ({
  document: {
    findings: severities.map((severity, at) => ({
      ...{ id: `f${at}`, severity, file: 'train.py', line: 4, endLine: 4, title: `finding ${at}` },
      ...{ why: 'because', fix: 'do this', check: 'logic', place: 'found' },
    })),
    groundTruth: null,
    unread: null,
    notes: [],
  },
  ...{ reviewer: 'codex', carrier: 'codex mcp', model: 'gpt-5.4', family: 'openai', sameFamily: false },
  ...{ round: 1, hash: 'abc', tracePath: null },
});

/** One example of every kind of event; the type makes the table complete. */
const examples = (): { readonly [Type in RunEventType]: readonly [Content<Type>, string] } => ({
  'study.declared': [
    { study, by: 'ada' },
    'is momentum more than a larger step?: 24 runs declared, on local',
  ],
  'stage.started': [{ stage: 'deploy' }, 'Stage begins: Deploy'],
  'stage.ended': [
    { stage: 'sanity', outcome: 'failed', note: 'R001 failed' },
    'Stage failed: Sanity: R001 failed',
  ],
  'checkpoint.shown': [
    { checkpoint: checkpointOf(study) },
    'Bridge asks for your approval: 23 runs (M1, M2, M3)',
  ],
  'checkpoint.approved': [{ hash: 'a', milestones: ['M1', 'M2'], by: 'ada' }, 'Approved: M1, M2'],
  'checkpoint.rejected': [{ hash: 'a', reason: 'wrong seeds', by: 'ada' }, 'Not approved: wrong seeds'],
  'checkpoint.voided': [
    { hash: 'a', changes: ['train.py changed'] },
    'The approval no longer holds: train.py changed',
  ],
  'review.finished': [review(['CRITICAL', 'MINOR']), 'Review by gpt-5.4 (codex mcp), round 1: 1 critical'],
  'finding.waived': [{ finding: 'f0', reason: 'small data', by: 'ada' }, 'Finding waived: small data'],
  'work.started': [
    { id: 'w', purpose: 'implement', agent: 'acp:claude', subject: null, folder: '/tmp/w' },
    'acp:claude writes what is missing',
  ],
  'work.reported': [
    { id: 'w', sign: 'tool', what: 'Write train.py', tokens: 10, usd: null },
    'The agent works: Write train.py',
  ],
  'work.stalled': [{ id: 'w', silentMinutes: 5.2 }, 'The agent has said nothing for 5 minutes'],
  'work.ended': [
    {
      ...{ id: 'w', outcome: 'died', sentence: 'it is gone', client: null, usage: null, usd: null },
      ...{ elapsedMs: 1, tracePath: null },
    },
    'The agent ended without being done: it is gone',
  ],
  'permission.asked': [
    {
      ...{ id: 'p', work: 'w', kind: 'run', title: 'Run', command: 'pip install x', paths: [] },
      subject: null,
    },
    'Permission is asked for: pip install x',
  ],
  'permission.answered': [
    { id: 'p', answer: 'deny', by: 'Bridge', why: 'Nobody answered' },
    'Denied: Nobody answered',
  ],
  'change.proposed': [
    { id: 'c', work: 'w', purpose: 'implement', subject: null, title: 'train.py', files: [], deviations: [] },
    'A change waits for you: train.py (0 files)',
  ],
  'change.taking': [{ id: 'c', files: null, hunks: null, by: 'ada' }, 'A change is being taken over'],
  'change.taken': [
    { id: 'c', written: ['train.py'], conflicts: [], refused: [], partly: [], by: 'ada' },
    'Taken over: train.py',
  ],
  'change.rejected': [{ id: 'c', reason: 'too much', by: 'ada' }, 'A change was rejected: too much'],
  'selfCheck.finished': [{ findings: [], hash: 'h', notes: [] }, 'Self-check: 0 findings, 0 critical'],
  'finding.replied': [{ finding: 'f', text: 'on purpose', by: 'ada' }, 'Reply to a finding: on purpose'],
  'finding.disputed': [{ finding: 'f', reason: 'not so', by: 'ada' }, 'Finding disputed: not so'],
  'finding.resolved': [{ finding: 'f', note: '', by: 'ada' }, 'Finding resolved'],
  'finding.reopened': [{ finding: 'f', by: 'ada' }, 'Finding opened again'],
  'repair.started': [
    {
      ...{ run: 'R1', number: 1, failure: 'shape', diagnosis: 'shapes differ', evidence: [] },
      move: 'patch',
    },
    'Repair 1 of R1: shapes differ',
  ],
  'opinion.given': [
    {
      ...{ run: 'R1', number: 2, cause: 'a transposed matrix', where: 'code', advice: 'turn it' },
      ...{ file: null, line: null, judge: { model: 'gpt-5.4', carrier: 'codex mcp', tracePath: null } },
    },
    'Second opinion by gpt-5.4: a transposed matrix',
  ],
  'opinion.missing': [
    { run: 'R1', number: 2, why: 'nobody was chosen' },
    'No second opinion: nobody was chosen',
  ],
  'repair.ended': [
    { run: 'R1', number: 1, outcome: 'tried', change: 'c', sentence: 'It runs again.' },
    'It runs again.',
  ],
  'repair.gaveUp': [
    { run: 'R1', sentence: 'three repairs failed', report: 'r.md' },
    'R1 could not be repaired: three repairs failed',
  ],
  'evaluator.locked': [
    {
      evaluator: {
        ...{ hash: 'h', files: { 'evaluate.py': 'a' }, script: 'evaluate.py', split: null, seeds: [] },
        ...{ primaryMetric: null, type: null, source: 'manifest' },
      },
      by: 'ada',
    },
    'The evaluation is locked: evaluate.py',
  ],
  'evaluator.changed': [
    { changes: ['evaluate.py changed'], resolution: 'voided', by: 'Bridge' },
    'The locked evaluation was changed: evaluate.py changed',
  ],
  'curve.judged': [
    {
      ...{ job: 'R1', verdict: 'WAIT', why: 'too early' },
      judge: { model: 'gpt-5.4', carrier: 'codex mcp', tracePath: null },
    },
    'gpt-5.4 says of the curve: WAIT, too early',
  ],
  'criterion.judged': [
    {
      ...{ subject: 'B1', text: 'looks right', verdict: 'partial', why: 'half of it' },
      judge: { model: 'gpt-5.4', carrier: 'codex mcp', tracePath: null },
    },
    'gpt-5.4 judges B1: partial, half of it',
  ],
  'ablations.proposed': [
    { proposals: [], judge: { model: 'gpt-5.4', carrier: 'codex mcp', tracePath: null }, change: 'c' },
    '0 ablations are proposed',
  ],
  'baseRepo.cloned': [
    { url: 'https://example.org/a.git', commit: '0123456789abcdef', folder: 'base_repo' },
    'https://example.org/a.git was cloned at 0123456789ab',
  ],
  'gate.judged': [
    { milestone: 'M1', verdict: 'failed', why: '0.4 < 0.5', by: 'Bridge' },
    'The gate of M1 failed: 0.4 < 0.5',
  ],
  'attempt.requested': [
    { job: 'R1', attempt: 2, key: 'k', host: 'gpu1', gpus: ['0', '3'] },
    'R1 starts on gpu1:0,3, attempt 2',
  ],
  'attempt.queued': [
    { key: 'k', handle: { folder: '/f', process: null, externalId: '7' }, why: 'other jobs go first' },
    'R1 is in the queue: other jobs go first',
  ],
  'attempt.started': [
    { key: 'k', handle: { folder: '/f', process: null, externalId: null } },
    'R1 is running',
  ],
  'attempt.unreachable': [{ key: 'k', why: 'timed out' }, 'R1 cannot be reached: timed out'],
  'attempt.abandoned': [{ key: 'k', why: 'gpu1 is gone', by: 'ada' }, 'R1 was given up: gpu1 is gone'],
  'attempt.cleared': [{ key: 'k' }, 'Nothing is left of an attempt of R1 that was given up'],
  'attempt.stopping': [
    { key: 'k', reason: 'timeout', by: 'Bridge' },
    'R1 is stopped: its time limit has passed',
  ],
  'attempt.exited': [{ key: 'k', exit: { code: 3, endedAt: 0 } }, 'R1 ended with exit code 3'],
  'attempt.lost': [
    { key: 'k', cause: 'rebooted', why: 'gpu1 was restarted' },
    'R1 was lost: gpu1 was restarted',
  ],
  'capacity.seen': [
    {
      host: 'gpu1',
      gpus: [
        { id: '0', name: 'A100', memoryTotalMiB: null, state: 'free' },
        { id: '1', name: 'A100', memoryTotalMiB: null, state: 'full' },
      ],
      missing: [],
    },
    'gpu1: 1 of 2 GPUs are free.',
  ],
  'job.completed': [
    {
      job: 'R1',
      key: 'k',
      metrics: [{ name: 'acc', value: 0.912345, file: 'r.json', pointer: '/acc', line: 1 }],
    },
    'R1 is done: acc 0.9123',
  ],
  'job.failed': [
    { job: 'R1', failure: { class: 'oom', message: 'out of memory', evidence: [], advice: '' } },
    'R1 failed: out of memory',
  ],
  'job.skipped': [
    { job: 'R1', why: 'R0, which it needs, failed' },
    'R1 is skipped: R0, which it needs, failed',
  ],
  'job.cancelled': [{ job: 'R1', by: 'ada' }, 'R1 was cancelled'],
  'job.retried': [
    { job: 'R1', why: 'out of memory', delayMs: 120_000, by: 'Bridge' },
    'R1 is tried again in 2 min: out of memory',
  ],
  'job.paused': [{ job: 'R1', by: 'ada' }, 'R1 is paused'],
  'job.resumed': [{ job: 'R1', by: 'ada' }, 'R1 may start again'],
  'job.prioritised': [{ job: 'R1', priority: 7, by: 'ada' }, 'R1 has priority 7'],
  'money.reached': [
    { level: 'spent', usedUsd: 10.004, limitUsd: 10, why: 'x' },
    '$10.00 of $10.00 are spent: nothing more starts',
  ],
  'cost.started': [
    { charge: 'c1', host: 'vast-1', usdPerHour: 0.5 },
    'vast-1 costs $0.50 an hour from now on',
  ],
  'cost.ended': [{ charge: 'vast-1', usd: 1.5 }, 'vast-1 costs nothing more; it came to $1.50'],
  'rental.requested': [
    { rental: 'bridge-w-1', offer: rentalOffer, terms: rentalTerms },
    'A machine is rented: 1 x RTX 3090 at $0.31 an hour',
  ],
  'rental.found': [
    { rental: 'bridge-w-1', id: '9001' },
    'The provider has machine 9001; it costs money from now on',
  ],
  'rental.ready': [
    { rental: 'bridge-w-1', address: { host: 'h', port: 22 } },
    'Machine bridge-w-1 can be worked on',
  ],
  'rental.ending': [
    { rental: 'bridge-w-1', why: 'no run needs it', by: 'Bridge' },
    'Machine bridge-w-1 is given back: no run needs it',
  ],
  'rental.gone': [
    { rental: 'bridge-w-1', lost: false, why: '' },
    'Machine bridge-w-1 is gone and costs nothing more',
  ],
  'budget.reached': [
    { level: 'spent', usedGpuHours: 12.345, limitGpuHours: 12, why: 'x' },
    '12.35 of 12 GPU-hours are used: nothing more starts',
  ],
  'job.flagged': [{ job: 'R1', why: 'runs past twice its estimate' }, 'R1: runs past twice its estimate'],
  'tracker.writing': [{ cells: [] }, 'The tracker is being brought up to date'],
  'tracker.written': [{ job: 'R1', status: 'DONE', notes: '' }, 'Tracker: R1 is DONE'],
  'tracker.disputed': [
    { job: 'R1', theirs: 'CUT', ours: 'DONE' },
    'The tracker says "CUT" for R1, Bridge found DONE; your word stands',
  ],
  'report.written': [{ path: 'a/R.md', sha256: '' }, 'a/R.md was written'],
  'intent.refused': [
    { intent: 'checkpoint.approve', why: 'it changed', by: 'ada' },
    'Refused: it changed (checkpoint.approve)',
  ],
  'intent.taken': [{ id: 'i', intent: 'deploy', by: 'ada' }, 'A request was taken up'],
  'study.ended': [
    { outcome: 'done', note: 'Every run has ended.' },
    'The study is done: Every run has ended.',
  ],
});

describe('the timeline', () => {
  it('has a sentence for every kind of event', () => {
    for (const [type, [content, sentence]] of Object.entries(examples())) {
      const said = describeEvent({ ...content, type, at: 0 } as RunEvent, () => 'R1', english).sentence;
      expect(said, type).toContain(sentence);
      expect(said, type).not.toMatch(/undefined|null|\{\d\}/);
    }
  });

  it('says who did what, newest first, and leaves out what a neighbour says better', () => {
    const { entries } = timelinePage(
      new Story(study).toCheckpoint().wait(60_000).approve().fold.state,
      english,
    );
    expect(entries[0]).toMatchObject({ sentence: 'Approved: M1, M2, M3', by: 'ada', tone: 'good' });
    expect(entries.at(-1)!.sentence).toContain('24 runs declared');
    expect(entries.map(({ sentence }) => sentence)).not.toContain('R001 ended with exit code 0');
    expect(entries.map(({ at }) => at)).toEqual([...entries.map(({ at }) => at)].sort((a, b) => b - a));
  });
});

describe('findings of the review', () => {
  it('a critical one needs the person until it is waived; others stand beside the checkpoint and are not counted', () => {
    const story = new Story(study)
      .toCheckpoint()
      .tell({ type: 'review.finished', ...review(['CRITICAL', 'MAJOR']) });
    const before = story.view(inputs, { driving: false });
    expect(needs(before).map(({ kind }) => kind)).toEqual(['checkpoint', 'finding', 'finding']);
    expect(needsCount(before)).toBe(2);
    story.tell({ type: 'finding.waived', finding: 'f0', reason: 'small data', by: 'ada' });
    expect(needsCount(story.view(inputs, { driving: false }))).toBe(1);
  });
});

describe('tracker and Bridge', () => {
  it('a status that a person wrote meanwhile is shown as a disagreement until the run is tried again', () => {
    const story = new Story(study).toCheckpoint().approve().run('R002').complete('R002', 0.9);
    story.tell({ type: 'tracker.disputed', job: 'R002', theirs: 'CUT', ours: 'DONE' });
    expect(needs(story.view(inputs))).toMatchObject([
      { id: 'dispute:R002', sentence: expect.stringContaining('"CUT"') as string },
    ]);
    story.tell({ type: 'job.retried', job: 'R002', why: 'asked for', delayMs: 0, by: 'ada' });
    expect(needs(story.view(inputs))).toEqual([]);
  });
});
