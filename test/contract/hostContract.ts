import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/ports';
import type { ProcessIdentity } from '../../src/core/run/jobHandle';

export interface HostUnderTest {
  readonly host: Host;
  dispose(): Promise<void>;
}

/** What every host must do, wherever its machine is. `make` gives one whose Bridge folder is new and empty. */
export function hostContract(name: string, make: () => Promise<HostUnderTest>): void {
  describe(`a host: ${name}`, () => {
    const signal = new AbortController().signal;
    let under: HostUnderTest;
    let host: Host;
    let folder: string;
    const text = async (path: string) => {
      const piece = await host.read(path, 0, 1 << 16);
      return piece && new TextDecoder().decode(piece.bytes);
    };
    /** Starts a script that writes who it is before it goes on. */
    const start = async (script: string, mark: string): Promise<ProcessIdentity> => {
      await host.write(`${folder}/${mark}.sh`, script);
      const process = await host.start(['/bin/sh', `${folder}/${mark}.sh`, `${folder}/${mark}`]);
      if (!process) throw new Error(`${mark} ended at once`);
      return process;
    };
    const eventually = async (what: string, holds: () => Promise<boolean>) => {
      const limit = performance.now() + 15_000;
      while (!(await holds())) if (performance.now() > limit) throw new Error(`waited in vain: ${what}`);
    };

    beforeEach(async () => {
      under = await make();
      host = under.host;
      folder = `${host.bridgeFolder}/contract`;
    });
    afterEach(() => under.dispose());

    it('runs a command and gives its code and both outputs, and 127 for one that is not there', async () => {
      const done = await host.exec(['sh', '-c', 'echo out; echo err >&2; exit 3'], {
        timeoutMs: 10_000,
        signal,
      });
      expect(done).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' });
      expect((await host.exec(['no-such-program-anywhere'], { timeoutMs: 10_000, signal })).code).toBe(127);
    });

    it('hands arguments over as they are, whatever a shell would make of them', async () => {
      const words = ['a b', "it's", '$HOME', '`id`', '"q"', '*', ';', 'ü\\n'];
      const done = await host.exec(['printf', '%s|', ...words], { timeoutMs: 10_000, signal });
      expect(done.stdout).toBe(words.map((word) => `${word}|`).join(''));
    });

    it('replaces a file and makes its folders', async () => {
      await host.write(`${folder}/deep/er/file`, 'one');
      await host.write(`${folder}/deep/er/file`, 'two');
      expect(await text(`${folder}/deep/er/file`)).toBe('two');
      expect(await text(`${folder}/nowhere`)).toBeNull();
    });

    it('reads from an offset, and from the end for a negative one', async () => {
      await host.write(`${folder}/file`, '0123456789');
      const read = async (from: number, max: number) => {
        const piece = (await host.read(`${folder}/file`, from, max))!;
        return [new TextDecoder().decode(piece.bytes), piece.from, piece.size];
      };
      expect(await read(2, 3)).toEqual(['234', 2, 10]);
      expect(await read(-4, 100)).toEqual(['6789', 6, 10]);
      expect(await read(50, 3)).toEqual(['', 10, 10]);
    });

    it('makes a folder whole, once: the first one stands', async () => {
      const path = `${folder}/attempt`;
      const made = await Promise.all(
        ['one', 'two', 'three'].map((who) => host.createFolder(path, { who, 'run.sh': `echo ${who}` })),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      const who = ['one', 'two', 'three'][made.indexOf(true)];
      expect(await text(`${path}/who`)).toBe(who);
      expect(await text(`${path}/run.sh`)).toBe(`echo ${who}`);
    });

    it('makes a file that must not exist, once', async () => {
      await host.write(`${folder}/x`, '');
      expect(await host.create(`${folder}/claim`, 'a')).toBe(true);
      expect(await host.create(`${folder}/claim`, 'b')).toBe(false);
      expect(await text(`${folder}/claim`)).toBe('a');
    });

    it('finds files by glob, with what tells a change of them', async () => {
      await host.write(`${folder}/out/a_1.json`, '{}');
      await host.write(`${folder}/out/b_1.json`, '{}');
      const [one] = await host.glob(folder, ['out/a_*.json']);
      expect(one).toMatchObject({ path: 'out/a_1.json', size: 2 });
      expect(await host.glob(folder, ['out/a_1.json'])).toEqual([one]);
      await host.write(`${folder}/out/a_1.json`, '[]');
      expect(await host.glob(folder, ['out/a_1.json'])).not.toEqual([one]);
      expect(await host.glob(`${folder}/nowhere`, ['*'])).toEqual([]);
    });

    it('starts a process in a group of its own, tells how it stands, and finds it by its argument', async () => {
      const process = await start('sleep 300', 'sleeper');
      const [facts] = await host.states([process]);
      expect(facts!.state).toBe('alive');
      expect(process.bootId).toBe((await host.boot()) ?? process.bootId);
      // It may be in the middle of becoming what it was started as.
      await eventually('it is found', async () =>
        (await host.findByArgument(`${folder}/sleeper`)).some(({ pid }) => pid === process.pid),
      );
      expect(await host.groupAlive(process)).toBe(true);
      await host.signalGroup(process, 'terminate');
      await eventually('it is gone', async () => (await host.states([process]))[0]!.state === 'gone');
      await eventually('its group is gone', async () => !(await host.groupAlive(process)));
    });

    it('spares the leader of a group when it kills', async () => {
      const process = await start(`sleep 300 & wait; echo over > ${folder}/over`, 'leader');
      await eventually('the child is there', async () => (await host.findByArgument('300')).length > 0);
      await host.signalGroup(process, 'kill');
      await eventually('the leader went on', async () => (await text(`${folder}/over`)) === 'over\n');
    });

    it('does not take another process of the same number for the one that was, nor signal it', async () => {
      const process = await start('sleep 300', 'other');
      const stranger = { ...process, startTime: String(Number(process.startTime) - 7) };
      expect((await host.states([stranger]))[0]!.state).toBe('gone');
      expect((await host.states([{ ...process, bootId: 'another' }]))[0]!.state).toBe('rebooted');
      expect(await host.groupAlive(stranger)).toBe(false);
      await host.signalGroup(stranger, 'terminate');
      await host.signal([stranger], 'kill');
      expect((await host.states([process]))[0]!.state).toBe('alive');
      await host.signalGroup(process, 'terminate');
    });

    it('calls back when something in a folder changes', async () => {
      await host.write(`${folder}/watched/x`, '');
      const names: (string | null)[] = [];
      const watching = host.watchFolder(`${folder}/watched`, (name) => names.push(name));
      await host.create(`${folder}/watched/new`, '');
      await eventually('it is told', async () => {
        await host.boot();
        await new Promise((done) => setImmediate(done));
        return names.includes('new') || names.includes(null);
      });
      watching.dispose();
    });
  });
}
