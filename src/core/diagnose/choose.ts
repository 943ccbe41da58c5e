import type { Candidate } from './candidates';
import type { ExitMeaning } from './exitMeaning';
import type { LogLine } from './logLines';
import { showsProgress } from './progress';

/** A candidate with the class of its rule at hand. */
export type Chosen = Candidate & { readonly class: Candidate['rule']['class'] };

/** What Python keeps of its output until it ends, when that goes to a file: so much may stand behind the traceback that ended it. */
const stdoutBuffer = 8192;
const recovery =
  /\b(?:retry\w*|recover\w*|caught|fall(?:ing)? back|reduc\w+|halv\w+|skipp\w+|ignor\w+|continu\w+|resum\w+|restart\w*|trying again)\b/i;

/**
 * The candidate that ended the process, or null. Errors the run survived are left out first; then come, in this
 * order: verdicts of scheduler and kernel, exceptions, lines of shell and runtime, logged sentences, reports of
 * consequences, interrupts.
 */
export function chooseCandidate(
  lines: readonly LogLine[],
  candidates: readonly Candidate[],
  covered: ReadonlySet<number>,
  exitCode: number | null,
  meaning: ExitMeaning | null,
): Chosen | null {
  const goesOn = lines.map((line, at) => !covered.has(at) && showsProgress(line.text));
  const fatal = candidates.filter((candidate) => !survived(candidate));
  const chosen = exitCode === 0 ? atTheVeryEnd(fatal) : pick(fatal);
  return chosen ? { ...chosen, class: chosen.rule.class } : null;

  function survived(candidate: Candidate): boolean {
    let behind = 0;
    let steps = 0;
    for (let at = candidate.to + 1; at < lines.length; at++) {
      const line = lines[at];
      // Another rank may write a few more steps before it hears of the failure.
      if (!line || (candidate.stream !== '' && line.stream !== candidate.stream)) continue;
      if (goesOn[at]) steps++;
      behind += line.text.length + 1;
    }
    if (steps === 0) return false;
    // Nothing flushes the buffer of a process that a signal ended, so what stands behind came later.
    if (!candidate.traceback || exitCode === 0 || meaning !== null) return true;
    const around = [lines[candidate.from - 1], ...lines.slice(candidate.at + 1, candidate.to + 4)];
    return behind > stdoutBuffer || around.some((line) => line && recovery.test(line.text));
  }

  /** A program that ends with 0 dealt with its errors, unless one is the last thing it wrote (a pipe hides exit codes). */
  function atTheVeryEnd(fatal: readonly Candidate[]): Candidate | undefined {
    const last = fatal.filter((candidate) => candidate.traceback || candidate.role === 'verdict').at(-1);
    const after = last && lines.slice(last.to + 1).filter((line) => line.text !== '').length;
    return after !== undefined && after <= 2 ? last : undefined;
  }
}

function pick(fatal: readonly Candidate[]): Candidate | undefined {
  const verdict = fatal.find((candidate) => candidate.role === 'verdict');
  if (verdict) return verdict;
  const causes = fatal.filter((candidate) => candidate.role === 'cause');
  const exceptions = causes.filter((candidate) => candidate.kind === 'exception');
  const python = exceptions.filter((candidate) => !candidate.native);
  return (
    pickException(python, fatal) ??
    exceptions.at(-1) ??
    causes.filter((candidate) => candidate.kind === 'line').at(-1) ??
    // What crashed in native code was crashed by something; a logged sentence may be it, only if it came before.
    causes.at(-1) ??
    fatal.find((candidate) => candidate.role === 'consequence') ??
    fatal.at(-1)
  );
}

/** In one process the last exception ended it; of several processes the first to fail took the others with it. */
function pickException(exceptions: readonly Candidate[], fatal: readonly Candidate[]): Candidate | undefined {
  const streams = new Set(exceptions.map((candidate) => candidate.stream));
  const launcher = fatal.some((candidate) => candidate.exception?.toLowerCase() === 'childfailederror');
  return streams.size > 1 || launcher ? exceptions[0] : exceptions.at(-1);
}
