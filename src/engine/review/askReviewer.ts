import { askAgainPrompt } from '../../core/agents/reviewPrompt';
import {
  ReviewerFailure,
  type JsonSchema,
  type ReadableFiles,
  type ReviewerAnswer,
  type Traces,
} from '../../core/agents/ports';
import type { Clock } from '../../core/ports';
import type { ChosenReviewer } from './chooseReviewer';
import { withDeadline } from './deadline';

/** What is asked, and how the answer is read. Any judgement that comes with a schema is such a question. */
export interface Question<T extends ReadAnswer> {
  /** Part of the trace's name. */
  readonly purpose: string;
  readonly prompt: string;
  readonly schema: JsonSchema;
  /** The workspace, absolute. */
  readonly folder: string;
  readonly files: ReadableFiles;
  /** Paths that the prompt names, most important first. */
  readonly named: readonly string[];
  read(text: string): T;
}

export interface ReadAnswer {
  readonly fits: boolean;
  /** What is wrong with it, one clause a thing. */
  readonly wrong: readonly string[];
}

export interface AskParts {
  readonly traces: Traces;
  readonly clock: Clock;
  /** For each answer. */
  readonly deadlineMinutes: number;
  /** A sign of life of the client. */
  alive(what: string): void;
}

export interface Asked<T> {
  readonly answer: T;
  /** Of the answer that counts. */
  readonly tracePath: string | null;
}

/**
 * Asks; where the text does not fit the schema, once more with what was wrong. Every request and answer is traced. No
 * answer at all throws `ReviewerFailure`; nothing of the client is left running either way.
 */
export async function askReviewer<T extends ReadAnswer>(
  chosen: ChosenReviewer,
  question: Question<T>,
  parts: AskParts,
  signal: AbortSignal,
): Promise<Asked<T>> {
  const { reviewer } = chosen;
  const { traces } = parts;
  const setting = {
    ...{ folder: question.folder, schema: question.schema, files: question.files, named: question.named },
    keepNothing: traces.mode === 'off',
    alive: (what: string) => parts.alive(what),
  };
  const conversation = await withDeadline(parts.clock, parts.deadlineMinutes, signal, (turn) =>
    reviewer.converse(setting, turn),
  );
  const turn = (prompt: string, purpose: string) =>
    tracedTurn(chosen, question, parts, { prompt, purpose }, signal, (inner) =>
      conversation.ask(prompt, inner),
    );
  try {
    const first = await turn(question.prompt, question.purpose);
    if (first.answer.fits) return first;
    try {
      const again = await turn(askAgainPrompt(first.answer.wrong), `${question.purpose}-again`);
      return again.answer.fits || again.answer.wrong.length < first.answer.wrong.length ? again : first;
    } catch (error) {
      // The second try failed: what the first one said is still worth having.
      if (error instanceof ReviewerFailure && error.kind !== 'cancelled') return first;
      throw error;
    }
  } finally {
    await conversation.close();
  }
}

async function tracedTurn<T extends ReadAnswer>(
  { reviewer, card }: ChosenReviewer,
  question: Question<T>,
  { traces, clock, deadlineMinutes }: AskParts,
  { prompt, purpose }: { prompt: string; purpose: string },
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<ReviewerAnswer>,
): Promise<Asked<T>> {
  const [startedAt, from] = [clock.now(), clock.monotonic()];
  const request = {
    reviewer: reviewer.id,
    client: card.client,
    model: card.model,
    prompt,
    named: question.named,
  };
  const meta = (answer: ReviewerAnswer | null) => ({
    ...{ threadId: answer?.threadId ?? null, usage: answer?.usage ?? null },
    ...{ reviewer: card.client, model: card.model, startedAt, durationMs: clock.monotonic() - from },
  });
  let answer: ReviewerAnswer;
  try {
    await reviewer.ready?.(signal);
    answer = await withDeadline(clock, deadlineMinutes, signal, ask);
  } catch (error) {
    if (error instanceof ReviewerFailure)
      await traces.record({
        ...{ purpose, request, response: error.message },
        meta: { ...meta(null), status: error.kind },
      });
    throw error;
  }
  const read = question.read(answer.text);
  const status = read.fits ? 'ok' : 'unfit';
  const tracePath = await traces.record({
    ...{ purpose, request, response: answer.text },
    meta: { ...meta(answer), status },
  });
  return { answer: read, tracePath };
}
