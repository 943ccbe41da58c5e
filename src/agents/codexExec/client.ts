import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abortFailure, kindOfText } from '../../core/agents/failureKind';
import { ReviewerFailure, type JsonSchema, type ReviewerAnswer } from '../../core/agents/ports';
import { type ProcessEnd, ProcessGroup } from '../../util/processGroup';
import { parseExecEvent } from './parse';
import { timeoutSignal } from '../../util/timeoutSignal';

/** Characters of all events of one call: commands that the model ran print into them too. */
const maxOutput = 64 * 1024 * 1024;
/** Characters of the answer. */
const maxAnswer = 16 * 1024 * 1024;
const handshakeMs = 20_000;

export interface ExecCall {
  /** Everything before the prompt, the program first. */
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly schema: JsonSchema;
  readonly prompt: string;
  readonly alive: (what: string) => void;
}

/** Runs `codex exec` once, to its answer. The schema lies in a folder of its own for as long as that takes. */
export async function runExec(call: ExecCall, signal: AbortSignal): Promise<ReviewerAnswer> {
  const scratch = mkdtempSync(join(tmpdir(), 'bridge-review-'));
  try {
    const schemaFile = join(scratch, 'schema.json');
    writeFileSync(schemaFile, JSON.stringify(call.schema));
    const argv = [...call.argv, '--output-schema', schemaFile, call.prompt];
    let text: string | null = null;
    let threadId: string | null = null;
    let usage: ReviewerAnswer['usage'] = null;
    let failure: string | null = null;
    const { end, errorText } = await readLines(argv, call, signal, (line) => {
      const event = parseExecEvent(line);
      if (event === null) return;
      if (event.kind === 'thread') threadId = event.id;
      else if (event.kind === 'message') text = event.text;
      else if (event.kind === 'done') usage = event.usage;
      else if (event.kind === 'failed') failure = event.message;
      call.alive(event.kind === 'activity' ? event.what : event.kind);
    });
    if (failure !== null)
      throw new ReviewerFailure(kindOfText(failure), `codex exec: ${(failure as string).slice(0, 2000)}`);
    if (end.code !== 0 || text === null) {
      const how = end.code === 0 ? 'ended without an answer' : `ended with ${end.code ?? end.signal}`;
      const said = errorText.split('\n').slice(-5).join(' ');
      throw new ReviewerFailure(
        kindOfText(said) === 'broken' ? 'died' : kindOfText(said),
        `codex exec ${how}${said === '' ? '' : `: ${said.slice(0, 2000)}`}`,
      );
    }
    if ((text as string).length > maxAnswer)
      throw new ReviewerFailure('too-large', `The answer has ${(text as string).length} characters.`);
    return { text, threadId, usage };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What `codex exec --help` and `--version` say; nothing is sent anywhere. */
export async function describeExec(
  path: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ version: string; help: string }> {
  const limit = AbortSignal.any([signal, timeoutSignal(handshakeMs)]);
  const capture = async (args: readonly string[]) => {
    const lines: string[] = [];
    const call = { folder: tmpdir(), environment };
    const { end, errorText } = await readLines([path, ...args], call, limit, (line) =>
      lines.push(line),
    ).catch((cause: unknown) => {
      if (signal.aborted || !limit.aborted) throw cause;
      throw new ReviewerFailure('missing', `"${path} ${args.join(' ')}" does not end by itself.`, { cause });
    });
    if (end.code !== 0)
      throw new ReviewerFailure(
        'missing',
        `"${path} ${args.join(' ')}" ended with ${end.code ?? end.signal} (${errorText.slice(-500)}).`,
      );
    return lines.join('\n');
  };
  return { version: (await capture(['--version'])).trim(), help: await capture(['exec', '--help']) };
}

/** Runs a program with an empty input and hands out its lines. Its whole group is gone when this resolves. */
async function readLines(
  argv: readonly string[],
  { folder, environment }: Pick<ExecCall, 'folder' | 'environment'>,
  signal: AbortSignal,
  heard: (line: string) => void,
): Promise<{ end: ProcessEnd; errorText: string }> {
  if (signal.aborted) throw abortFailure(signal);
  const group = await ProcessGroup.start(argv, { cwd: folder, environment, stdin: 'closed' }).catch(
    (cause: unknown) => {
      throw new ReviewerFailure(
        'missing',
        `${argv[0]} could not be started (${(cause as Error).message}). Install Codex, or name it in bridge.codex.path.`,
        { cause },
      );
    },
  );
  const abort = () => void group.end();
  signal.addEventListener('abort', abort, { once: true });
  let rest = '';
  let length = 0;
  group.stdout.setEncoding('utf8');
  group.stdout.on('data', (chunk: string) => {
    length += chunk.length;
    if (length > maxOutput) return void group.end();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) heard(line);
  });
  try {
    const end = await group.exited;
    if (signal.aborted) throw abortFailure(signal);
    if (length > maxOutput)
      throw new ReviewerFailure('too-large', `${argv[0]} wrote more than ${maxOutput} characters.`);
    if (rest !== '') heard(rest);
    return { end, errorText: group.errorText };
  } finally {
    signal.removeEventListener('abort', abort);
    await group.end();
  }
}
