import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../integration/harness/bridge';
import { isAlive, processStart } from '../../src/util/processIdentity';
import { QueueWorkspace } from './queueWorkspace';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

const note = 'echo $BRIDGE_RUN $BRIDGE_ATTEMPT >> ledger';
const one = (cmd: string, more = '') => `jobs:\n  - { id: a, gpus: 0, ${more} cmd: "${cmd}" }\n`;

/** A driver that was killed while run `a` was at work. */
async function killedDriver(manifest: string): Promise<void> {
  ws = new QueueWorkspace(manifest);
  const { child, ended } = ws.start('queue', 'm.yaml');
  await until('the run is at work', () => ws.ledger().length > 0);
  child.kill('SIGKILL');
  await ended;
}

function claimOf(run: string, attempt = 1): { file: string; pid: number; fields: string[] } {
  const file = join(ws.attempt(run, attempt), 'claim');
  const fields = readFileSync(file, 'utf8').trim().split('\t');
  return { file, pid: Number(fields[0]), fields };
}

describe('a journal that was damaged', () => {
  it('cut in the middle of a line counts up to the line before', async () => {
    await killedDriver(one(`${note}; sleep 0.5`));
    const journal = '.bridge/journal/000001.jsonl';
    ws.write(journal, ws.read(journal).slice(0, -25));
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 1 });
    expect(ws.ledger()).toEqual(['a 1']);
  });

  it('with a segment of no length is told apart from one that is held, and work goes on', async () => {
    ws = new QueueWorkspace(one(note));
    mkdirSync(ws.path('.bridge/journal'), { recursive: true });
    ws.write('.bridge/journal/000001.jsonl', '');
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['a 1']);
  });

  it('written by a newer Bridge is left alone, and said', async () => {
    ws = new QueueWorkspace(one(note));
    ws.write('.bridge/journal/000001.jsonl', '{"header":{"format":99,"fence":1,"holder":{"pid":1}}}\n');
    const { code, stderr } = await ws.queue();
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/newer Bridge/);
    expect(readdirSync(ws.path('.bridge/journal'))).toEqual(['000001.jsonl']);
    expect(ws.ledger()).toEqual([]);
  });

  it('of an older form, without the fields that came later, is read', async () => {
    ws = new QueueWorkspace(one(note));
    expect((await ws.queue()).code).toBe(0);
    const journal = '.bridge/journal/000001.jsonl';
    const older = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(older)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .filter(([name]) => !['boot', 'elapsedMs', 'format', 'leaseMs', 'afresh'].includes(name))
                .map(([name, each]) => [name, older(each)]),
            )
          : value;
    const lines = ws.read(journal).trim().split('\n');
    ws.write(journal, `${lines.map((line) => JSON.stringify(older(JSON.parse(line)))).join('\n')}\n`);
    expect((await ws.status()).a!.status).toBe('completed');
    expect((await ws.queue()).code).toBe(0);
    expect(ws.ledger()).toEqual(['a 1']);
  });
});

describe('a process that is not what its number says', () => {
  it('a restart of the machine is a cause of its own, and the run is tried again', async () => {
    await killedDriver(one(`${note}; [ $BRIDGE_ATTEMPT = 2 ] || sleep 60`));
    const { file, pid, fields } = claimOf('a');
    process.kill(-pid, 'SIGKILL');
    writeFileSync(file, `${fields[0]}\t${fields[1]}\t00000000-another-boot\n`);
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 2 });
    expect(ws.ledger()).toEqual(['a 1', 'a 2']);
    expect(ws.read('.bridge/journal/000002.jsonl')).toMatch(/"cause":"rebooted"/);
  });

  it('a number that was given to another process is not the run', async () => {
    await killedDriver(one(`${note}; [ $BRIDGE_ATTEMPT = 2 ] || sleep 60`));
    const { file, pid, fields } = claimOf('a');
    process.kill(-pid, 'SIGKILL');
    const other = spawn('sleep', ['30'], { detached: true });
    writeFileSync(file, `${other.pid}\t${Number(fields[1]) - 5}\t${fields[2]}\n`);
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 2 });
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  it('a zombie is dead', async () => {
    // A child that nobody waits for: its parent is stopped.
    const parent = spawn('bash', ['-c', 'sleep 0.2 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    ws = new QueueWorkspace();
    const pid = await new Promise<number>((done) => parent.stdout.once('data', (text) => done(Number(text))));
    const start = processStart(pid)!;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    await until('it is a zombie', () => processStart(pid)?.zombie === true);
    expect(isAlive({ pid, startTime: start.startTime, bootId })).toBe(false);
    parent.kill('SIGKILL');
  });

  it('a wrapper that was killed leaves its run alive; when that ends nobody knows how, and it is tried again', async () => {
    await killedDriver(one(`${note}; sleep 1.5; echo over >> ledger`));
    process.kill(claimOf('a').pid, 'SIGKILL');
    const { jobs } = await ws.queue();
    expect(ws.ledger()).toEqual(['a 1', 'over', 'a 2', 'over']);
    expect(jobs.a).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('a claim that nobody finished is an attempt that never began', async () => {
    await killedDriver(one(`${note}; [ $BRIDGE_ATTEMPT = 2 ] || sleep 60`));
    const { file, pid } = claimOf('a');
    process.kill(-pid, 'SIGKILL');
    writeFileSync(file, '');
    expect((await ws.queue()).jobs.a).toMatchObject({ status: 'completed', attempts: 2 });
  });
});

describe('a run that does not behave', () => {
  it('and ignores SIGTERM is made to end when its time is over', async () => {
    ws = new QueueWorkspace(one("trap '' TERM; while :; do sleep 0.2; done", 'time_limit: 1s,'));
    const { jobs } = await ws.queue();
    expect(jobs.a).toMatchObject({ status: 'failed', reason: 'timeout' });
    expect(spawnSync('pgrep', ['-f', ws.attempt('a')]).status).toBe(1);
  });

  it('and leaves its group is still ended by a cancel', async () => {
    ws = new QueueWorkspace(one(`setsid bash -c '${note}; exec sleep 300' & wait`));
    const { ended } = ws.start('queue', 'm.yaml');
    await until('it is at work', () => ws.ledger().length === 1);
    expect((await ws.call('cancel', 'a')).code).toBe(0);
    await ended;
    const left = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`BRIDGE_JOB_FOLDER=${ws.root}`);
        } catch {
          return false;
        }
      });
    await until('nothing of it is left', () => left().length === 0);
    expect((await ws.status()).a!.status).toBe('cancelled');
  });

  it('and daemonises ends when its own script does', async () => {
    ws = new QueueWorkspace(one(`${note}; setsid sleep 3 >/dev/null 2>&1 &`));
    const begin = performance.now();
    expect((await ws.queue()).jobs.a!.status).toBe('completed');
    expect(performance.now() - begin).toBeLessThan(2800);
  });
});

