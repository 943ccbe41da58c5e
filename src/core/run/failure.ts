/** Why a run failed. The classes of `bridge diagnose`, which read a log, and those that only the engine can see. */
export type FailureClass =
  | 'oom'
  | 'missing-module'
  | 'missing-file'
  | 'permission'
  | 'disk-full'
  | 'network'
  | 'shape'
  | 'cuda'
  | 'nan'
  | 'timeout'
  | 'killed'
  | 'code'
  | 'unknown'
  | 'missing-output'
  | 'rebooted'
  | 'lost'
  | 'preempted';

export interface Failure {
  readonly class: FailureClass;
  /** What happened, in one sentence without a full stop at the end (`exit code 3; results/a.json is not valid JSON`). */
  readonly message: string;
  /** Log or file lines that show it, verbatim, at most a dozen. */
  readonly evidence: readonly string[];
  /** What a person can do next, one sentence. */
  readonly advice: string;
}
