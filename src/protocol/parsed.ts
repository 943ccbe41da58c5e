import * as v from 'valibot';

/** What a message was read as, or one sentence (for the log, in English) that says where it departs from the protocol. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** A schema whose output is T; what is written down in view.ts stays the one truth about the shape. */
export type SchemaOf<T> = v.GenericSchema<unknown, T>;

/** One schema for each member of a union, so that a new member without a schema does not compile. */
export type SchemaTable<T, Key extends keyof T> = {
  readonly [Name in T[Key] & string]: SchemaOf<Extract<T, Record<Key, Name>>>;
};

/** Reads `message` with the schema that its own `key` names. Never throws. */
export function parseByTable<T, Key extends keyof T & string>(
  table: SchemaTable<T, Key>,
  key: Key,
  message: unknown,
): Parsed<T> {
  if (typeof message !== 'object' || message === null) {
    return { ok: false, problem: 'Expected an object with a ' + key };
  }
  const name = (message as Record<string, unknown>)[key];
  const schemas: Readonly<Record<string, SchemaOf<T>>> = table;
  const schema = typeof name === 'string' && Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema === undefined) return { ok: false, problem: `Unknown ${key}: ${JSON.stringify(name)}` };
  const result = v.safeParse(schema, message, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  return { ok: false, problem: `${String(name)}: ${v.getDotPath(issue) ?? 'message'}: ${issue.message}` };
}
