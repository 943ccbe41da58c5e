import type * as v from 'valibot';
import { jsonSchemaOf, readValue } from '../../core/agents/judgements';
import { ReviewerFailure } from '../../core/agents/ports';
import type { Judge } from '../../core/run/agentsEvent';
import { askReviewer } from './askReviewer';
import { chooseReviewer } from './chooseReviewer';
import { readableFiles } from './readableFiles';
import type { ReviewParts } from './reviewStudy';

export interface JudgeQuestion<T> {
  /** Part of the trace's name. */
  readonly purpose: string;
  readonly prompt: string;
  readonly schema: v.GenericSchema<unknown, T>;
  /** Paths that the prompt names. */
  readonly named: readonly string[];
}

export type Judged<T> =
  | { readonly kind: 'judged'; readonly value: T; readonly judge: Judge }
  | { readonly kind: 'nobody'; readonly why: string };

/** A question of judgement to the first reviewer that answers it in the form that was asked for. */
export async function askJudge<T>(
  parts: ReviewParts | null,
  question: JudgeQuestion<T>,
  signal: AbortSignal,
): Promise<Judged<T>> {
  if (parts === null || parts.reviewers.length === 0)
    return { kind: 'nobody', why: 'No reviewer is configured.' };
  const { traces, clock, deadlineMinutes, author, allowSameFamily, files } = parts;
  const passed: string[] = [];
  let left = parts.reviewers;
  while (left.length > 0) {
    const found = await chooseReviewer(left, author, allowSameFamily, clock, signal);
    passed.push(...found.passed);
    const { chosen } = found;
    if (chosen === null) break;
    left = left.slice(left.indexOf(chosen.reviewer) + 1);
    try {
      const asked = await askReviewer(
        chosen,
        {
          ...{
            purpose: question.purpose,
            prompt: question.prompt,
            folder: files.root,
            named: question.named,
          },
          schema: jsonSchemaOf(question.schema),
          files: readableFiles(files, question.named),
          read: (text) => readValue(question.schema, text),
        },
        { traces, clock, deadlineMinutes, alive: () => undefined },
        signal,
      );
      const { model, carrier } = chosen.card;
      const judge = { model, carrier, tracePath: asked.tracePath };
      if (asked.answer.value !== null) return { kind: 'judged', value: asked.answer.value, judge };
      passed.push(`${chosen.reviewer.id}: ${model} answered, but not in the form that was asked for.`);
    } catch (error) {
      if (!(error instanceof ReviewerFailure) || error.kind === 'cancelled') throw error;
      passed.push(`${chosen.reviewer.id}: ${error.message}`);
    }
  }
  return { kind: 'nobody', why: passed.join(' ') || 'No reviewer could be reached.' };
}
