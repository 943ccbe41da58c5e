import type { Rule } from './rule';

/** What an exit code says when the log says nothing. Signals of Linux; null for codes that programs use as they like. */
export interface ExitMeaning extends Pick<Rule, 'class' | 'summary' | 'advice'> {
  /** True where nothing in the log knows better. */
  readonly certain: boolean;
}

type Meaning = readonly [ExitMeaning['class'], summary: string, advice: string];

const crashed =
  'Get a traceback with `python -X faulthandler`; a crash in native code is mostly packages built for different versions.';

const signals: Readonly<Record<number, readonly [name: string, ...Meaning]>> = {
  1: [
    'SIGHUP',
    'killed',
    'killed: its terminal or session ended (SIGHUP)',
    'Start it detached from the session, then run it again.',
  ],
  2: [
    'SIGINT',
    'killed',
    'killed: interrupted (SIGINT)',
    'Nothing is wrong with the program by this alone; run it again.',
  ],
  3: ['SIGQUIT', 'killed', 'killed (SIGQUIT)', 'See who ended it, then run it again.'],
  4: [
    'SIGILL',
    'code',
    'crashed on an instruction this processor lacks (SIGILL)',
    'Install a build of the package for this kind of processor.',
  ],
  6: ['SIGABRT', 'code', 'aborted in native code (SIGABRT)', crashed],
  7: [
    'SIGBUS',
    'code',
    'crashed with a bus error (SIGBUS)',
    'Check that /dev/shm is large enough for the DataLoader workers and that no mapped file was cut or its disk filled.',
  ],
  8: ['SIGFPE', 'code', 'crashed on an arithmetic error in native code (SIGFPE)', crashed],
  9: [
    'SIGKILL',
    'killed',
    'killed (SIGKILL)',
    'SIGKILL without a word is mostly the kernel’s OOM killer: compare the memory the run used with what it had (`dmesg`, `sacct -o MaxRSS`); otherwise see who ended it.',
  ],
  10: [
    'SIGUSR1',
    'killed',
    'killed (SIGUSR1, which schedulers send before a limit)',
    'Catch the signal to save a checkpoint, or ask for more time.',
  ],
  11: ['SIGSEGV', 'code', 'crashed in native code (SIGSEGV)', crashed],
  12: [
    'SIGUSR2',
    'killed',
    'killed (SIGUSR2, which schedulers send before a limit)',
    'Catch the signal to save a checkpoint, or ask for more time.',
  ],
  13: [
    'SIGPIPE',
    'code',
    'ended because nobody read its output any more (SIGPIPE)',
    'Look at the program it was piped into.',
  ],
  15: [
    'SIGTERM',
    'killed',
    'killed: asked to end from outside (SIGTERM)',
    'See what ended it (a cancelled job, a time limit, a shutdown), then run it again.',
  ],
  24: [
    'SIGXCPU',
    'timeout',
    'timed out: its CPU time was used up (SIGXCPU)',
    'Raise the limit of CPU time (`ulimit -t`, or the partition’s).',
  ],
  25: [
    'SIGXFSZ',
    'disk-full',
    'a file grew past the allowed size (SIGXFSZ)',
    'Raise the limit (`ulimit -f`) or write smaller files.',
  ],
};

/** The meaning of how a process ended, or null when it ended with a code that says only "failed". */
export function exitMeaning(exitCode: number | null, signal: string | null | undefined): ExitMeaning | null {
  if (exitCode === 124)
    return {
      class: 'timeout',
      summary: 'timed out: its time limit ended it',
      advice: 'Give it more time, or resume from the last checkpoint.',
      certain: true,
    };
  if (exitCode === 126)
    return {
      class: 'permission',
      summary: 'permission denied: the command may not be executed',
      advice: 'Make it executable (`chmod +x`) or start it with its interpreter.',
      certain: false,
    };
  if (exitCode === 127)
    return {
      class: 'missing-module',
      summary: 'the command was not found',
      advice: 'Install it, or activate the environment that has it before the command runs.',
      certain: false,
    };
  const number = signalNumber(exitCode, signal);
  const known = number === null ? undefined : signals[number];
  if (!known) return null;
  const [, failureClass, summary, advice] = known;
  return {
    class: failureClass,
    summary,
    advice,
    certain: false,
  };
}

function signalNumber(exitCode: number | null, signal: string | null | undefined): number | null {
  if (signal) {
    const name = signal.toUpperCase().startsWith('SIG') ? signal.toUpperCase() : `SIG${signal.toUpperCase()}`;
    for (const [number, [known]] of Object.entries(signals)) if (known === name) return Number(number);
  }
  if (exitCode === null) return null;
  if (exitCode < 0) return -exitCode;
  return exitCode > 128 && exitCode < 193 ? exitCode - 128 : null;
}
