import type { Command } from 'commander';
import { version } from '../../package.json';
import { describeFact, type DoctorCheck, type DoctorFix } from '../core/doctor/describeFact';
import { english } from '../core/text/translate';
import { gatherFacts } from './doctor/gatherFacts';
import { exitCode, type CliIo } from './io';
import { parseSets } from './callOptions';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';

interface DoctorFlags {
  readonly workspace?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
const marks = { ok: '✓', missing: '✗', optional: '·', unknown: '?' } as const;

/** `bridge doctor`: what of this machine and folder is there, what is missing, and what mends it. */
export function registerDoctor(program: Command, io: CliIo): void {
  program
    .command('doctor')
    .description('look at this machine and folder: what is there, what is missing, what mends it')
    .option('--workspace <dir>', 'the folder of the study (default: where you are)')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect)
    .option('--json', 'print one JSON document')
    .action(async (flags: DoctorFlags) => {
      const root = workspaceRoot(flags.workspace);
      const facts = await gatherFacts(root, parseSets(flags.set), interruptSignal());
      const checks = facts.map((fact) => ({ ...describeFact(fact, english), fact }));
      if (flags.json === true) io.out(JSON.stringify({ version, workspace: root, checks }, null, 2));
      else io.out(checks.map(line).join('\n'));
      if (checks.some(({ state }) => state === 'missing')) process.exitCode = exitCode.missingEnvironment;
    });
}

function line({ title, state, sentence, fix }: DoctorCheck): string {
  const mend = fix === null || state === 'ok' ? '' : `\n    ${describeFix(fix)}`;
  return `${marks[state]} ${title}: ${sentence}${mend}`;
}

function describeFix(fix: DoctorFix): string {
  switch (fix.kind) {
    case 'trust':
      return 'Trust the workspace in the editor.';
    case 'setting':
      return `Setting: ${fix.setting}`;
    case 'newPlan':
      return '"bridge template" prints a plan, a tracker or a manifest to start from.';
    case 'terminal':
      return `Run: ${fix.command}`;
    case 'page':
      return fix.url;
    case 'release':
      return 'Run: bridge release';
  }
}
