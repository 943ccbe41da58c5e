import { httpJson } from '../../util/httpJson';
import { parseRun, type WandbRun, type WandbRunPath } from './parse';
import type { WandbLogin } from './wandbLogin';
import { timeoutSignal } from '../../util/timeoutSignal';

/** Points of one answer: the server samples a longer stretch down to this many. */
const samples = 2000;
const timeoutMs = 30_000;

/** Only a `query`: nothing here can change anything there. */
const query = `query BridgeRun($entity: String!, $project: String!, $run: String!, $minStep: Int64!, $samples: Int!) {
  project(name: $project, entityName: $entity) {
    run(name: $run) {
      state
      summaryMetrics
      history(minStep: $minStep, samples: $samples)
    }
  }
}`;

export type WandbAnswer =
  | WandbRun
  /** The key is not accepted, or missing rights. */
  | { readonly kind: 'login'; readonly why: string }
  | { readonly kind: 'down'; readonly why: string; readonly retryAfterMs: number | null };

/** Reads a run from `minStep` on, over W&B's GraphQL API. Never throws for what the server or the network does. */
export async function readWandbRun(
  { baseUrl, apiKey }: WandbLogin,
  path: WandbRunPath,
  minStep: number,
  signal: AbortSignal,
): Promise<WandbAnswer> {
  const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
  const body = { query, variables: { ...path, minStep, samples } };
  const until = AbortSignal.any([signal, timeoutSignal(timeoutMs)]);
  try {
    const {
      status,
      body: got,
      retryAfterSeconds,
    } = await httpJson(`${baseUrl}/graphql`, { method: 'POST', headers: { authorization }, body }, until);
    if (status === 401 || status === 403) return { kind: 'login', why: `it answers ${status}` };
    if (status !== 200 && status !== 400 && status !== 404)
      return {
        kind: 'down',
        why: `it answers ${status}`,
        retryAfterMs: retryAfterSeconds === null ? null : retryAfterSeconds * 1000,
      };
    const run = parseRun(got);
    return run.kind === 'refused' && /permission|unauthori[sz]ed|log ?in|api key/i.test(run.why)
      ? { kind: 'login', why: run.why }
      : run;
  } catch (error) {
    return { kind: 'down', why: (error as Error).message, retryAfterMs: null };
  }
}
