import { parentPort } from 'node:worker_threads';
import { questions, type QuestionName } from '../../core/links/questions';
import { noDocuments, readStudy, type ReadRequest } from './readStudy';
import { toSlices } from './slices';

/** What the editor's thread asks of this one. Everything is answered, in order. */
export type ThreadRequest = { readonly id: number } & (
  | { readonly kind: 'read'; readonly request: ReadRequest; readonly keep: boolean }
  | { readonly kind: 'ask'; readonly name: QuestionName; readonly asked: unknown }
  | { readonly kind: 'slice'; readonly of: number; readonly index: number }
);

export type ThreadAnswer = { readonly id: number } & (
  | { readonly ok: true; readonly value: unknown; readonly slices: number }
  | { readonly ok: false; readonly error: string }
);

/** Entry of the thread that reads documents too large to be read beside what a person types. */
function serve(port: NonNullable<typeof parentPort>): void {
  let documents = noDocuments;
  const waiting = new Map<number, readonly (readonly unknown[])[]>();
  const answer = async (asked: ThreadRequest): Promise<unknown> => {
    if (asked.kind === 'read') {
      const reading = await readStudy(asked.request);
      if (asked.keep) documents = reading.documents;
      return reading.inputs;
    }
    if (asked.kind === 'ask') return questions[asked.name](documents, asked.asked as never);
    const slices = waiting.get(asked.of) ?? [];
    if (asked.index === slices.length - 1) waiting.delete(asked.of);
    return slices[asked.index] ?? [];
  };
  let turn = Promise.resolve();
  port.on('message', (asked: ThreadRequest) => {
    turn = turn.then(async () => {
      const { id } = asked;
      try {
        const value = await answer(asked);
        if (asked.kind === 'slice')
          return port.postMessage({ id, ok: true, value, slices: 0 } satisfies ThreadAnswer);
        const { head, slices } = toSlices(value);
        if (slices.length > 0) waiting.set(id, slices);
        port.postMessage({ id, ok: true, value: head, slices: slices.length } satisfies ThreadAnswer);
      } catch (error) {
        port.postMessage({ id, ok: false, error: (error as Error).message } satisfies ThreadAnswer);
      }
    });
  });
}

if (parentPort) serve(parentPort);
