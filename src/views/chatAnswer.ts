import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';

/** What a question is about. */
export type Question =
  | { readonly kind: 'why'; readonly runs: readonly string[] }
  | { readonly kind: 'left' }
  | { readonly kind: 'status' };

const whyWords = /\bwhy\b|\bfail|\bwrong\b|\bdiagnos|\bwait|为什么|为何|失败|原因|怎么/i;
const leftWords = /\bleft\b|\bremain|\btonight\b|\bto go\b|\bhow long\b|\btodo\b|剩|还有|今晚|多久/i;
/** Runs that one answer explains. */
const explained = 5;

/** Reads a question: runs that it names; without any, "why" means those that failed. */
export function readQuestion(text: string, { jobs }: Pick<StudyState, 'jobs'>): Question {
  const words = new Set(
    text.split(/[\s,;:?!"'`，。？！、（）()]+/).map((word) => word.replace(/\.$/, '').toLowerCase()),
  );
  const named = [...jobs.keys()].filter((id) => words.has(id.toLowerCase()));
  if (named.length > 0) return { kind: 'why', runs: named.slice(0, explained) };
  if (leftWords.test(text)) return { kind: 'left' };
  if (whyWords.test(text)) {
    const failed = [...jobs.values()].filter(({ phase, obsolete }) => phase.kind === 'failed' && !obsolete);
    return { kind: 'why', runs: failed.slice(0, explained).map(({ job }) => job.id) };
  }
  return { kind: 'status' };
}

/** A piece of an answer: prose, or a place in a file. */
export type AnswerPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `line` from 1; null: the file. */
  | { readonly kind: 'place'; readonly path: string; readonly line: number | null };

/** What `bridge_diagnose` says of a run. */
export interface RunDiagnosis {
  readonly run: string;
  readonly status: string;
  readonly class: string | null;
  readonly message: string;
  readonly log: string | null;
  readonly line: number | null;
  readonly advice: string | null;
  readonly startedBy: string | null;
}

/** Why a run is as it is, with links to the line of its log and to what starts it. */
export function answerWhy(told: RunDiagnosis, t: Translate): readonly AnswerPart[] {
  const text = (words: string): AnswerPart => ({ kind: 'text', text: words });
  const parts: AnswerPart[] = [
    text(
      told.class === null
        ? t('{0} is {1}: {2}.', code(told.run), told.status, escape(told.message))
        : t('{0} failed, class {1}: {2}.', code(told.run), code(told.class), escape(told.message)),
    ),
  ];
  if (told.advice !== null && told.advice !== '')
    parts.push(text(` ${escape(told.advice)}.`.replace(/\.\.$/, '.')));
  if (told.log !== null)
    parts.push(text(`\n\n- ${told.line === null ? t('Log:') : t('Log, line {0}:', told.line)} `), {
      kind: 'place',
      path: told.log,
      line: told.line,
    });
  const [, path, line] = /^(.*?)(?::(\d+))?$/.exec(told.startedBy ?? '') ?? [];
  if (path)
    parts.push(text(`\n- ${t('Started by:')} `), {
      ...{ kind: 'place', path, line: line === undefined ? null : Number(line) },
    });
  return [...parts, text('\n\n')];
}

/** What `bridge_status` says, as far as an answer needs it. */
export interface StatusFacts {
  readonly driving: boolean;
  readonly outcome: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly runs: readonly { readonly id: string; readonly status: string; readonly why: string | null }[];
  readonly remainingMinutes: number | null;
  readonly checkpoint: object | null;
}

/** What is left, and until when. */
export function answerLeft(status: StatusFacts, t: Translate): string {
  const open = status.runs.filter(({ status: word }) =>
    ['pending', 'running', 'paused', 'unreachable'].includes(word),
  );
  const lines = open
    .slice(0, 20)
    .map(({ id, status: word, why }) => `- ${code(id)} ${word}${why === null ? '' : `: ${escape(why)}`}`);
  const time =
    status.remainingMinutes === null
      ? t('How long that takes cannot be told.')
      : t('About {0} minutes to go.', status.remainingMinutes);
  const waits = status.checkpoint === null ? '' : `\n\n${t('The checkpoint waits for your approval.')}`;
  if (open.length === 0) return `${t('Nothing is left.')}${waits}`;
  return `${t('{0} runs are left.', open.length)} ${time}\n\n${lines.join('\n')}${waits}`;
}

/** How things stand. */
export function answerStatus(status: StatusFacts, t: Translate): string {
  const counts = Object.entries(status.counts).map(([word, count]) => `${count} ${word}`);
  if (counts.length === 0) return t('Nothing was started in this workspace yet.');
  const waits = status.checkpoint === null ? '' : ` ${t('The checkpoint waits for your approval.')}`;
  return `${counts.join(', ')}.${waits}`;
}

/** A text of the workspace in Markdown, as text. */
export function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#<>|!~]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
