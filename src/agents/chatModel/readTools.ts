import * as v from 'valibot';
import type { ReadableFiles, ToolCall, ToolDeclaration } from '../../core/agents/ports';

/** Characters of one answer of a tool. */
const maxAnswer = 60_000;
const maxHits = 100;

/** What a model without a client may do: look. There is nothing in it that writes or runs. */
export const readTools: readonly ToolDeclaration[] = [
  {
    name: 'list_files',
    description: 'Lists the files of the study.',
    input: { type: 'object', properties: {}, additionalProperties: false },
  },
  {
    name: 'read_file',
    description: 'Reads a file with its line numbers; "from" and "to" choose lines of a long one.',
    input: {
      type: 'object',
      properties: {
        path: { type: 'string' },
        from: { type: 'integer', minimum: 1 },
        to: { type: 'integer', minimum: 1 },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
  {
    name: 'search',
    description: 'Finds a text (no pattern) in all files and names the lines.',
    input: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  },
];

const readInput = v.object({
  path: v.string(),
  from: v.optional(v.number(), 1),
  to: v.optional(v.number(), Number.MAX_SAFE_INTEGER),
});
const searchInput = v.object({ text: v.pipe(v.string(), v.minLength(1)) });

/** Carries out a call. What is wrong with it is the answer: the model can mend it. */
export async function useReadTool(call: ToolCall, files: ReadableFiles): Promise<string> {
  switch (call.name) {
    case 'list_files':
      return shorten((await files.list()).join('\n'));
    case 'read_file': {
      const input = v.safeParse(readInput, call.input);
      if (!input.success) return 'read_file takes {"path": "…", "from": 1, "to": 200}.';
      const text = await files.read(input.output.path);
      if (text === null)
        return `There is no readable file ${JSON.stringify(input.output.path)} in the workspace.`;
      return shorten(numbered(text, input.output.from, input.output.to));
    }
    case 'search': {
      const input = v.safeParse(searchInput, call.input);
      if (!input.success) return 'search takes {"text": "…"}.';
      const hits: string[] = [];
      for (const path of await files.list()) {
        const lines = ((await files.read(path)) ?? '').split('\n');
        for (const [index, each] of lines.entries())
          if (each.includes(input.output.text) && hits.length < maxHits)
            hits.push(`${path}:${index + 1}: ${each.slice(0, 300)}`);
      }
      return hits.length === 0 ? 'Nothing found.' : hits.join('\n');
    }
    default:
      return `There is no tool ${JSON.stringify(call.name)}.`;
  }
}

function numbered(text: string, from: number, to: number): string {
  return text
    .split('\n')
    .map((line, index) => `${index + 1}\t${line}`)
    .slice(from - 1, to)
    .join('\n');
}

function shorten(text: string): string {
  return text.length <= maxAnswer
    ? text
    : `${text.slice(0, maxAnswer)}\n[cut here: ${text.length - maxAnswer} characters more; ask for lines with "from" and "to"]`;
}
