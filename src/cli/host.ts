import type { Command } from 'commander';
import { lookAround } from '../backends/away/environment';
import { TargetUnreachable } from '../core/targetUnreachable';
import type { SshAsk } from '../hosts/ssh/ask';
import { SshHost } from '../hosts/ssh/host';
import { systemClock } from '../store/systemClock';
import { CliError, exitCode, type CliIo } from './io';
import { optionsFor, parseSets } from './callOptions';
import { workspaceRoot } from './workspace';
import { terminalAsk } from './sshAsk';

/** `bridge host HOST`: reaches a machine, has its key accepted, and says what it has. */
export function registerHost(program: Command, io: CliIo): void {
  program
    .command('host')
    .description('reach a machine over ssh, accept its key, and see what it has')
    .argument('<host>', 'as your ssh configuration names it')
    .option('--fingerprint <sha256>', 'accept its key if it has this fingerprint (SHA256:…)')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print {host, home, bash, python, conda, freeMiB}')
    .option(
      '--set <bridge.key=JSON>',
      'a setting for this call (repeatable)',
      (value: string, before: string[] = []) => [...before, value],
    )
    .action(
      async (
        host: string,
        flags: { fingerprint?: string; workspace?: string; json?: boolean; set?: string[] },
      ) => {
        const options = optionsFor(workspaceRoot(flags.workspace), parseSets(flags.set), io);
        const ask = terminalAsk();
        const accept: SshAsk =
          flags.fingerprint === undefined
            ? ask
            : { ...ask, hostKey: async ({ fingerprint }) => fingerprint === flags.fingerprint };
        const configFile = options['ssh.config'] ?? null;
        const machine = new SshHost({
          alias: host,
          folder: '.bridge',
          clock: systemClock,
          ask: accept,
          configFile,
        });
        try {
          await machine.ready();
          const facts = await lookAround(machine, new AbortController().signal);
          if (flags.json) return io.out(JSON.stringify({ host, home: machine.home, ...facts }, null, 2));
          io.out(`${host} can be used. Home: ${machine.home}`);
          io.out(`  bash    ${facts.bash ?? 'none'}`);
          io.out(
            `  python  ${facts.python ? `${facts.python.path} (${facts.python.version})` : 'none on the PATH'}`,
          );
          io.out(`  conda   ${facts.conda ?? 'none found'}`);
          io.out(`  free    ${facts.freeMiB === null ? 'not known' : `${facts.freeMiB} MiB`}`);
        } catch (error) {
          if (error instanceof TargetUnreachable)
            throw new CliError(`${error.message}.`, exitCode.missingEnvironment);
          throw error;
        } finally {
          machine.dispose();
        }
      },
    );
}
