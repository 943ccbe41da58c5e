import * as v from 'valibot';
import type { Offer, Rental, RentalStatus } from '../../core/rented/model';

/** Hours that a month's price of storage is for. */
const hoursOfMonth = 30 * 24;
/** How much above the lowest bid an interruptible machine is bid for, so that the next cent does not take it away. */
const bidMargin = 1.2;

const number = v.number();
const maybe = v.nullish(number);
/** An offer of `bundles`, as docs.vast.ai/api-reference/search/search-offers described it in November 2026. */
const offerSchema = v.object({
  ...{ id: number, gpu_name: v.string(), num_gpus: number, dph_total: number },
  /** MB of one GPU. */
  gpu_ram: number,
  ...{ dph_base: maybe, min_bid: maybe, disk_space: maybe },
  /** $ a GB and month. */
  storage_cost: maybe,
  /** Seconds for which it can still be had. */
  duration: maybe,
  ...{ reliability2: maybe, reliability: maybe, geolocation: v.nullish(v.string()) },
});
const offersSchema = v.object({ offers: v.union([v.array(v.unknown()), offerSchema]) });

/**
 * Offers of a search, each with the disk of this size (GB) priced apart. An offer that cannot be read is left out: a
 * machine whose price is not known is no choice.
 */
export function parseOffers(body: unknown, diskGiB: number, interruptible = false): readonly Offer[] | null {
  const parsed = v.safeParse(offersSchema, body);
  if (!parsed.success) return null;
  const { offers } = parsed.output;
  return (Array.isArray(offers) ? offers : [offers]).flatMap((each) => {
    const offer = v.safeParse(offerSchema, each);
    return offer.success ? [readOffer(offer.output, diskGiB, interruptible)] : [];
  });
}

function readOffer(offer: v.InferOutput<typeof offerSchema>, diskGiB: number, interruptible: boolean): Offer {
  const diskUsdPerHour = ((offer.storage_cost ?? 0) * diskGiB) / hoursOfMonth;
  // dph_total holds the disk that the search was asked to price (`allocated_storage`).
  const machine = offer.dph_base ?? Math.max(0, offer.dph_total - diskUsdPerHour);
  return {
    id: String(offer.id),
    gpuName: offer.gpu_name,
    gpus: offer.num_gpus,
    gpuMemoryGiB: Math.round(offer.gpu_ram / 1024),
    usdPerHour: interruptible ? (offer.min_bid ?? machine) * bidMargin : machine,
    diskUsdPerHour,
    reliability: offer.reliability2 ?? offer.reliability ?? null,
    interruptible,
    hoursLeft: typeof offer.duration === 'number' ? offer.duration / 3600 : null,
    diskGiB: offer.disk_space ?? Number.POSITIVE_INFINITY,
    place: offer.geolocation ?? null,
  };
}

/** What renting answers: `{success: true, new_contract: ID}`; null: it is something else. */
export function parseContract(body: unknown): string | null {
  const parsed = v.safeParse(v.object({ success: v.literal(true), new_contract: number }), body);
  return parsed.success ? String(parsed.output.new_contract) : null;
}

const instanceSchema = v.object({
  id: number,
  label: v.nullish(v.string()),
  actual_status: v.nullish(v.string()),
  ...{ intended_status: v.nullish(v.string()), cur_state: v.nullish(v.string()) },
  status_msg: v.nullish(v.string()),
  ...{ ssh_host: v.nullish(v.string()), ssh_port: maybe, public_ipaddr: v.nullish(v.string()) },
  ports: v.nullish(v.record(v.string(), v.nullish(v.array(v.object({ HostPort: v.string() }))))),
  ...{ gpu_name: v.nullish(v.string()), num_gpus: maybe, start_date: maybe },
  ...{ dph_total: maybe, dph_base: maybe, storage_total_cost: maybe, image_runtype: v.nullish(v.string()) },
});

/** One page of the account's machines, and what to ask for the next one with; null: it is something else. */
export function parseInstances(body: unknown): { rentals: readonly Rental[]; next: string | null } | null {
  const page = v.safeParse(
    v.object({ instances: v.array(v.unknown()), next_token: v.nullish(v.string()) }),
    body,
  );
  if (!page.success) return null;
  const rentals: Rental[] = [];
  for (const each of page.output.instances) {
    const instance = v.safeParse(instanceSchema, each);
    // One that cannot be read may be ours and cost money: better no answer than one without it.
    if (!instance.success) return null;
    rentals.push(readInstance(instance.output));
  }
  return { rentals, next: page.output.next_token ?? null };
}

function readInstance(instance: v.InferOutput<typeof instanceSchema>): Rental {
  const disk = instance.storage_total_cost ?? 0;
  return {
    id: String(instance.id),
    label: instance.label ?? '',
    status: statusOf(instance.actual_status ?? null),
    statusText: [instance.actual_status ?? 'being set up', instance.status_msg ?? '']
      .filter(Boolean)
      .join(': '),
    address: addressOf(instance),
    gpuName: instance.gpu_name ?? '',
    gpus: instance.num_gpus ?? 0,
    usdPerHour: instance.dph_base ?? Math.max(0, (instance.dph_total ?? 0) - disk),
    diskUsdPerHour: disk,
    startedAt: typeof instance.start_date === 'number' ? Math.round(instance.start_date * 1000) : null,
  };
}

/** A direct port is faster than the proxy and outlives it; where there is none the listing's address is the way. */
function addressOf(instance: v.InferOutput<typeof instanceSchema>): Rental['address'] {
  const direct = Number(instance.ports?.['22/tcp']?.[0]?.HostPort);
  if (instance.public_ipaddr && Number.isInteger(direct) && direct > 0)
    return { host: instance.public_ipaddr.trim(), port: direct };
  const { ssh_host: host, ssh_port: port } = instance;
  return host && typeof port === 'number' ? { host, port } : null;
}

/** `frozen` is paused and paid for; `exited` is a container that ended by itself; `offline` a host that is not there. */
const statuses: Readonly<Record<string, RentalStatus>> = {
  created: 'starting',
  loading: 'starting',
  rebooting: 'starting',
  running: 'running',
  frozen: 'running',
  stopped: 'stopped',
  exited: 'failed',
  offline: 'failed',
  unknown: 'unknown',
};

function statusOf(text: string | null): RentalStatus {
  return text === null ? 'starting' : (statuses[text.toLowerCase()] ?? 'unknown');
}

/** What an error's body says: `{error, msg}`, or plain text. */
export function parseRefusal(body: unknown): { error: string; message: string } {
  if (typeof body === 'string') return { error: '', message: body.trim().slice(0, 300) };
  const parsed = v.safeParse(
    v.object({ error: v.nullish(v.string()), msg: v.nullish(v.string()), message: v.nullish(v.string()) }),
    body,
  );
  if (!parsed.success) return { error: '', message: '' };
  const { error, msg, message } = parsed.output;
  return { error: error ?? '', message: (msg ?? message ?? '').slice(0, 300) };
}
