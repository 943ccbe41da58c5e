import * as v from 'valibot';

const resultSchema = v.object({
  content: v.optional(v.array(v.looseObject({ type: v.string(), text: v.optional(v.string()) })), []),
  structuredContent: v.optional(
    v.looseObject({ threadId: v.optional(v.string()), content: v.optional(v.string()) }),
  ),
  isError: v.optional(v.boolean(), false),
});

export interface ToolAnswer {
  readonly text: string;
  readonly threadId: string | null;
  readonly isError: boolean;
}

/** What the tool `codex` answered; any other server's tool of that name gives at least a text. */
export function parseToolAnswer(value: unknown): ToolAnswer {
  const result = v.safeParse(resultSchema, value);
  if (!result.success) return { text: JSON.stringify(value) ?? '', threadId: null, isError: true };
  const { content, structuredContent, isError } = result.output;
  const texts = content.flatMap((each) =>
    each.type === 'text' && each.text !== undefined ? [each.text] : [],
  );
  return {
    text: structuredContent?.content ?? texts.join('\n'),
    threadId: structuredContent?.threadId ?? null,
    isError,
  };
}
