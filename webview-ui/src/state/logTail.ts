import Anser from 'anser';

/** A stretch of a line in one style. Colours are class names (`ansi-red`), or `rgb(…)` beyond the sixteen. */
export interface LogSpan {
  readonly text: string;
  readonly color: string | null;
  readonly background: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

export interface LogLine {
  /** Counts from the first line this tail was given; stays with the line. */
  readonly number: number;
  readonly spans: readonly LogSpan[];
}

/** Lines kept; older ones are counted, not kept. */
const mostLines = 5_000;
/** Characters of a line kept. */
const longestLine = 4_000;

// Sequences that are no colours: titles and links (OSC), and two-character escapes. Anser drops cursor moves itself.

const otherEscapes = /\x1b(?:\].*?(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78cDEHMNOZ])/g;

const controls = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;

/**
 * The end of one run's log as styled lines, in bounded memory. Chunks arrive in order; a chunk that starts at or
 * before the last one's start means that the log is told anew (another attempt, a new follower).
 */
export class LogTail {
  private lines: LogLine[] = [];
  private open = '';
  private style = new Anser();
  private lastFrom = -1;
  private count = 0;

  /** Lines that are no longer kept. */
  get dropped(): number {
    return this.count - this.lines.length;
  }

  append(from: number, text: string): void {
    if (from <= this.lastFrom) this.clear();
    this.lastFrom = from;
    const parts = (this.open + text).split('\n');
    this.open = (parts.pop() ?? '').slice(-4 * longestLine);
    for (const part of parts) this.lines.push({ number: this.count++, spans: spansOf(part, this.style) });
    if (this.lines.length > mostLines) this.lines = this.lines.slice(-mostLines);
  }

  clear(): void {
    this.lines = [];
    this.open = '';
    this.style = new Anser();
    this.lastFrom = -1;
    this.count = 0;
  }

  /** Every line kept, the unfinished one last. */
  all(): readonly LogLine[] {
    if (this.open === '') return this.lines;
    // The unfinished line is styled on a copy: it will come again, longer, and must not count twice.
    const style = Object.assign(new Anser(), structuredClone(this.style));
    return [...this.lines, { number: this.count, spans: spansOf(this.open, style) }];
  }
}

/** The line's plain text. */
export function textOf(line: LogLine): string {
  return line.spans.map((span) => span.text).join('');
}

function spansOf(raw: string, style: Anser): LogSpan[] {
  // A carriage return starts the line over (progress bars); one at the end belongs to a CRLF.
  const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const last = whole.slice(whole.lastIndexOf('\r') + 1);
  const clean = last.slice(0, longestLine).replace(otherEscapes, '').replace(controls, '');
  // Chunk by chunk, because Anser hands out its own list of decorations and changes it with the next chunk. The first
  // chunk follows no escape; a code that means nothing gives it the style the line before ended in.
  const [first = '', ...chunks] = clean.split('\x1b[');
  return [`999m${first}`, ...chunks].flatMap((chunk) => {
    const entry = style.processChunkJson(chunk, { use_classes: true }, true);
    return entry.isEmpty() || entry.decorations.includes('hidden') ? [] : [spanOf(entry)];
  });
}

function spanOf(entry: Anser.AnserJsonEntry): LogSpan {
  const is = (name: Anser.AnserJsonEntry['decorations'][number]) => entry.decorations.includes(name);
  const color = colorOf(entry.fg, entry.fg_truecolor);
  const background = colorOf(entry.bg, entry.bg_truecolor);
  return {
    text: entry.content.replace(/\x1b/g, ''),
    color: is('reverse') ? (background ?? 'ansi-reversed') : color,
    background: is('reverse') ? (color ?? 'ansi-reversed') : background,
    bold: is('bold'),
    dim: is('dim'),
    italic: is('italic'),
    underline: is('underline'),
  };
}

/** The sixteen colours are the theme's and stay names (`ansi-red`); the others become `rgb(…)`. */
function colorOf(name: string | null, trueColor: string | null): string | null {
  if (name === null || name === '') return null;
  if (name === 'ansi-truecolor') return trueColor === null ? null : `rgb(${trueColor})`;
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1];
  return index === undefined ? name : paletteColor(Number(index));
}

/** Colours 16 to 255 of a terminal: a cube of six levels a channel, then 24 greys (as xterm has them). */
function paletteColor(index: number): string {
  const grey = 8 + (index - 232) * 10;
  if (index >= 232) return `rgb(${grey}, ${grey}, ${grey})`;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  const channels = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${channels.map(level).join(', ')})`;
}
