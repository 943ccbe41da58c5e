import { describe, expect, test } from 'vitest';
import { LogStore } from '../../../webview-ui/src/state/logStore';
import { LogTail, textOf } from '../../../webview-ui/src/state/logTail';

const texts = (tail: LogTail) => tail.all().map(textOf);
const tailOf = (...chunks: readonly string[]) => {
  const tail = new LogTail();
  let from = 0;
  for (const chunk of chunks) {
    tail.append(from, chunk);
    from += chunk.length;
  }
  return tail;
};

describe('the end of a log', () => {
  test('a line cut between two chunks is one line', () => {
    expect(texts(tailOf('step 1\nst', 'ep 2\n'))).toEqual(['step 1', 'step 2']);
  });

  test('the unfinished line is shown', () => {
    expect(texts(tailOf('step 1\nstep'))).toEqual(['step 1', 'step']);
  });

  test('a colour goes on over line ends and chunks until it is ended', () => {
    const [one, two, three] = tailOf('\x1b[31mred\nstill', ' red\x1b[0m plain\n', 'plain\n').all();
    expect(one?.spans).toMatchObject([{ text: 'red', color: 'ansi-red' }]);
    expect(two?.spans).toMatchObject([
      { text: 'still red', color: 'ansi-red' },
      { text: ' plain', color: null },
    ]);
    expect(three?.spans).toMatchObject([{ text: 'plain', color: null }]);
  });

  test('showing an unfinished line does not count its colours twice', () => {
    const tail = tailOf('\x1b[1mbold');
    tail.all();
    tail.all();
    tail.append(8, ' end\x1b[22m after\n');
    expect(tail.all()[0]?.spans.map((span) => [span.text, span.bold])).toEqual([
      ['bold end', true],
      [' after', false],
    ]);
  });

  test('a later decoration does not reach back', () => {
    const [line] = tailOf('\x1b[1mbold\x1b[4mboth\x1b[0m\n').all();
    expect(line?.spans.map((span) => span.underline)).toEqual([false, true]);
  });

  test('colours beyond the sixteen become what they are', () => {
    const [line] = tailOf('\x1b[38;5;208ma\x1b[48;2;1;2;3mb\x1b[38;5;244mc\x1b[0m\n').all();
    expect(line?.spans.map((span) => [span.color, span.background])).toEqual([
      ['rgb(255, 135, 0)', null],
      ['rgb(255, 135, 0)', 'rgb(1, 2, 3)'],
      ['rgb(128, 128, 128)', 'rgb(1, 2, 3)'],
    ]);
  });

  test('a progress bar that rewrites its line leaves its last state, and CRLF is a line end', () => {
    expect(texts(tailOf(' 10%\r 50%\r100%\nwindows\r\n'))).toEqual(['100%', 'windows']);
  });

  test('moves of the cursor, titles and other controls are left out', () => {
    expect(texts(tailOf('\x1b]0;title\x07a\x1b[2K\x1b[1Ab\x1b(Bc\x00\x08d\n'))).toEqual(['abcd']);
  });

  test('markup stays text', () => {
    expect(texts(tailOf('<img src=x onerror=alert(1)>\n'))).toEqual(['<img src=x onerror=alert(1)>']);
  });

  test('memory is bounded: old lines are counted instead of kept, long ones are cut', () => {
    const tail = tailOf('line\n'.repeat(4_000), 'line\n'.repeat(4_000), `${'x'.repeat(100_000)}\n`);
    expect(tail.all()).toHaveLength(5_000);
    expect(tail.dropped).toBe(3_001);
    expect(textOf(tail.all()[4_999] ?? { number: 0, spans: [] })).toHaveLength(4_000);
  });

  test('a line that never ends does not grow for ever', () => {
    const tail = tailOf(...Array.from({ length: 200 }, () => 'y'.repeat(1_000)));
    expect(texts(tail)[0]?.length).toBe(4_000);
  });

  test('a log that is told from its start again replaces what was there', () => {
    const tail = tailOf('attempt 1\n', 'more\n');
    tail.append(0, 'attempt 2\n');
    expect(texts(tail)).toEqual(['attempt 2']);
  });
});

describe('following', () => {
  test('chunks of a run that is no longer followed are ignored', () => {
    const store = new LogStore();
    store.follow('R001');
    store.append('R001', 0, 'one\n', false);
    store.follow('R002');
    store.append('R001', 4, 'late\n', false);
    expect(store.snapshot()).toMatchObject({ run: 'R002', lines: [] });
  });

  test('the end of a run is told, with its last lines', () => {
    const store = new LogStore();
    let told = 0;
    store.subscribe(() => told++);
    store.follow('R001');
    store.append('R001', 0, 'bye\n', true);
    expect(store.snapshot()).toMatchObject({ ended: true, lines: [{ number: 0 }] });
    expect(told).toBe(2);
  });
});
