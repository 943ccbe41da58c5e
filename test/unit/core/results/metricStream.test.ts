import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downsample } from '../../../../src/core/results/downsample';
import { MetricStream, type MetricPoint } from '../../../../src/core/results/metricStream';

function read(text: string, cuts: readonly number[] = []): { points: MetricPoint[]; stream: MetricStream } {
  const stream = new MetricStream();
  const points: MetricPoint[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    points.push(...stream.push(text.slice(from, cut)));
    from = cut;
  }
  points.push(...stream.push(text.slice(from)), ...stream.end());
  return { points, stream };
}

const point = (series: string, step: number, value: number): MetricPoint => ({ series, step, value });

describe('metrics as they are written', () => {
  test('JSON lines give a point a number, NaN and Infinity included, nested names joined', () => {
    const { points } = read(
      '{"step": 1, "loss": NaN, "val": {"acc": 0.5, "best": -Infinity}, "note": "x", "none": null}\n{"step": 2, "loss": "nan"}\n',
    );
    expect(points).toEqual([
      point('loss', 1, NaN),
      point('val/acc', 1, 0.5),
      point('val/best', 1, -Infinity),
      point('loss', 2, NaN),
    ]);
  });

  test('a CSV file gives a point a cell; empty cells and words are none', () => {
    const { points } = read(
      'epoch,step,train_loss,"val, loss",host\r\n0,10,0.5,,a\r\n0,20,,0.7,b\r\n1,30,nan,inf,c\r\n',
    );
    expect(points).toEqual([
      point('train_loss', 10, 0.5),
      point('val, loss', 20, 0.7),
      point('train_loss', 30, NaN),
      point('val, loss', 30, Infinity),
    ]);
  });

  test('a long table gives each value under the name in its row', () => {
    expect(read('step,name,value\n1,loss,0.5\n1,acc,0.9\n').points).toEqual([
      point('loss', 1, 0.5),
      point('acc', 1, 0.9),
    ]);
    expect(read('{"step":1,"tag":"loss","value":0.5}\n').points).toEqual([point('loss', 1, 0.5)]);
  });

  test('logs of common trainers are read between other lines', () => {
    const log = [
      'Loading data, please wait',
      'iter 100: loss 2.3456, time 20.1ms, mfu 1.2%',
      'step:125/1530 val_loss:4.4357 train_time:1234ms',
      "{'loss': 2.1, 'learning_rate': 1e-05, 'epoch': 3}",
      '[2026-01-01 10:00:00,123] INFO step=300 | train/loss=nan | lr=1e-3',
      'information about inference: loss information follows',
    ];
    const { points } = read(`${log.join('\n')}\n`);
    expect(points.filter((p) => /loss/.test(p.series))).toEqual([
      point('loss', 100, 2.3456),
      point('val_loss', 125, 4.4357),
      point('loss', 3, 2.1),
      point('train/loss', 300, NaN),
    ]);
    expect(points).toContainEqual(point('learning_rate', 3, 1e-5));
  });

  test('records without a step are counted', () => {
    expect(read('{"loss":3}\n{"loss":2}\n').points.map((p) => p.step)).toEqual([0, 1]);
    expect(read('loss\n3\n2\n').points).toEqual([point('loss', 0, 3), point('loss', 1, 2)]);
  });

  test('pieces may be cut anywhere', () => {
    const texts = [
      '{"step":1,"loss":0.5}\n{"step":2,"loss":NaN,"acc":0.25}\r\n{"step":3,"loss":1e-3}',
      'step,loss,acc\n1,0.5,\n2,nan,0.7\n3,0.25,1\n',
      'hello\nstep=1 loss=0.5\nstep=2 loss=inf acc=.5\n',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(80), { maxLength: 6 }), (text, cuts) => {
        expect(
          read(
            text,
            cuts.map((cut) => Math.min(cut, text.length)),
          ).points,
        ).toEqual(read(text).points);
      }),
    );
  });

  test('a half-written last line is left out without complaint', () => {
    for (const text of ['{"step":1,"loss":0.5}\n{"step":2,"lo', 'step,loss,acc\n1,0.5,0.9\n2,0.4']) {
      const { points, stream } = read(text);
      expect(points.filter((p) => p.series === 'loss')).toEqual([point('loss', 1, 0.5)]);
      expect(stream.problem).toBeNull();
      expect(stream.tornLines).toBe(1);
    }
  });

  test('a line torn by a crash in the middle is skipped and counted', () => {
    const { points, stream } = read(
      '{"step":1,"loss":0.5}\n{"step":2,"lo{"step":2,"loss":0.4}\n{"step":3,"loss":0.3}\n',
    );
    expect(points.map((p) => p.step)).toEqual([1, 3]);
    expect([stream.problem, stream.tornLines]).toEqual([null, 1]);
  });

  test('a wrong line is named by line and column', () => {
    expect(read('{"step":1,"loss":0.5}\n{"step": oops}\n{"step":3}\n').stream.problem).toMatchObject({
      line: 2,
      column: 10,
    });
    expect(read('step,loss\n1,0.5\n2,0.4,9\n3,0.3\n').stream.problem).toMatchObject({ line: 3, column: 7 });
    expect(read('{"step":1}\n[1,2]\n{"step":2}\n').stream.problem).toMatchObject({ line: 2, column: 1 });
  });

  test('a line without end does not fill the memory', () => {
    const stream = new MetricStream();
    stream.push('{"step":1,"loss":0.5}\n');
    for (let i = 0; i < 40; i++) stream.push('x'.repeat(1 << 17));
    expect(stream.push('\n{"step":2,"loss":0.4}\n')).toEqual([point('loss', 2, 0.4)]);
    expect(stream.tornLines).toBe(1);
  });
});

describe('curves to draw', () => {
  const wave = Array.from({ length: 10_000 }, (_, step) => ({
    step,
    value: step === 7777 ? 50 : Math.sin(step / 300),
  }));

  test('keep their ends and a single spike in five hundred points', () => {
    const drawn = downsample(wave, 500);
    expect(drawn).toHaveLength(500);
    expect([drawn[0], drawn.at(-1)]).toEqual([wave[0], wave.at(-1)]);
    expect(drawn).toContain(wave[7777]);
  });

  test('hold only points of the original, in order, never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 200 }),
        fc.nat(60),
        (values, count) => {
          const points = values.map((value, step) => ({ step, value }));
          const drawn = downsample(points, count);
          expect(drawn.length).toBeLessThanOrEqual(Math.max(count, points.length <= 2 ? points.length : 0));
          expect(
            drawn.every((p, i) => points[p.step] === p && (i === 0 || p.step > drawn[i - 1]!.step)),
          ).toBe(true);
        },
      ),
    );
  });
});
