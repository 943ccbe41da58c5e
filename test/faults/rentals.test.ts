import { describe, expect, it } from 'vitest';
import type { MachineNeed, Offer, Rental } from '../../src/core/rented/model';
import { ProviderFailure, type Provisioner, type RentRequest } from '../../src/core/rented/ports';
import type { RunEvent } from '../../src/core/run/event';
import type { RentalTerms } from '../../src/core/run/rentalEvent';
import { hostOfRental, openRentals } from '../../src/core/run/rentals';
import { Rentals, type RentalNeeds } from '../../src/engine/rentals';
import { StudyRecord } from '../../src/engine/studyRecord';

const terms: RentalTerms = {
  ...{ provider: 'vast', gpus: 1, gpuMemoryGiB: 24, diskGiB: 50, hours: 1, resumable: false },
  ...{ maxUsdPerHour: 0.5, leaseSeconds: 600, image: 'image' },
};
const offer: Offer = {
  ...{ id: '11', gpuName: 'RTX 3090', gpus: 1, gpuMemoryGiB: 24, usdPerHour: 0.3, diskUsdPerHour: 0.01 },
  ...{ reliability: 0.99, interruptible: false, hoursLeft: null, diskGiB: 100, place: null },
};

class Killed extends Error {}

/** A market that counts what it is asked, bills by the minute of a clock that only moves when somebody sleeps. */
class World implements Provisioner {
  readonly id = 'vast';
  now = 0;
  operations = 0;
  killAt = Number.POSITIVE_INFINITY;
  machines: (Rental & { bornAt: number; goneAt: number | null })[] = [];
  journal: RunEvent[] = [];
  /** What was appended and not yet committed is lost with the process. */
  pending: RunEvent[] = [];
  finished = false;
  runsLeft = 1;
  worked: string[] = [];
  down = 0;

  /** The process dies before or after what it is about to do. */
  act<T>(doing: () => T): T {
    if (++this.operations === this.killAt) throw new Killed();
    const done = doing();
    if (++this.operations === this.killAt) throw new Killed();
    return done;
  }

  async check(): Promise<void> {}
  async search(_need?: MachineNeed): Promise<readonly Offer[]> {
    return this.act(() => [
      offer,
      { ...offer, id: '12', usdPerHour: 0.45 },
      { ...offer, id: '13', usdPerHour: 2 },
    ]);
  }
  async rent({ label }: RentRequest): Promise<string> {
    return this.act(() => {
      const id = String(100 + this.machines.length);
      this.machines.push({
        ...{ id, label, status: 'running', statusText: 'running', address: { host: 'h', port: 22 } },
        ...{ gpuName: 'RTX 3090', gpus: 1, usdPerHour: 0.3, diskUsdPerHour: 0.01, startedAt: this.now },
        ...{ bornAt: this.now, goneAt: null },
      });
      return id;
    });
  }
  async list(): Promise<readonly Rental[]> {
    if (this.down > 0) {
      this.down -= 1;
      throw new ProviderFailure('unreachable', 'Vast.ai cannot be reached.');
    }
    return this.act(() => this.alive);
  }
  async stop(): Promise<void> {}
  async destroy(id: string): Promise<void> {
    this.act(() => {
      const machine = this.machines.find((each) => each.id === id);
      if (machine) machine.goneAt ??= this.now;
    });
  }
  get alive() {
    return this.machines.filter(({ goneAt }) => goneAt === null);
  }
  /** Minutes that were billed in all. */
  get minutes(): number {
    return this.machines.reduce((sum, each) => sum + ((each.goneAt ?? this.now) - each.bornAt) / 60_000, 0);
  }
}

/** A driver as it comes up after a crash, with what the journal holds. */
function driver(world: World, complaints: string[] = []) {
  world.pending = [];
  const journal = {
    fence: 1,
    append: (events: readonly RunEvent[]) => void world.pending.push(...events),
    commit: async () => world.act(() => void world.journal.push(...world.pending.splice(0))),
    close: async () => undefined,
  };
  const clock = {
    now: () => world.now,
    monotonic: () => world.now,
    sleep: async (ms: number) => void (world.now += Math.max(ms, 1)),
  };
  const record = new StudyRecord(journal, clock, world.journal, () => undefined);
  const needs = (): RentalNeeds => ({
    wanted: world.runsLeft > 0 ? terms : null,
    waiting: world.runsLeft > 0,
    inUse: () => false,
  });
  const rentals = new Rentals({
    ...{ record, clock, workspaceId: 'w', needs },
    machines: {
      ...{ provisioner: world, onStart: () => 'true' },
      connect: async () => world.act(() => true),
      renew: async () => world.act(() => undefined),
      publish: async () => undefined,
    },
    commit: () => journal.commit(),
    complain: (sentence) => void complaints.push(sentence),
    wake: () => undefined,
  });
  return { rentals, record, clock };
}

