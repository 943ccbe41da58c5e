import { describeGroundTruth, describeReview, type FinishedReview, type Waivers } from '../core/run/review';
import type { StudyState } from '../core/run/state';

/** A review for a terminal: the sentence, then each finding at its place, the worst first. */
export function findingsText(review: FinishedReview, waivers: Waivers, hash: string | null): string {
  const lines = [describeReview(review, waivers, hash), describeGroundTruth(review.document.groundTruth)];
  for (const finding of review.document.findings) {
    const waiver = waivers.get(finding.id);
    const place = {
      found: '',
      'no-such-line': ' (no such line)',
      'no-such-file': ' (no such file)',
      outside: ' (outside the workspace)',
    }[finding.place];
    lines.push(
      '',
      `${finding.severity} ${finding.file}:${finding.line}${place}  ${finding.title}  [${finding.check}, ${finding.id}]`,
      `  ${oneLine(finding.why)}`,
      `  Fix: ${oneLine(finding.fix)}`,
      ...(waiver ? [`  Waived by ${waiver.by}: ${waiver.reason}`] : []),
    );
  }
  if (review.document.unread !== null) lines.push('', 'Could not be read, verbatim:', review.document.unread);
  return lines.map(printable).join('\n');
}

/** What to say when a review stops what follows. */
export function reviewText(state: StudyState): string {
  if (state.review === null) return '';
  return `${findingsText(state.review, state.waivers, null)}

Nothing was started. Mend what is critical and call again, or live with it: bridge review --waive ID --reason "why".`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '\n  ');
}

/** A model's text may not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�');
}
