import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { timeoutSignal } from '../../../src/util/timeoutSignal';
import { readSources } from '../importRules';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('a time limit that is composed with another signal holds, also when memory is collected meanwhile', async () => {
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, timeoutSignal(300)]);
  const over = new Promise<unknown>((done) => either.addEventListener('abort', () => done(either.reason)));
  await new Promise((done) => setTimeout(done, 50));
  collect();
  expect(await over).toMatchObject({ name: 'TimeoutError' });
  expect(stop.signal.aborted).toBe(false);
});

test('nobody sets a time limit that is lost', () => {
  const lost = readSources('src').filter(
    ({ path, text }) => path !== 'src/util/timeoutSignal.ts' && text.includes('AbortSignal.timeout('),
  );
  expect(lost.map(({ path }) => path)).toEqual([]);
});
