import type { MachineNeed, Offer, Rental } from '../../core/rented/model';
import { ProviderFailure, type Provisioner, type RentRequest } from '../../core/rented/ports';
import type { VastClient } from './client';
import { parseContract, parseInstances, parseOffers } from './parse';

/** Offers that are asked for a search. */
const offerLimit = 60;
/** The service lists at most so many machines a page. */
const pageSize = 25;
const mostPages = 40;
/** Below this share of the time a machine is not even offered. */
const leastReliability = 0.9;
/** Longest text of `onstart` that the service takes, in characters (api-reference/creating-instances-with-api). */
export const onStartLimit = 4048;
/** The market of Vast.ai. */
export class VastProvisioner implements Provisioner {
  readonly id = 'vast';

  constructor(private readonly client: VastClient) {}

  async check(signal: AbortSignal): Promise<void> {
    await this.page(null, 1, signal);
  }

  async search(need: MachineNeed, signal: AbortSignal): Promise<readonly Offer[]> {
    const onDemand = await this.offers(need, 'on-demand', signal);
    // A machine that may be taken away suits only what continues from checkpoints.
    return need.resumable ? [...onDemand, ...(await this.offers(need, 'bid', signal))] : onDemand;
  }

  async rent({ offer, label, image, diskGiB, onStart }: RentRequest, signal: AbortSignal): Promise<string> {
    if (onStart.length > onStartLimit)
      throw new ProviderFailure(
        'rejected',
        `The start script has ${onStart.length} characters, and Vast.ai takes ${onStartLimit}.`,
      );
    const { body } = await this.client.change(
      'PUT',
      `/api/v0/asks/${offer.id}/`,
      {
        client_id: 'me',
        ...{ image, disk: diskGiB, label, runtype: 'ssh_direct', onstart: onStart },
        ...(offer.interruptible ? { price: Number(offer.usdPerHour.toFixed(4)) } : {}),
        // Rather no machine than one that waits, and is paid for, until its GPU is free.
        cancel_unavail: true,
      },
      signal,
    );
    const id = parseContract(body);
    if (id === null)
      throw new ProviderFailure(
        'broken',
        'Vast.ai did not say which machine was rented; it is looked for by its label.',
      );
    return id;
  }

  async list(signal: AbortSignal): Promise<readonly Rental[]> {
    const all: Rental[] = [];
    let next: string | null = null;
    for (let page = 0; page < mostPages; page += 1) {
      const got = await this.page(next, pageSize, signal);
      all.push(...got.rentals);
      next = got.next;
      if (next === null) return all;
    }
    throw new ProviderFailure('broken', `Vast.ai lists more than ${mostPages * pageSize} machines.`);
  }

  async stop(id: string, signal: AbortSignal): Promise<void> {
    await this.client.change('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' }, signal);
  }

  async destroy(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.client.change('DELETE', `/api/v0/instances/${id}/`, undefined, signal);
    } catch (error) {
      // What is gone already was destroyed: `list` has the last word either way.
      if (!(error instanceof ProviderFailure && error.kind === 'rejected')) throw error;
    }
  }

  private async page(token: string | null, limit: number, signal: AbortSignal) {
    const query = new URLSearchParams({ limit: String(limit), ...(token ? { after_token: token } : {}) });
    const { body } = await this.client.get(`/api/v1/instances/?${query.toString()}`, signal);
    const page = parseInstances(body);
    if (page === null)
      throw new ProviderFailure(
        'broken',
        'Vast.ai’s list of machines cannot be read; nothing is concluded from it.',
      );
    return page;
  }

  private async offers(
    need: MachineNeed,
    type: 'on-demand' | 'bid',
    signal: AbortSignal,
  ): Promise<readonly Offer[]> {
    const { body } = await this.client.search(
      '/api/v0/bundles/',
      {
        ...{ limit: offerLimit, type, order: [['dph_total', 'asc']], allocated_storage: need.diskGiB },
        ...{ verified: { eq: true }, rentable: { eq: true }, rented: { eq: false } },
        num_gpus: { eq: need.gpus },
        // The API counts a GPU's memory in MB, and a card of 24 GB has a little less than 24 GiB.
        gpu_ram: { gte: Math.floor(need.gpuMemoryGiB * 1000) },
        disk_space: { gte: need.diskGiB },
        reliability2: { gte: leastReliability },
        direct_port_count: { gte: 1 },
      },
      signal,
    );
    const offers = parseOffers(body, need.diskGiB, type === 'bid');
    if (offers === null) throw new ProviderFailure('broken', 'Vast.ai’s offers cannot be read.');
    return offers;
  }
}
