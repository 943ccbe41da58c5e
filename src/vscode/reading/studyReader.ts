import { Worker } from 'node:worker_threads';
import type { StudyDocuments } from '../../core/links/model';
import type { AnswerOf, AskedOf, QuestionName } from '../../core/links/questions';
import type { StudyInputs } from '../../views/input';
import type { ReadRequest } from './readStudy';
import type { ThreadAnswer, ThreadRequest } from './readerThread';
import { fromSlices } from './slices';

/** Characters of all documents together above which they are read in a thread of their own. */
const threadAbove = 60_000;

type WithoutId<Each> = Each extends unknown ? Omit<Each, 'id'> : never;

/**
 * Reads a study's documents and answers what an editor asks of them. Small documents are read at once; large ones in
 * a thread, so that nobody's typing waits for them.
 */
export class StudyReader {
  private documents: StudyDocuments = { plan: null, tracker: null, manifest: null };
  private threaded = false;
  private thread: Worker | null = null;
  private nextId = 1;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (error: Error) => void }
  >();

  /** @param threadPath the program of the thread */
  constructor(private readonly threadPath: string) {}

  /** Reads texts; with `keep` later questions are about them. */
  async read(request: ReadRequest, { keep }: { readonly keep: boolean }): Promise<StudyInputs> {
    let length = 0;
    for (const text of request.texts.values()) length += text?.length ?? 0;
    const threaded = length > threadAbove;
    if (threaded) {
      const inputs = (await this.post({ kind: 'read', request, keep })) as StudyInputs;
      if (keep) this.threaded = true;
      return inputs;
    }
    // Parsers are loaded when there is something to read, not when the editor starts.
    const { readStudy } = await import('./readStudy');
    const { inputs, documents } = await readStudy(request);
    if (keep) {
      this.documents = documents;
      this.threaded = false;
    }
    return inputs;
  }

  async ask<Name extends QuestionName>(name: Name, asked: AskedOf<Name>): Promise<AnswerOf<Name>> {
    if (this.threaded) return (await this.post({ kind: 'ask', name, asked })) as AnswerOf<Name>;
    const { questions } = await import('../../core/links/questions');
    return questions[name](this.documents, asked as never) as AnswerOf<Name>;
  }

  dispose(): void {
    const error = new Error('the reader was closed');
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    void this.thread?.terminate();
    this.thread = null;
  }

  private async post(request: WithoutId<ThreadRequest>): Promise<unknown> {
    const { id, value, slices } = (await this.send(request)) as Extract<ThreadAnswer, { ok: true }>;
    if (slices === 0) return value;
    const parts: unknown[][] = [];
    for (let index = 0; index < slices; index++) {
      const part = (await this.send({ kind: 'slice', of: id, index })) as Extract<ThreadAnswer, { ok: true }>;
      parts.push(part.value as unknown[]);
      // Several messages that wait are delivered in one go; what else waits has its turn in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return fromSlices({ head: value, slices: parts });
  }

  private send(request: WithoutId<ThreadRequest>): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.running().postMessage({ ...request, id });
    });
  }

  private running(): Worker {
    if (this.thread) return this.thread;
    const thread = new Worker(this.threadPath);
    const fail = (error: Error) => {
      if (this.thread !== thread) return;
      this.thread = null;
      this.threaded = false;
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    };
    thread.on('message', (answer: ThreadAnswer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (answer.ok) waiting?.resolve(answer);
      else waiting?.reject(new Error(answer.error));
    });
    thread.on('error', fail);
    thread.on('exit', (code) => fail(new Error(`the reader's thread ended with ${code}`)));
    thread.unref();
    this.thread = thread;
    return thread;
  }
}
