import type { AgentsEvent } from '../core/run/agentsEvent';
import type { Translate } from '../core/text/translate';
import type { EventSentence } from './eventSentence';
import { describeList, fileCount } from './words';

const plain = (sentence: string, more: Partial<EventSentence> = {}): EventSentence => ({
  ...{ sentence, by: null, run: null, tone: 'plain' },
  ...more,
});

/** What an event of agents says. */
export function describeAgentsEvent(event: AgentsEvent, t: Translate): EventSentence {
  switch (event.type) {
    case 'work.started':
      return plain(describeWork(event.purpose, event.agent, t));
    case 'work.reported':
      return event.sign === 'refused'
        ? plain(t('The agent was refused: {0}', event.what ?? t('a request')), { tone: 'bad' })
        : plain(t('The agent works: {0}', event.what ?? t('a sign of life')));
    case 'work.stalled':
      return plain(t('The agent has said nothing for {0} minutes', Math.round(event.silentMinutes)), {
        tone: 'ask',
      });
    case 'work.ended':
      return event.outcome === 'done'
        ? plain(t('The agent is done'), { tone: 'good' })
        : plain(t('The agent ended without being done: {0}', event.sentence), { tone: 'bad' });
    case 'permission.asked':
      return plain(t('Permission is asked for: {0}', event.command ?? event.title ?? t('a request')), {
        ...{ tone: 'ask', run: event.subject },
      });
    case 'permission.answered': {
      const answer = {
        once: t('Allowed once'),
        run: t('Allowed for this run'),
        deny: t('Denied'),
      }[event.answer];
      return plain(event.why === '' ? answer : t('{0}: {1}', answer, event.why), { by: event.by });
    }
    case 'change.proposed':
      return plain(t('A change waits for you: {0} ({1})', event.title, fileCount(event.files.length, t)), {
        ...{ by: event.by ?? null, tone: 'ask', run: event.purpose === 'repair' ? event.subject : null },
      });
    case 'change.taking':
      return plain(t('A change is being taken over'), { by: event.by });
    case 'change.taken':
      return event.conflicts.length === 0
        ? plain(t('Taken over: {0}', describeList(event.written, t, 6)), { by: event.by, tone: 'good' })
        : plain(t('Edited meanwhile and left alone: {0}', describeList(event.conflicts, t, 6)), {
            ...{ by: event.by, tone: 'ask' },
          });
    case 'change.rejected':
      return plain(t('A change was rejected: {0}', event.reason), { by: event.by });
    case 'selfCheck.finished': {
      const critical = event.findings.filter(({ severity }) => severity === 'CRITICAL').length;
      return plain(t('Self-check: {0} findings, {1} critical', event.findings.length, critical), {
        tone: critical > 0 ? 'ask' : 'plain',
      });
    }
    case 'finding.replied':
      return plain(t('Reply to a finding: {0}', event.text), { by: event.by });
    case 'finding.disputed':
      return plain(t('Finding disputed: {0}', event.reason), { by: event.by });
    case 'finding.resolved':
      return plain(event.note === '' ? t('Finding resolved') : t('Finding resolved: {0}', event.note), {
        by: event.by,
      });
    case 'finding.reopened':
      return plain(t('Finding opened again'), { by: event.by });
    case 'repair.started':
      return plain(t('Repair {0} of {1}: {2}', event.number, event.run, event.diagnosis), { run: event.run });
    case 'opinion.given':
      return plain(t('Second opinion by {0}: {1}', event.judge.model, event.cause), { run: event.run });
    case 'opinion.missing':
      return plain(t('No second opinion: {0}', event.why), { run: event.run });
    case 'repair.ended':
      return plain(event.sentence, {
        ...{ run: event.run, tone: event.outcome === 'waiting' ? 'ask' : 'plain' },
      });
    case 'repair.gaveUp':
      return plain(t('{0} could not be repaired: {1}', event.run, event.sentence), {
        ...{ run: event.run, tone: 'bad' },
      });
    case 'evaluator.locked':
      return plain(
        t('The evaluation is locked: {0}', describeList(Object.keys(event.evaluator.files), t, 4)),
        {
          by: event.by,
        },
      );
    case 'evaluator.changed':
      return plain(t('The locked evaluation was changed: {0}', describeList(event.changes, t, 4)), {
        ...{ by: event.by, tone: 'bad' },
      });
    case 'curve.judged':
      return plain(t('{0} says of the curve: {1}, {2}', event.judge.model, event.verdict, event.why), {
        run: event.job,
      });
    case 'criterion.judged':
      return plain(t('{0} judges {1}: {2}, {3}', event.judge.model, event.subject, event.verdict, event.why));
    case 'ablations.proposed':
      return plain(t('{0} ablations are proposed', event.proposals.length), { tone: 'ask' });
    case 'baseRepo.cloned':
      return plain(t('{0} was cloned at {1}', event.url, event.commit.slice(0, 12)));
  }
}

/** Who does what. */
export function describeWork(
  purpose: Extract<AgentsEvent, { type: 'work.started' }>['purpose'],
  agent: string,
  t: Translate,
): string {
  switch (purpose) {
    case 'implement':
      return t('{0} writes what is missing', agent);
    case 'fix':
      return t('{0} mends what was found', agent);
    case 'repair':
      return t('{0} repairs a failed run', agent);
    case 'ablate':
      return t('{0} judges what ablations cost', agent);
  }
}
