import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  Agent,
  AgentContext,
  AgentEvent,
  AgentTask,
  PermissionAnswer,
  PermissionRequest,
} from '../../src/core/agents/author';

/** What an agent of a test does, one after another, before it says "Done.". */
export type Deed =
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'read'; readonly path: string }
  | { readonly do: 'run'; readonly command: string }
  /** Says nothing more. */
  | 'hang';

export interface AgentWorld {
  readonly name: string;
  make(deeds: readonly Deed[], place: { readonly home: string }): Agent;
}

/** What every author agent does, whatever is behind it. */
export function describeAgent(world: AgentWorld): void {
  const { name } = world;
  const make = (...given: Parameters<AgentWorld['make']>) => world.make(...given);
  describe(`behind ${name}`, () => {
    let home: string;
    let folder: string;
    const events: AgentEvent[] = [];
    const asked: PermissionRequest[] = [];
    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), 'bridge-agent-'));
      folder = join(home, 'copy');
      mkdirSync(join(folder, 'refine-logs'), { recursive: true });
      writeFileSync(join(folder, 'refine-logs', 'EXPERIMENT_PLAN.md'), '# The plan\n');
      events.length = asked.length = 0;
    });
    afterEach(() => {
      // Whatever happened: none of its processes is left. They carry their home in their environment.
      const left = execFileSync('sh', ['-c', `grep -lsa "${home}" /proc/[0-9]*/environ || true`], {
        encoding: 'utf8',
      });
      rmSync(home, { recursive: true, force: true });
      expect(left.split('\n').filter((path) => path !== '' && !path.includes(`/${process.pid}/`))).toEqual(
        [],
      );
    });

    const task = (): AgentTask => ({
      ...{ prompt: 'Write train.py.', folder, stallMinutes: 60 },
      locked: ['refine-logs/EXPERIMENT_PLAN.md'],
    });
    const context = (
      answers: readonly PermissionAnswer[] = [],
      signal = new AbortController().signal,
    ): AgentContext => ({
      signal,
      report: (event) => events.push(event),
      ask: async (request) => {
        asked.push(request);
        return answers[asked.length - 1] ?? 'deny';
      },
    });
    const run = (deeds: readonly Deed[], ...rest: Parameters<typeof context>) =>
      make(deeds, { home }).run(task(), context(...rest));

    test('writes files of its folder unasked and says at last what it did', async () => {
      const outcome = await run([{ do: 'write', path: 'src/train.py', text: 'print(1)\n' }]);
      expect(outcome).toMatchObject({ stopped: 'done', text: 'Done.' });
      expect(outcome.client).not.toBe('');
      expect(readFileSync(join(folder, 'src', 'train.py'), 'utf8')).toBe('print(1)\n');
      expect(asked).toEqual([]);
      expect(events.some((event) => event.kind === 'tool')).toBe(true);
    });

    test('runs a command only when a person allowed exactly that one', async () => {
      const touch = (path: string): Deed => ({ do: 'run', command: `touch ${path}` });
      await run([touch('allowed'), touch('denied')], ['once', 'deny']);
      expect(asked.map(({ kind, command }) => [kind, command])).toEqual([
        ['run', 'touch allowed'],
        ['run', 'touch denied'],
      ]);
      expect([existsSync(join(folder, 'allowed')), existsSync(join(folder, 'denied'))]).toEqual([
        true,
        false,
      ]);
    });

    test('asks once for a command that was allowed for this run', async () => {
      const again: Deed = { do: 'run', command: 'echo x >> log' };
      await run([again, again, again], ['run']);
      expect(asked).toHaveLength(1);
      expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('x\nx\nx\n');
    });

    test('changes nothing outside of its folder, also not through a link, and nothing that is locked', async () => {
      writeFileSync(join(home, 'outside.txt'), 'before');
      symlinkSync(home, join(folder, 'link'));
      const outcome = await run([
        { do: 'write', path: '../outside.txt', text: 'after' },
        { do: 'write', path: 'link/outside.txt', text: 'after' },
        { do: 'write', path: 'refine-logs/EXPERIMENT_PLAN.md', text: 'after' },
      ]);
      expect(outcome.stopped).toBe('done');
      expect(readFileSync(join(home, 'outside.txt'), 'utf8')).toBe('before');
      expect(readFileSync(join(folder, 'refine-logs', 'EXPERIMENT_PLAN.md'), 'utf8')).toBe('# The plan\n');
      expect(events.filter((event) => event.kind === 'refused')).toHaveLength(3);
      expect(asked).toEqual([]);
    });

    test('is not shown what holds keys, and nobody is asked about it', async () => {
      writeFileSync(join(folder, '.env'), 'KEY=sk-secret\n');
      await run([{ do: 'read', path: '.env' }]);
      expect(JSON.stringify(events)).not.toContain('sk-secret');
      expect(events.filter((event) => event.kind === 'refused')).toHaveLength(1);
      expect(asked).toEqual([]);
    });

    test('a cancel ends it and the command that it runs', async () => {
      const stop = new AbortController();
      const working = run([{ do: 'run', command: 'sleep 600 & sleep 600' }], ['once'], stop.signal);
      await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1);
      stop.abort();
      await expect(working).rejects.toMatchObject({ name: 'AgentFailure', kind: 'cancelled' });
    });

    test('silence is told as a stall, and a cancel still ends it', async () => {
      const stop = new AbortController();
      const working = make(['hang'], { home }).run(
        { ...task(), stallMinutes: 0.2 / 60 },
        context([], stop.signal),
      );
      await expect
        .poll(() => events.filter((event) => event.kind === 'stalled').length, { timeout: 10_000 })
        .toBe(1);
      stop.abort();
      await expect(working).rejects.toMatchObject({ kind: 'cancelled' });
    });
  });
}
