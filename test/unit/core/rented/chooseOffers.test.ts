import { describe, expect, it } from 'vitest';
import { chooseOffers, price } from '../../../../src/core/rented/chooseOffers';
import type { MachineNeed, Offer } from '../../../../src/core/rented/model';

const need: MachineNeed = { gpus: 1, gpuMemoryGiB: 24, diskGiB: 50, hours: 10, resumable: false };
const offer = (id: string, more: Partial<Offer> = {}): Offer => ({
  ...{ id, gpuName: 'RTX 3090', gpus: 1, gpuMemoryGiB: 24, usdPerHour: 0.2, diskUsdPerHour: 0.01 },
  ...{ reliability: 0.99, interruptible: false, hoursLeft: null, diskGiB: 200, place: null },
  ...more,
});
const ids = (offers: readonly Offer[], wanted = need) =>
  chooseOffers(offers, wanted).map((each) => each.offer.id);

describe('three offers by total price', () => {
  it('a GPU three times as fast at twice the price an hour is the cheaper one in all', () => {
    const h100 = offer('h', { gpuName: 'H100 SXM', gpuMemoryGiB: 80, usdPerHour: 0.4 });
    expect(ids([offer('r'), h100])).toEqual(['h', 'r']);
    expect(price(h100, need).totalUsd).toBeLessThan(price(offer('r'), need).totalUsd);
  });

  it('what is too small, has too little disk or goes away too soon is not offered', () => {
    expect(
      ids([
        offer('small', { gpuMemoryGiB: 12 }),
        offer('disk', { diskGiB: 20 }),
        offer('soon', { hoursLeft: 5 }),
      ]),
    ).toEqual([]);
  });

  it('an interruptible machine is offered only for runs that continue from checkpoints', () => {
    const cheap = offer('bid', { interruptible: true, usdPerHour: 0.05 });
    expect(ids([offer('r'), cheap])).toEqual(['r']);
    expect(ids([offer('r'), cheap], { ...need, resumable: true })).toEqual(['bid', 'r']);
  });

  it('an unreliable machine may be the cheapest, and says what it is', () => {
    const [first] = chooseOffers([offer('r'), offer('shaky', { reliability: 0.9, usdPerHour: 0.1 })], need);
    expect(first?.offer.id).toBe('shaky');
    expect(first?.flags[0]).toContain('90.0 %');
  });

  it('no more than three are shown, none twice', () => {
    const many = Array.from({ length: 20 }, (_, at) => offer(`o${at}`, { usdPerHour: 0.2 + at / 100 }));
    expect(new Set(ids(many)).size).toBe(3);
  });

  it('a GPU of unknown speed is taken as the reference and says that this is a guess', () => {
    const unknown = price(offer('x', { gpuName: 'Imaginary 9999' }), need);
    expect(unknown.speedKnown).toBe(false);
    expect(unknown.flags.join()).toContain('guess');
  });
});
