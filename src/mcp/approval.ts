import { userInfo } from 'node:os';
import { checkpointText } from '../cli/checkpointText';
import type { ToolContext } from './tool';

export type ApprovalAnswer = 'approved' | 'declined' | 'later' | 'unasked';

/** How often it is looked whether the checkpoint was answered elsewhere. */
const lookMs = 500;
/** What a dialog of a client can show. */
const shownCharacters = 8000;

/**
 * Puts the checkpoint that waits before the person at the client. The answer is theirs and is bound to the checkpoint
 * that they were shown: when its content changed meanwhile, the driver refuses it. `unasked`: the client cannot ask.
 */
export async function approvalThrough(context: ToolContext): Promise<ApprovalAnswer> {
  const { askPerson } = context;
  const { checkpoint } = context.state();
  if (askPerson === null || checkpoint.kind !== 'shown') return 'unasked';
  const { hash } = checkpoint.checkpoint;
  const whole = checkpointText(checkpoint.checkpoint);
  // What a person cannot see they cannot approve here.
  if (whole.length > shownCharacters) return 'unasked';
  const waits = () => {
    const now = context.state().checkpoint;
    return now.kind === 'shown' && now.checkpoint.hash === hash;
  };
  const settled = new AbortController();
  const timer = setInterval(() => !waits() && settled.abort(), lookMs);
  try {
    const answer = await askPerson(
      `${context.caller} asks for your approval.\n\n${whole}\n\nCheckpoint ${hash.slice(0, 12)}`,
      AbortSignal.any([context.signal, settled.signal]),
    );
    const by = `${userInfo().username}, asked through ${context.caller}`;
    if (answer === 'approve') {
      context.drive({ type: 'checkpoint.approve', hash, milestones: null, by }, null);
      return 'approved';
    }
    if (answer !== 'decline') return 'later';
    await context.record(
      { type: 'checkpoint.reject', hash, reason: 'declined when it was asked for', by },
      null,
    );
    return 'declined';
  } catch (error) {
    if (context.signal.aborted) throw error;
    // Approved or declined elsewhere, while the question stood here.
    return context.state().checkpoint.kind === 'approved' ? 'approved' : 'later';
  } finally {
    clearInterval(timer);
  }
}
