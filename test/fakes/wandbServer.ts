import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the server does with the next questions. */
type Mood = 'well' | 'login' | 'permission' | 'overloaded' | 'nonsense';

/** A W&B server of one run, over real HTTP: GraphQL, basic authentication, history from a step on, a summary. */
export class WandbServer {
  readonly asked: Asked[] = [];
  readonly rows: Record<string, unknown>[] = [];
  /** Newest values, where they are not those of the last row. */
  summary: Record<string, unknown> | null = null;
  mood: Mood = 'well';
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(key = 'secret-key'): Promise<WandbServer> {
    let fake: WandbServer | null = null;
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { status, body } = fake!.answer(request.headers, request.url ?? '', text, key);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fake = new WandbServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return fake;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.closeAllConnections();
      this.server.close(() => resolve());
    });
  }

  private answer(
    headers: IncomingHttpHeaders,
    path: string,
    text: string,
    key: string,
  ): { status: number; body: unknown } {
    const wanted = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`;
    if (path !== '/graphql') return { status: 404, body: { errors: [{ message: 'no such path' }] } };
    const { query, variables } = JSON.parse(text) as Omit<Asked, 'headers'>;
    this.asked.push({ headers, query, variables });
    if (this.mood === 'overloaded') return { status: 503, body: 'busy' };
    if (this.mood === 'nonsense') return { status: 200, body: '<html>sign in</html>' };
    if (this.mood === 'login' || headers.authorization !== wanted) return { status: 401, body: 'who?' };
    if (this.mood === 'permission')
      return { status: 200, body: { data: { project: null }, errors: [{ message: 'permission denied' }] } };
    const { entity, project, run, minStep } = variables;
    if (entity !== 'ada' || project !== 'digits' || run !== 'a1b2c3')
      return { status: 200, body: { data: { project: { run: null } } } };
    const rows = this.rows.filter((row) => Number(row['_step']) >= Number(minStep));
    return {
      status: 200,
      body: {
        data: {
          project: {
            run: {
              state: 'running',
              history: rows.map((row) => JSON.stringify(row)),
              summaryMetrics: JSON.stringify(this.summary ?? this.rows.at(-1) ?? {}),
            },
          },
        },
      },
    };
  }
}
