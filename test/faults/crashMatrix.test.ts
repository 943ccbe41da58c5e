import { describe, expect, it } from 'vitest';
import { CrashPoint } from '../fakes/crashPoint';
import { inParallel } from './processes';
import { driveUntil } from './simulatedProcess';
import { differences, endStateOf, makeStudy30 } from './study30';

/** Studies that are driven at a time: they mostly wait for processes. */
const atOnce = 6;

describe('a driver that is stopped', () => {
  it('at any moment between two operations loses nothing and does nothing twice', async () => {
    const whole = makeStudy30();
    const undisturbed = new CrashPoint(Number.POSITIVE_INFINITY);
    expect(await driveUntil(whole.root, undisturbed)).toBe('done');
    const wanted = endStateOf(whole);
    whole.dispose();
    expect(wanted.ledger).toHaveLength(32);
    expect(new Set(wanted.ledger).size).toBe(32);

    const stops = new Map<string, number>();
    const wrong: string[] = [];
    const points = Array.from({ length: undisturbed.passed }, (_, at) => at + 1);
    await inParallel(points, atOnce, async (at) => {
      const study = makeStudy30();
      const point = new CrashPoint(at);
      await driveUntil(study.root, point);
      // Every seventh is stopped a second time while it makes good what the first stop left.
      const second = new CrashPoint(at % 7 === 0 ? 1 + ((at * 13) % 60) : Number.POSITIVE_INFINITY);
      const after = await driveUntil(study.root, second);
      if (after === 'stopped') await driveUntil(study.root, new CrashPoint(Number.POSITIVE_INFINITY));
      const kind = (point.stoppedAt ?? 'not reached').replace(/[\w./:-]*\d[\w./:-]*/g, '…');
      stops.set(kind, (stops.get(kind) ?? 0) + 1);
      const where = `${at}, ${point.stoppedAt}, then ${second.stoppedAt}`;
      wrong.push(...differences(endStateOf(study), wanted).map((line) => `${where}: ${line}`));
      study.dispose();
    });
    const kinds = [...stops].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${kind}`);
    console.log(`${points.length} points, each stopped and gone on from:\n  ${kinds.join('\n  ')}`);
    expect(wrong.slice(0, 20)).toEqual([]);
  }, 600_000);
});
