import { ReviewerFailure, type ReviewerFailureKind } from './ports';

/** What an HTTP status of a model's endpoint means. */
export function kindOfStatus(status: number): ReviewerFailureKind {
  if (status === 401 || status === 403) return 'refused';
  if (status === 429) return 'busy';
  return 'broken';
}

/** What a client's own words say went wrong: they pass on the endpoint's status, or the system's error. */
export function kindOfText(text: string): ReviewerFailureKind {
  const status = /\b(?:status|http|error|code)\D{0,20}\b([45]\d\d)\b|\b([45]\d\d) (?:[A-Z][a-z]+)/i.exec(
    text,
  );
  if (status) return kindOfStatus(Number(status[1] ?? status[2]));
  if (/unauthori[sz]ed|invalid api key|missing environment variable|not logged in|expired/i.test(text))
    return 'refused';
  if (/rate.?limit|quota|too many requests|usage limit/i.test(text)) return 'busy';
  if (
    /econnrefused|enotfound|eai_again|connection refused|error sending request|timed out|unreachable/i.test(
      text,
    )
  )
    return 'unreachable';
  return 'broken';
}

/** What to throw once a signal was aborted: its own reason where that is one of ours. */
export function abortFailure(signal: AbortSignal): ReviewerFailure {
  return signal.reason instanceof ReviewerFailure
    ? signal.reason
    : new ReviewerFailure('cancelled', 'It was cancelled before an answer came.');
}
