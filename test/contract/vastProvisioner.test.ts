import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VastClient } from '../../src/backends/vast/client';
import { VastProvisioner } from '../../src/backends/vast/provisioner';
import type { MachineNeed, Offer } from '../../src/core/rented/model';
import type { ProviderFailure } from '../../src/core/rented/ports';
import { FakeVast } from '../fakes/vast/service';
import { undocumented } from '../fixtures/vast/documentedRequests';

const need: MachineNeed = { gpus: 1, gpuMemoryGiB: 24, diskGiB: 50, hours: 3, resumable: false };
const signal = new AbortController().signal;
let vast: FakeVast;
let provisioner: VastProvisioner;
let slept: number[];

beforeEach(async () => {
  vast = await FakeVast.start();
  slept = [];
  provisioner = made();
});
afterEach(async () => {
  await vast.stop();
});

function made(key: string | null = vast.key): VastProvisioner {
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: async (ms: number) => void slept.push(ms),
  };
  return new VastProvisioner(new VastClient({ url: vast.url, key: async () => key }, clock, 0));
}

async function rented(offer?: Offer): Promise<string> {
  const chosen = offer ?? (await provisioner.search(need, signal))[0]!;
  return provisioner.rent(
    { offer: chosen, label: 'bridge-1', image: 'pytorch/pytorch', diskGiB: 50, onStart: 'true' },
    signal,
  );
}

const kindOf = async (doing: Promise<unknown>) =>
  doing.then(
    () => 'none',
    (error: ProviderFailure) => error.kind,
  );

describe('the market of Vast.ai', () => {
  it('every request is one that the documentation describes', async () => {
    await provisioner.check(signal);
    await provisioner.search({ ...need, resumable: true }, signal);
    const id = await rented();
    await provisioner.list(signal);
    await provisioner.stop(id, signal);
    await provisioner.destroy(id, signal);
    expect(vast.heard.length).toBeGreaterThanOrEqual(7);
    expect(vast.heard.map(undocumented).filter((each) => each !== null)).toEqual([]);
  });

  it('only machines with enough memory come back, their disk priced apart', async () => {
    vast.offers = [
      { ...vast.offers[0]!, dph_total: 0.5, storage_cost: 7.2, disk_space: 100 },
      { ...vast.offers[3]! },
    ];
    const [offer, ...others] = await provisioner.search(need, signal);
    expect(others).toEqual([]);
    expect(offer).toMatchObject({ gpuName: 'RTX 3090', gpuMemoryGiB: 24, interruptible: false });
    expect(offer!.diskUsdPerHour).toBeCloseTo((7.2 * 50) / 720);
    expect(offer!.usdPerHour + offer!.diskUsdPerHour).toBeCloseTo(0.5);
  });

  it('an interruptible machine is bid for above the lowest bid, and priced so', async () => {
    vast.offers = [{ ...vast.offers[0]!, min_bid: 0.1 }];
    const offers = await provisioner.search({ ...need, resumable: true }, signal);
    const bid = offers.find((each) => each.interruptible)!;
    expect(bid.usdPerHour).toBeCloseTo(0.12);
    await rented(bid);
    expect(vast.heard.at(-1)!.body).toMatchObject({ price: 0.12 });
  });

  it('a machine is found by its label when nobody wrote down that it was rented', async () => {
    vast.mishaps.push({ method: 'PUT', path: /asks/, status: 0, after: true, cut: true, times: 1 });
    expect(await kindOf(rented())).toBe('unreachable');
    expect((await provisioner.list(signal)).map(({ label }) => label)).toEqual(['bridge-1']);
  });

  it('renting is not sent again when the connection broke: it may have been done', async () => {
    vast.mishaps.push({ method: 'PUT', path: /asks/, status: 502, times: 1 });
    expect(await kindOf(rented())).toBe('broken');
    expect(vast.heard.filter(({ path }) => path.includes('asks'))).toHaveLength(1);
  });

  it('an offer that somebody else took says so', async () => {
    const [offer] = await provisioner.search(need, signal);
    await rented(offer);
    expect(await kindOf(rented(offer))).toBe('offer-gone');
  });

  it('a request that came too soon is sent again with growing waits', async () => {
    const body = 'API requests too frequent';
    vast.mishaps.push({ method: 'GET', path: /instances/, status: 429, body, times: 3 });
    expect(await provisioner.list(signal)).toEqual([]);
    expect(slept).toEqual([2000, 4000, 8000]);
  });

  it('an error of the service while reading is tried again, and in the end told', async () => {
    vast.mishaps.push({ method: 'GET', path: /instances/, status: 500, times: 99 });
    expect(await kindOf(provisioner.list(signal))).toBe('broken');
  });

  it('more machines than a page holds are all listed', async () => {
    vast.offers = Array.from({ length: 60 }, (_, at) => ({ ...vast.offers[0]!, id: 100 + at }));
    const offers = await provisioner.search(need, signal);
    for (const offer of offers) await rented(offer);
    expect(await provisioner.list(signal)).toHaveLength(60);
  });

  it('a list that cannot be read is no empty list', async () => {
    vast.mishaps.push({ method: 'GET', path: /instances/, status: 200, body: { instances: [{}] }, times: 1 });
    expect(await kindOf(provisioner.list(signal))).toBe('broken');
  });

  it('a destroyed machine is gone from the list, and destroying it again is harmless', async () => {
    const id = await rented();
    await provisioner.destroy(id, signal);
    await provisioner.destroy(id, signal);
    expect(await provisioner.list(signal)).toEqual([]);
  });

  it('a machine that stays after a destroy was answered with success is still listed', async () => {
    vast.stubborn = 1;
    const id = await rented();
    await provisioner.destroy(id, signal);
    expect(await provisioner.list(signal)).toHaveLength(1);
    await provisioner.destroy(id, signal);
    expect(await provisioner.list(signal)).toHaveLength(0);
  });

  it('no key, and a key that is not accepted, say where keys are made', async () => {
    await expect(made(null).check(signal)).rejects.toThrow(/no key for Vast\.ai.*manage-keys/s);
    await expect(made('wrong').check(signal)).rejects.toThrow(/does not accept the key/);
  });

  it('no answer within reach is told as such', async () => {
    await vast.stop();
    expect(await kindOf(provisioner.list(signal))).toBe('unreachable');
    vast = await FakeVast.start();
  });

  it('states are told apart: being set up, running, stopped, failed, unknown', async () => {
    const id = Number(await rented());
    const seen = async (status: string | null) => {
      vast.instances.get(id)!.status = status;
      return (await provisioner.list(signal))[0]!.status;
    };
    expect(await seen(null)).toBe('starting');
    expect(await seen('loading')).toBe('starting');
    expect(await seen('running')).toBe('running');
    expect(await seen('stopped')).toBe('stopped');
    expect(await seen('exited')).toBe('failed');
    expect(await seen('something new')).toBe('unknown');
  });
});
