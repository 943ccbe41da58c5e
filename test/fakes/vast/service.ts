import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A machine of the scripted market. */
export interface FakeInstance {
  id: number;
  label: string;
  /** As `actual_status` names it; null: being set up. */
  status: string | null;
  readonly offer: number;
  readonly disk: number;
  readonly onstart: string;
  readonly rentedAt: number;
  destroyedAt: number | null;
  ssh: { host: string; port: number } | null;
}

export interface FakeOffer {
  readonly id: number;
  readonly gpu_name: string;
  readonly num_gpus: number;
  /** MB */
  readonly gpu_ram: number;
  readonly dph_total: number;
  readonly storage_cost?: number;
  readonly reliability2?: number;
  readonly disk_space?: number;
  readonly duration?: number;
  readonly min_bid?: number;
}

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly key: string | null;
  readonly at: number;
}

/** What the service answers instead of doing what it was asked; `after` does it and then answers so. */
export interface Mishap {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly body?: unknown;
  readonly after?: boolean;
  /** The connection breaks instead of an answer. */
  readonly cut?: boolean;
  times: number;
}

/**
 * A scripted Vast.ai: a market, machines with their states, and whatever can go wrong. It answers as docs.vast.ai
 * describes the REST API (read in November 2026); nothing of the real service was reached.
 */
