/** One line as a person would see it in a terminal. Redrawn lines (carriage returns) give several with one number. */
export interface LogLine {
  /** 1-based within the log it was read from. */
  readonly number: number;
  /** Without terminal codes, control characters and the prefix of its stream. */
  readonly text: string;
  /** Who wrote it in a log of several processes (`rank0`), or '' when the log does not say. */
  readonly stream: string;
}

/** Enough for the longest ending seen (a traceback a rank, for dozens of ranks); keeps the work independent of the log's size. */
const windowChars = 2 << 20;
/** A line longer than this is data (a base64 picture, a progress bar redrawn for hours); its two ends tell what there is to tell. */
const longLine = 2000;
const redrawsKept = 200;
const linesKept = 20_000;

const terminalCodes =
  /\u001b\[[0-9;?]{0,32}[ -/]{0,4}[@-~]|\u001b\][^\u0007\u001b]{0,400}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const timestamp = /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?,?[ \t]/;
/** torch (`[rank0]:`), torchrun (`[default0]:`), mpirun (`[1,0]<stderr>:`), Ray (`(train pid=7, ip=…)`), `srun --label` (`0: `). */
const streamPrefixes: readonly RegExp[] = [
  /^\[(rank\d{1,5})\]:[ \t]?/,
  /^\[(default\d{1,5})\]:[ \t]?/,
  /^\[(\d{1,5},\d{1,5})\]<std(?:err|out)>:[ \t]?/,
  /^\((\w{1,80} pid=\d{1,10})[^)]{0,80}\)[ \t]?/,
  /^(\d{1,4}): (?=\S| {2})/,
];

/**
 * The lines of the end of a log, oldest first: at most 20,000 and the last 2 Mi characters, cleaned of terminal codes.
 * Linear in the log; an enormous line is cut in its middle.
 */
export function readLogLines(log: string): LogLine[] {
  let start = Math.max(0, log.length - windowChars);
  let number = 1;
  for (let at = 0; at < start; at++) if (log.charCodeAt(at) === 10) number++;
  // A cut line is still read: in a log of one line there is no other.
  if (start > 0) {
    const newline = log.indexOf('\n', start);
    if (newline >= 0 && newline - start < windowChars / 2) {
      start = newline + 1;
      number++;
    }
  }
  const raws = log.slice(start).split('\n');
  const dropped = Math.max(0, raws.length - linesKept);
  number += dropped;
  const lines: LogLine[] = [];
  for (const raw of raws.slice(dropped)) {
    for (const drawn of lastRedraws(raw)) lines.push(...asLine(drawn, number));
    number++;
  }
  return lines.slice(-linesKept);
}

function lastRedraws(raw: string): string[] {
  const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  if (!whole.includes('\r')) return [whole];
  const drawn: string[] = [];
  let end = whole.length;
  while (end >= 0 && drawn.length < redrawsKept) {
    const from = end > 0 ? whole.lastIndexOf('\r', end - 1) : -1;
    if (end > from + 1) drawn.push(whole.slice(from + 1, end));
    end = from;
  }
  return drawn.reverse();
}

function asLine(raw: string, number: number): LogLine[] {
  const bounded = raw.length > longLine ? `${raw.slice(0, longLine / 2)} … ${raw.slice(-longLine / 2)}` : raw;
  const clean = bounded.replace(terminalCodes, '').replace(controlCharacters, '').trimEnd();
  const { text, stream } = withoutPrefix(clean);
  // Progress bars and prints leave no newline before a traceback that another stream starts.
  const traceback = text.indexOf('Traceback (most recent call last):');
  if (traceback <= 0 || /^\s*$/.test(text.slice(0, traceback)) || isNotebookHeader(text))
    return [{ number, text, stream }];
  return [
    { number, text: text.slice(0, traceback), stream },
    { number, text: text.slice(traceback), stream },
  ];
}

function isNotebookHeader(text: string): boolean {
  return /^[\w.]{1,120}\s+Traceback \(/.test(text);
}

function withoutPrefix(line: string): { text: string; stream: string } {
  const text = line.replace(timestamp, '');
  for (const prefix of streamPrefixes) {
    const match = prefix.exec(text);
    if (match) return { text: text.slice(match[0].length), stream: match[1] ?? '' };
  }
  return { text, stream: '' };
}