/** Drives until the one run has run and nothing is rented any more; dies at `killAt`. */
async function drive(world: World): Promise<void> {
  const { rentals, record, clock } = driver(world);
  const { signal } = new AbortController();
  for (let round = 0; round < 500; round += 1) {
    await rentals.step(signal);
    const ready = [...record.state.rentals.values()].find(({ phase }) => phase === 'ready');
    if (ready && world.runsLeft > 0) {
      // That a run itself happens once is the queue's matter.
      world.act(() => {
        world.worked.push(hostOfRental(ready));
        world.runsLeft = 0;
      });
    }
    if (world.runsLeft === 0 && openRentals(record.state.rentals).length === 0) return;
    const left = rentals.untilNext();
    await clock.sleep(Number.isFinite(left) ? left : 1);
  }
  throw new Error('never came to rest');
}

async function until(world: World): Promise<void> {
  for (let lives = 0; lives < 4; lives += 1)
    try {
      return await drive(world);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      // The next driver comes up after a few seconds.
      world.killAt = Number.POSITIVE_INFINITY;
      world.now += 3000;
    }
}

describe('rented machines through any crash', () => {
  it('killed before and after every operation: one machine at a time, none left, no minute more than a crash costs', async () => {
    const calm = new World();
    await until(calm);
    expect(calm.alive).toEqual([]);
    const points = calm.operations;
    let worst = 0;
    for (let killAt = 1; killAt <= points; killAt += 1) {
      const world = new World();
      world.killAt = killAt;
      await until(world);
      expect({ killAt, alive: world.alive.length, worked: world.worked.length }).toEqual({
        killAt,
        alive: 0,
        worked: 1,
      });
      const lives = world.machines.map(({ bornAt, goneAt }) => [bornAt, goneAt!] as const);
      for (const [at, [from]] of lives.entries())
        if (at > 0) expect(from).toBeGreaterThanOrEqual(lives[at - 1]![1]);
      worst = Math.max(worst, world.minutes - calm.minutes);
    }
    console.log(
      `rentals: ${points} points; at worst ${worst.toFixed(2)} billed minutes ($${((worst / 60) * 0.31).toFixed(4)}) beyond need a crash`,
    );
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('a machine that was rented twice by one label is given back but for one', async () => {
    const world = new World();
    const { rentals, record } = driver(world);
    const { signal } = new AbortController();
    await rentals.step(signal);
    const [first] = world.machines;
    world.machines.push({ ...first!, id: '200' });
    await rentals.step(signal);
    expect(world.alive.map(({ id }) => id)).toEqual([first!.id]);
    expect(openRentals(record.state.rentals)).toHaveLength(1);
  });

  it('a machine of this workspace that no record knows is found by its label and given back', async () => {
    const world = new World();
    const complaints: string[] = [];
    const stranger = { ...(await otherMachine(world)), label: 'bridge-w-7' };
    world.machines = [stranger, { ...stranger, id: '300', label: 'somebody-else' }];
    const { rentals } = driver(world, complaints);
    await rentals.step(new AbortController().signal);
    expect(world.alive.map(({ label }) => label)).not.toContain('bridge-w-7');
    expect(world.alive.map(({ label }) => label)).toContain('somebody-else');
    expect(complaints.join()).toContain('no run needs it');
  });

  it('a provider that does not answer is asked again for ever, and what that costs is said', async () => {
    const world = new World();
    const complaints: string[] = [];
    const { rentals, record, clock } = driver(world, complaints);
    const { signal } = new AbortController();
    await rentals.step(signal);
    world.runsLeft = 0;
    world.down = 25;
    for (let round = 0; round < 40; round += 1) {
      await rentals.step(signal);
      await clock.sleep(60_000);
    }
    expect(complaints.filter((each) => each.includes('$0.31 an hour')).length).toBeGreaterThanOrEqual(3);
    expect(world.alive).toEqual([]);
    expect(openRentals(record.state.rentals)).toEqual([]);
  });

  it('nothing dearer than what was approved is rented', async () => {
    const world = new World();
    world.search = async () => [{ ...offer, usdPerHour: 0.9 }];
    const complaints: string[] = [];
    const { rentals } = driver(world, complaints);
    await rentals.step(new AbortController().signal);
    expect(world.machines).toEqual([]);
    expect(complaints.join()).toContain('$0.50 an hour or less');
  });

  it('a destroy that did not take is asked for again, and only the list says that it is gone', async () => {
    const world = new World();
    let asked = 0;
    const destroy = world.destroy.bind(world);
    world.destroy = async (id) => void (++asked >= 3 && (await destroy(id)));
    await drive(world);
    expect(asked).toBe(3);
    expect(world.alive).toEqual([]);
  });
});

async function otherMachine(world: World) {
  await world.rent({ label: 'x' } as RentRequest);
  return world.machines.pop()!;
}
