import { findCandidates, type Candidate } from './candidates';
import { chooseCandidate } from './choose';
import { exitMeaning } from './exitMeaning';
import { readLogLines, type LogLine } from './logLines';
import type { Diagnosis, EndedProcess } from './model';
import { lastNotFinite, positionBefore } from './progress';

const evidenceLines = 12;
const evidenceChars = 500;
const wordsChars = 300;

const diverged = {
  class: 'nan',
  summary: 'the training diverged (its last loss is not a finite number)',
  advice:
    'Lower the learning rate or warm it up, clip gradients, and find the first step whose loss or input is not finite.',
} as const;

const noError = {
  class: 'unknown',
  summary: 'it ended well and its log shows no error',
  advice: 'Check that it wrote what was expected of it.',
} as const;

const unexplained = {
  class: 'unknown',
  summary: 'it failed and its log does not say why',
  advice: 'Run the command by hand with unbuffered output (`python -u`) and look at its last lines.',
} as const;

/**
 * Why a process failed, judged by how its log ended: errors after which the run went on don't count, the
 * scheduler and the kernel know better than the program, the first rank that failed better than its peers, and
 * an exit code says what the log leaves open. Pure; takes time for the tail of the log only.
 */
export function diagnose(ended: EndedProcess): Diagnosis {
  const diagnosis = diagnoseLog(ended);
  // The kernel's word explains only what nothing else does: those that it killed may have been a neighbour's.
  if ((ended.oomKills ?? 0) === 0 || (diagnosis.class !== 'killed' && diagnosis.class !== 'unknown'))
    return diagnosis;
  return {
    ...diagnosis,
    class: 'oom',
    message: `out of memory (RAM of the machine): the kernel killed ${ended.oomKills === 1 ? 'a process' : `${ended.oomKills} processes`} for it while this ran; ${diagnosis.message}`,
    advice:
      'Give the run more memory, or hold less at once: fewer DataLoader workers, memory-mapped or streamed data, smaller chunks.',
  };
}

function diagnoseLog(ended: EndedProcess): Diagnosis {
  const lines = readLogLines(ended.log);
  const { candidates, covered } = findCandidates(lines);
  const meaning = exitMeaning(ended.exitCode, ended.signal);
  const chosen = chooseCandidate(lines, candidates, covered, ended.exitCode, meaning);
  const said = (
    text: { class: Diagnosis['class']; summary: string; advice: string },
    from: Said,
  ): Diagnosis => {
    const position = positionBefore(lines, from.at ?? lines.length);
    const what = `${text.summary}${position ? ` at ${position}` : ''}`;
    return {
      class: text.class,
      exception: from.exception,
      message: sentence(from.words ? `${what}: ${from.words}` : what),
      line: lineNumber(lines, from.at, ended.firstLine),
      evidence: bounded(from.evidence),
      advice: text.advice,
    };
  };

  const notFinite = lastNotFinite(lines, (at) => covered.has(at));
  if (meaning?.certain && chosen?.class !== meaning.class)
    return said(meaning, { ...lastLines(lines), words: `exit code ${ended.exitCode}` });
  // A signal is surer than a sentence, unless the sentence names what the kernel sends that signal for.
  const overruled =
    chosen?.kind === 'sentence' && meaning && chosen.class !== meaning.class && chosen.class !== 'oom';
  if (chosen && chosen.role !== 'interrupt' && !overruled) {
    if (notFinite !== null && chosen.class === 'code' && blamesNumbers(chosen))
      return said(diverged, { ...chosen, evidence: [lines[notFinite]?.text ?? '', ...chosen.evidence] });
    return said(chosen, chosen);
  }
  // Who was stopped from outside: the exit code knows by what, the log shows where.
  if (chosen && (!meaning || meaning.class === chosen.class || meaning.class === 'killed'))
    return said(chosen, chosen);
  const code = ended.exitCode === null ? '' : `exit code ${ended.exitCode}`;
  const last = { ...lastLines(lines), words: code };
  if (meaning) return said(meaning, last);
  if (ended.exitCode === 0) return said(noError, { ...last, at: null });
  if (notFinite !== null)
    return said(diverged, { ...last, at: notFinite, evidence: [lines[notFinite]?.text ?? ''] });
  return said(unexplained, last);
}

interface Said {
  readonly exception: string | null;
  readonly words: string;
  readonly at: number | null;
  readonly evidence: readonly string[];
}

/** An error about finite numbers, or an assertion without words, after a loss that was not finite is that loss's fault. */
function blamesNumbers(chosen: Candidate): boolean {
  return (
    /\b(?:nan|inf|infinity|infinite|infs|nans|finite|diverged?)\b/i.test(chosen.words) ||
    chosen.exception === 'AssertionError'
  );
}

function lastLines(lines: readonly LogLine[]): Said {
  const shown = lines
    .map((line, at) => ({ ...line, at }))
    .filter((line) => line.text !== '')
    .slice(-3);
  return {
    exception: null,
    words: '',
    at: shown.at(-1)?.at ?? null,
    evidence: shown.map((line) => line.text),
  };
}

function lineNumber(
  lines: readonly LogLine[],
  at: number | null,
  firstLine: number | null = 1,
): number | null {
  const line = at === null ? undefined : lines[at];
  return line && firstLine !== null ? line.number + firstLine - 1 : null;
}

function sentence(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return (line.length > wordsChars ? `${line.slice(0, wordsChars - 1)}…` : line).replace(/[.:,; ]+$/, '');
}

function bounded(evidence: readonly string[]): string[] {
  const kept = evidence.filter((line, at) => line !== '' && evidence.indexOf(line) === at);
  const few =
    kept.length > evidenceLines
      ? [...kept.slice(0, evidenceLines / 2), ...kept.slice(-evidenceLines / 2)]
      : kept;
  return few.map((line) => (line.length > evidenceChars ? `${line.slice(0, evidenceChars - 1)}…` : line));
}