describe('a log of a size that nobody expects', () => {
  const seconds = async (act: () => Promise<unknown>) => {
    const begin = performance.now();
    await act();
    return (performance.now() - begin) / 1000;
  };

  it('of a gigabyte, in bytes that are no text, is judged by its end and shown at once', async () => {
    ws = new QueueWorkspace(
      one(
        "truncate -s 1G $BRIDGE_JOB_FOLDER/log; printf '\\\\n\\\\377\\\\000ValueError: at the end\\\\n' >> $BRIDGE_JOB_FOLDER/log; exit 1",
      ),
    );
    const { jobs } = await ws.queue();
    expect(statSync(join(ws.attempt('a'), 'log')).size).toBeGreaterThan(2 ** 30);
    expect(jobs.a).toMatchObject({ status: 'failed', reason: 'code' });
    expect(await seconds(() => ws.call('status'))).toBeLessThan(3);
    let log = '';
    expect(await seconds(async () => (log = (await ws.call('logs', 'a')).stdout))).toBeLessThan(5);
    expect(log).toMatch(/ValueError: at the end/);
  });

  it('of a million lines wakes nobody for each of them', async () => {
    ws = new QueueWorkspace(one('seq 1000000; exit 1'));
    const { child, ended } = ws.start('queue', 'm.yaml');
    await ended;
    expect(child.exitCode).toBe(1);
    expect(await seconds(() => ws.call('logs', 'a'))).toBeLessThan(5);
  });
});

describe('a folder that cannot be written', () => {
  it('is named, and nothing starts', async () => {
    ws = new QueueWorkspace(one(note));
    ws.write('.bridge', 'a file where the folder should be');
    const { code, stderr } = await ws.queue();
    expect(code).toBe(3);
    expect(stderr).toContain(ws.path('.bridge'));
    expect(ws.ledger()).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('on a read-only disk is named, and nothing starts', async () => {
    ws = new QueueWorkspace();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', ws.root]);
    try {
      ws.write('m.yaml', one(note));
      execFileSync('mount', ['-o', 'remount,ro', ws.root]);
      const { code, stderr } = await ws.queue();
      expect(code).toBe(3);
      expect(stderr).toMatch(/read-only/);
    } finally {
      execFileSync('umount', [ws.root]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)('on a disk that is really full waits until there is room', async () => {
    ws = new QueueWorkspace();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', ws.root]);
    try {
      ws.write('m.yaml', one(`${note}; sleep 1`));
      const { ended } = ws.start('queue', 'm.yaml');
      await until('the run is at work', () => ws.ledger().length === 1);
      spawnSync('dd', ['if=/dev/zero', `of=${ws.path('full')}`, 'bs=4k'], { stdio: 'ignore' });
      await new Promise((done) => setTimeout(done, 2500));
      rmSync(ws.path('full'));
      expect(await ended).toBe(0);
      expect(ws.ledger()).toEqual(['a 1']);
    } finally {
      execFileSync('umount', [ws.root]);
    }
  });
});
