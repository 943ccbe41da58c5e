import type { FailureClass } from '../run/failure';

/** What is known about a process that ended: its log and how the operating system saw it end. */
export interface EndedProcess {
  /** The log, or its tail; a tail of a few MB is enough. Any bytes decoded as text will do. */
  readonly log: string;
  /** Exit code as a shell reports it (128 + n for signal n) or as Python's subprocess does (-n); null when not known. */
  readonly exitCode: number | null;
  /** Name of the signal that ended it (`SIGKILL`), where the host tells. */
  readonly signal?: string | null;
  /** Processes around it that the kernel killed for want of memory while it ran, where the host tells. */
  readonly oomKills?: number;
  /** 1-based number in the file of the first line of `log`; null when `log` is a tail of unknown place. Default 1. */
  readonly firstLine?: number | null;
}

/** Why a process failed, judged by how its log ended. */
export interface Diagnosis {
  /** One of the classes that a log can show; never `missing-output`, `rebooted`, `lost` or `preempted`. */
  readonly class: FailureClass;
  /** Name of the exception without its module (`OutOfMemoryError`), or null when none was thrown. */
  readonly exception: string | null;
  /** What happened, one sentence without a full stop; names the step where the log shows one. */
  readonly message: string;
  /** 1-based line of the log that decided, or null when no line did or its number is not known. */
  readonly line: number | null;
  /** The deciding lines without terminal codes, in order, at most a dozen. */
  readonly evidence: readonly string[];
  /** What a person can do next, one sentence. */
  readonly advice: string;
}
