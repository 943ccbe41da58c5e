import type { DriverIntent } from '../../core/run/intent';
import type { AgentDesk } from './desk';
import type { StudyRecord } from '../studyRecord';

export type AgentIntent = Extract<
  DriverIntent,
  { type: `finding.${string}` | `change.${string}` | 'permission.answer' | 'work.cancel' | 'review.request' }
>;

/** Applies what a person decided about agents; throws with the reason where it cannot be applied. */
export async function applyAgentIntent(
  intent: AgentIntent,
  record: StudyRecord,
  desk: AgentDesk,
): Promise<void> {
  const { by } = intent;
  switch (intent.type) {
    case 'permission.answer':
      return desk.answer(intent.permission, intent.answer, by);
    case 'change.propose': {
      const proposal = { purpose: 'manifest', title: intent.title, by } as const;
      await desk.propose(
        { ...proposal, work: null, subject: null, deviations: [] },
        intent.files,
        intent.change,
      );
      return;
    }
    case 'change.take':
      await desk.take(intent.change, intent, by);
      return;
    case 'change.reject':
      return desk.reject(intent.change, intent.reason, by);
    case 'work.cancel':
      return desk.cancelWork(intent.work);
    case 'review.request':
      return desk.requestReview();
    case 'finding.waive':
      return record.happened({ type: 'finding.waived', finding: intent.finding, reason: intent.reason, by });
    case 'finding.reply':
      return record.happened({ type: 'finding.replied', finding: intent.finding, text: intent.text, by });
    case 'finding.dispute':
      return record.happened({
        ...{ type: 'finding.disputed', finding: intent.finding, reason: intent.reason, by },
      });
    case 'finding.resolve':
      return record.happened({ type: 'finding.resolved', finding: intent.finding, note: intent.note, by });
    case 'finding.reopen':
      return record.happened({ type: 'finding.reopened', finding: intent.finding, by });
  }
}
