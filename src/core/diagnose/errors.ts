import type { LogLine } from './logLines';
import { showsProgress } from './progress';

/** One error that the log shows: an exception with its traceback, or a line of known form. */
export interface LoggedError {
  /** Without module; null for a line that is no exception. */
  readonly exception: string | null;
  /** The exception that a notebook shows as thrown, when this one is quoted in its message (Spark, TensorFlow, DataLoader); else null. */
  readonly quotedBy: string | null;
  /** The line that names it, without the name. */
  readonly head: string;
  /** What follows the head and belongs to the message; bounded. */
  readonly rest: string;
  /** Index of the line that names it, and of the first and last line that belong to it. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** True when a traceback stands before it: an exception nobody caught, or one that was logged with all its lines. */
  readonly traceback: boolean;
  /** Source lines of the last frame, nearest last. */
  readonly frame: readonly string[];
  readonly stream: string;
  /** The error this one was raised from (`direct`) or while handling. */
  readonly earlier: { readonly error: LoggedError; readonly direct: boolean } | null;
  /** Python says itself that this one ends nothing (`Exception ignored in`, a thread, an exit handler). */
  readonly harmless: boolean;
}

const tracebackStart =
  /^(?:\s|[|+])*(?:original )?(?:exception group )?traceback \(most recent call last\):?$/i;
const notebookHeader = /^(?<name>[\w.]{1,120})\s+Traceback \(most recent call last\)$/;
const direct = /the above exception was the direct cause of the following exception/i;
const during = /during handling of the above exception, another exception occurred/i;
const ignored =
  /^(?:exception ignored (?:in|on|while)|error in (?:atexit|sys\.excepthook)|exception in thread|--- logging error ---)/i;
const thrown =
  /^\s*(?:\|\s*)?(?<name>(?:[A-Za-z_]\w{0,80}\.){0,8}(?:[A-Z_]\w{0,80}(?:\(\w{1,80}\))?|error|timeout|gaierror|herror))(?::(?:\s(?<message>.*))?)?$/;
/** Names that stand for an error even where no traceback came before them. `Warning`s don't. */
const bare =
  /^(?<name>(?:[A-Za-z_]\w{0,80}\.){0,8}(?:[A-Z_]\w{0,80}(?:Error|Exception|Interrupt|Failure|Expired|Timeout|Denied)|SystemExit|KeyboardInterrupt|[\w.]{1,40}\.(?:error|gaierror|timeout)))(?:\(\w{1,80}\))?(?::(?:\s(?<message>.*))?)?$/;
