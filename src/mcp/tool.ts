import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { StudyState } from '../core/run/state';
import type { DriverIntent } from '../core/run/intent';
import type { BridgeClient } from '../engine/client';

/** An object schema of valibot, of which a tool's input or output is made. */
export type ObjectSchema = v.GenericSchema<Record<string, unknown>, Record<string, unknown>>;

/** What a person answers when a checkpoint is put before them. */
export type PersonAnswer = 'approve' | 'decline' | 'later';

/** Where a tool works, and for whom. */
export interface ToolContext {
  /** The workspace, absolute, links resolved. */
  readonly root: string;
  /** Name in the timeline of the program that calls: `claude-code 2.1 (agent)`. */
  readonly caller: string;
  /** Aborts when the call is cancelled or the client is gone. What was asked of the driver stands. */
  readonly signal: AbortSignal;
  /** Whether a driver holds the journal now. */
  driving(): boolean;
  /** The journal as it stands now. */
  state(): StudyState;
  /** For logs and curves. */
  readonly client: BridgeClient;
  /** Puts a wish into the inbox, once under a key, and makes sure that a driver takes it. Returns its id. */
  drive(intent: DriverIntent, key: string | null): string;
  /** The same for what may be written down without driving anything that nobody drives. */
  record(intent: DriverIntent, key: string | null): Promise<string>;
  /** Says that it goes on; with a client that asked to be told. */
  progress(sentence: string): void;
  /** Asks the person at the client, showing this text; null: the client has no way to. */
  readonly askPerson: ((text: string, signal: AbortSignal) => Promise<PersonAnswer>) | null;
}

/** Ends a call with a sentence for the agent: what is wrong, or what a person would have to do. */
export class Refused extends Error {}

export interface BridgeTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: ObjectSchema;
  readonly output: ObjectSchema;
  /** Changes nothing at all. */
  readonly readOnly: boolean;
  /** May end what runs. */
  readonly destructive: boolean;
  /** A sentence about the answer, and the answer itself. Throws `Refused`. */
  run(input: never, context: ToolContext): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  readonly sentence: string;
  readonly data: Record<string, unknown>;
}

/** A tool whose answer has the shape that it promises. */
export function defineTool<I extends v.GenericSchema, O extends v.GenericSchema>(tool: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  run(
    input: v.InferOutput<I>,
    context: ToolContext,
  ): Promise<{ readonly sentence: string; readonly data: v.InferInput<O> }>;
}): BridgeTool {
  return { readOnly: false, destructive: false, ...tool } as unknown as BridgeTool;
}

/** A schema as clients are told of it. */
export function jsonSchemaOf(schema: ObjectSchema): Record<string, unknown> & { type: 'object' } {
  const { $schema: _, ...json } = toJsonSchema(schema, { errorMode: 'ignore' });
  return json as Record<string, unknown> & { type: 'object' };
}
