/**
 * A signal that aborts once this many milliseconds are over; it keeps no process alive. `AbortSignal.timeout` is not used
 * instead: composed by `AbortSignal.any` it is held weakly, so that Node 20 loses it, and the limit with it, when memory is
 * collected (nodejs/node#57736).
 */
export function timeoutSignal(ms: number): AbortSignal {
  const timeout = new AbortController();
  const over = () => timeout.abort(new DOMException(`${ms} ms are over.`, 'TimeoutError'));
  setTimeout(over, ms).unref();
  return timeout.signal;
}