const uncaughtNative =
  /^(?:terminate called after throwing an instance of|libc\+\+abi: terminating due to uncaught exception of type|exception in thread "[^"]{0,80}") ?['"]?(?<name>[\w:.]{1,200})['"]?(?::\s?(?<message>.*))?/i;
/** Lines of others that may stand right behind a message. */
const notMessage =
  /^(?:wandb:|srun:|slurmstepd:|Exception ignored|\[W|\[E|W\d{4} |E\d{4} |I\d{4} |\d+%\||The above exception|During handling|\+-+)/;
const restLines = 200;

/** The exceptions of a log in the order of their naming lines; each process's lines are read on their own. */
export function findExceptions(lines: readonly LogLine[]): LoggedError[] {
  const streams = new Map<string, number[]>();
  lines.forEach((line, at) => {
    const indexes = streams.get(line.stream);
    if (indexes) indexes.push(at);
    else streams.set(line.stream, [at]);
  });
  return [...streams.values()].flatMap((indexes) => ofOneStream(lines, indexes)).sort((a, b) => a.at - b.at);
}

function ofOneStream(lines: readonly LogLine[], indexes: readonly number[]): LoggedError[] {
  const text = (at: number): string => lines[indexes[at] ?? -1]?.text ?? '';
  const found: LoggedError[] = [];
  let link: boolean | null = null;
  let harmless = false;
  let quotedBy: string | null = null;
  for (let at = 0; at < indexes.length; at++) {
    const line = text(at);
    if (line === '') continue;
    if (direct.test(line)) link = true;
    else if (during.test(line)) link = false;
    else if (ignored.test(line) && !line.includes('"main"')) harmless = true;
    else {
      const named = nameAfterTraceback(text, at, indexes.length) ?? nameOnLine(text, at);
      if (!named) {
        if (showsProgress(line)) quotedBy = null;
        if (/^\S/.test(line)) harmless &&= /^\s|^Traceback/.test(text(at + 1));
        continue;
      }
      const exception = named.name.split('.').at(-1) ?? named.name;
      quotedBy = notebookHeader.test(line) ? null : quotedBy;
      const end = endOfMessage(text, named.at, indexes.length, named.head);
      const previous = found.at(-1);
      found.push({
        exception,
        quotedBy,
        head: named.head,
        rest: messageRest(text, named.at, end),
        from: indexes[at] ?? 0,
        at: indexes[named.at] ?? 0,
        to: indexes[end] ?? 0,
        traceback: named.traceback,
        frame: named.traceback ? frameLines(text, at, named.at) : [],
        stream: lines[indexes[at] ?? 0]?.stream ?? '',
        earlier: link !== null && previous ? { error: previous, direct: link } : null,
        harmless,
      });
      if (notebookHeader.test(line)) quotedBy = exception;
      link = null;
      harmless = false;
      at = Math.max(end, at);
    }
  }
  return found;
}

interface Named {
  name: string;
  head: string;
  at: number;
  traceback: boolean;
}

type Text = (at: number) => string;

function nameAfterTraceback(text: Text, start: number, length: number): Named | null {
  const header = notebookHeader.exec(text(start));
  if (!header && !tracebackStart.test(text(start))) return null;
  const wanted = header?.groups?.['name'];
  for (let at = start + 1; at < length && at < start + 3000; at++) {
    const line = text(at);
    if (tracebackStart.test(line) || notebookHeader.test(line)) return null;
    const named = thrown.exec(line)?.groups;
    if (!named?.['name']) continue;
    if (wanted) {
      if (/^\s/.test(line) || named['name'].split('.').at(-1) !== wanted.split('.').at(-1)) continue;
    } else if (/^\s/.test(line) !== /^\s/.test(text(start)) || /^\s{2}/.test(line.slice(indent(text(start)))))
      continue;
    return { name: named['name'], head: named['message'] ?? '', at, traceback: true };
  }
  return null;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function nameOnLine(text: Text, at: number): Named | null {
  const native = uncaughtNative.exec(text(at))?.groups;
  if (native?.['name']) {
    const what = /^\s*what\(\):\s*(?<message>.*)$/.exec(text(at + 1))?.groups?.['message'];
    return {
      name: native['name'],
      head: what ?? native['message'] ?? '',
      at: what === undefined ? at : at + 1,
      traceback: true,
    };
  }
  const named = bare.exec(text(at))?.groups;
  if (!named?.['name']) return null;
  return {
    name: named['name'],
    head: named['message'] ?? '',
    at,
    traceback: /^\s+(?:File "|\^)|^╰/.test(text(at - 1)),
  };
}

/** A message ends at a blank line, unless its head only announces what comes (`Graph execution error:`, `in user code:`). */
function endOfMessage(text: Text, start: number, length: number, head: string): number {
  const announces = head === '' || /:$|^caught \w+ in|exception encountered|^error\(s\) in/i.test(head);
  let end = start;
  for (let at = start + 1; at < length && at <= start + restLines; at++) {
    const line = text(at);
    if (tracebackStart.test(line) || notebookHeader.test(line) || notMessage.test(line)) break;
    if (line === '' && !announces) break;
    if (!announces && (bare.test(line) || showsProgress(line))) break;
    if (line !== '') end = at;
  }
  return end;
}

function messageRest(text: Text, start: number, end: number): string {
  const kept: string[] = [];
  for (let at = start + 1; at <= end; at++) {
    const line = text(at);
    // Frames quote source and paths; neither is what happened.
    if (/^\s*File "/.test(line)) at++;
    else if (line !== '') kept.push(line.trim());
  }
  const rest = kept.join('\n');
  return rest.length > 6000 ? `${rest.slice(0, 3000)}\n${rest.slice(-3000)}` : rest;
}

function frameLines(text: Text, from: number, at: number): string[] {
  const frame: string[] = [];
  for (let back = at - 1; back > from && frame.length < 3; back--) {
    const line = text(back);
    if (line.trim() === '' || /^\s*[~^]+\s*$/.test(line)) continue;
    frame.unshift(line);
    if (/^\s*File "/.test(line)) return frame;
  }
  for (let back = at - 1; back > from; back--) if (/^-+>/.test(text(back))) return [text(back)];
  return frame;
}