export class FakeVast {
  readonly heard: Heard[] = [];
  readonly instances = new Map<number, FakeInstance>();
  readonly mishaps: Mishap[] = [];
  offers: FakeOffer[] = [
    { id: 11, gpu_name: 'RTX 3090', num_gpus: 1, gpu_ram: 24_576, dph_total: 0.21, reliability2: 0.99 },
    { id: 12, gpu_name: 'RTX 4090', num_gpus: 1, gpu_ram: 24_564, dph_total: 0.4, reliability2: 0.995 },
    { id: 13, gpu_name: 'H100 SXM', num_gpus: 1, gpu_ram: 81_559, dph_total: 2.4, reliability2: 0.998 },
    { id: 14, gpu_name: 'RTX 3060', num_gpus: 1, gpu_ram: 12_288, dph_total: 0.07, reliability2: 0.95 },
  ];
  key = 'test-key';
  /** How a machine comes to life; by default it runs at once. */
  born: (instance: FakeInstance) => void = (instance) => {
    instance.status = 'running';
  };
  /** Called when a machine ends, so that whatever stands for it ends too. */
  ended: (instance: FakeInstance) => void = () => undefined;
  /** DELETE answers with success, and the machine stays for so many of them. */
  stubborn = 0;
  private nextId = 9000;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<FakeVast> {
    const fake = new FakeVast();
    await new Promise<void>((done) => fake.server.listen(0, '127.0.0.1', done));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Machines that cost money now. */
  get alive(): FakeInstance[] {
    return [...this.instances.values()].filter(({ destroyedAt }) => destroyedAt === null);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', this.url);
    const heard: Heard = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? null : (JSON.parse(text) as unknown),
      key: /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? null,
      at: Date.now(),
    };
    this.heard.push(heard);
    const say = (status: number, body: unknown) => {
      response.statusCode = status;
      response.setHeader('content-type', typeof body === 'string' ? 'text/plain' : 'application/json');
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const mishap = this.mishaps.find(
      (each) => each.times > 0 && each.method === heard.method && each.path.test(heard.path),
    );
    if (mishap) {
      mishap.times -= 1;
      if (mishap.after) this.serve(heard);
      if (mishap.cut) return void response.destroy();
      return say(mishap.status, mishap.body ?? { success: false, error: 'scripted', msg: 'scripted' });
    }
    if (heard.key !== this.key)
      return say(401, { success: false, error: 'auth_error', msg: 'Invalid user key' });
    const [status, body] = this.serve(heard);
    say(status, body);
  }

  private serve({ method, path, query, body }: Heard): [number, unknown] {
    const [, api, kind, id] = /^\/api\/(v[01])\/(\w+)\/(?:(\d+)\/)?$/.exec(path) ?? [];
    if (kind === 'bundles' && (method === 'GET' || method === 'POST')) return [200, this.searched(body)];
    if (kind === 'asks' && method === 'PUT') return this.rented(Number(id), body);
    if (kind !== 'instances') return [404, { success: false, error: 'not_found', msg: 'no such endpoint' }];
    if (id === undefined) {
      if (method !== 'GET') return [404, { success: false, error: 'not_found', msg: 'no such endpoint' }];
      return api === 'v1'
        ? [200, this.listed(query)]
        : [410, { success: false, error: 'gone', msg: 'use v1' }];
    }
    const instance = this.instances.get(Number(id));
    if (instance === undefined || instance.destroyedAt !== null)
      return [404, { success: false, error: 'no_such_instance', msg: `Instance ${id} not found.` }];
    if (method === 'GET') return [200, { instances: this.shown(instance) }];
    if (method === 'PUT') {
      const { state, label } = body as { state?: string; label?: string };
      if (state !== undefined) instance.status = state;
      if (label !== undefined) instance.label = label;
      return [200, { success: true }];
    }
    if (this.stubborn > 0) this.stubborn -= 1;
    else {
      instance.destroyedAt = Date.now();
      this.ended(instance);
    }
    return [200, { success: true, msg: 'Instance destroyed successfully' }];
  }

  private searched(body: unknown): unknown {
    const filter = (body ?? {}) as Record<string, Record<string, number> | undefined>;
    const fits = (value: number, name: string) =>
      Object.entries(filter[name] ?? {}).every(([operator, bound]) =>
        operator === 'gte' ? value >= bound : operator === 'eq' ? value === bound : true,
      );
    const taken = new Set(this.alive.map(({ offer }) => offer));
    return {
      offers: this.offers.filter(
        (each) =>
          !taken.has(each.id) &&
          fits(each.gpu_ram, 'gpu_ram') &&
          fits(each.num_gpus, 'num_gpus') &&
          fits(each.reliability2 ?? 1, 'reliability2'),
      ),
    };
  }

  private rented(offer: number, body: unknown): [number, unknown] {
    const known = this.offers.find((each) => each.id === offer);
    const taken = this.alive.some((each) => each.offer === offer);
    if (!known || taken)
      return [410, { success: false, error: 'no_such_ask', msg: `ask ${offer} is not available` }];
    const {
      label = '',
      disk = 8,
      onstart = '',
    } = body as { label?: string; disk?: number; onstart?: string };
    const instance: FakeInstance = {
      ...{ id: (this.nextId += 1), label, status: null, offer, disk, onstart },
      ...{ rentedAt: Date.now(), destroyedAt: null, ssh: null },
    };
    this.instances.set(instance.id, instance);
    this.born(instance);
    return [200, { success: true, new_contract: instance.id }];
  }

  private listed(query: Readonly<Record<string, string>>): unknown {
    const after = Number(query.after_token ?? 0);
    const limit = Math.min(25, Number(query.limit ?? 25));
    const left = this.alive.filter(({ id }) => id > after);
    const page = left.slice(0, limit);
    return {
      ...{ success: true, instances_found: page.length, total_instances: this.alive.length },
      next_token: left.length > limit ? String(page.at(-1)!.id) : null,
      instances: page.map((each) => this.shown(each)),
    };
  }

  private shown(instance: FakeInstance): unknown {
    const offer = this.offers.find(({ id }) => id === instance.offer);
    return {
      ...{ id: instance.id, label: instance.label, actual_status: instance.status },
      ...{ intended_status: 'running', cur_state: 'running', status_msg: null },
      ...{ ssh_host: instance.ssh?.host ?? null, ssh_port: instance.ssh?.port ?? null },
      ...{ public_ipaddr: null, gpu_name: offer?.gpu_name, num_gpus: offer?.num_gpus },
      ...{ dph_total: offer?.dph_total, start_date: instance.rentedAt / 1000 },
    };
  }
}
