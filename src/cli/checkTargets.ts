import { lookAround, missingOf } from '../backends/away/environment';
import { openAttempts } from '../engine/openAttempts';
import { parseTarget, splitTargets } from '../core/run/target';
import type { StudyState } from '../core/run/state';
import { TargetUnreachable } from '../core/targetUnreachable';
import { SshHost } from '../hosts/ssh/host';
import { systemClock } from '../store/systemClock';
import { CliError, exitCode, type CliIo } from './io';
import { terminalAsk } from './sshAsk';

/** Bridge's own folder of machines that are only looked at. */
const folder = '.bridge';

/**
 * Reaches the machines of a study before anything is declared: keys are asked about while somebody is there to answer,
 * and what is missing is said. Ends the call where no machine can be used, unless runs are under way, which wait.
 */
export async function checkTargets(
  targets: string,
  configFile: string | null,
  state: StudyState,
  io: CliIo,
): Promise<void> {
  const hosts = splitTargets(targets).flatMap((text) => {
    const target = parseTarget(text);
    return target !== null && 'host' in target && target.host !== null ? [target.host] : [];
  });
  if (hosts.length === 0) return;
  const faults: string[] = [];
  for (const host of hosts) {
    const fault = await checkHost(host, configFile, io);
    if (fault !== null) faults.push(fault);
  }
  const usable = splitTargets(targets).length - faults.length;
  if (faults.length > 0 && usable === 0 && openAttempts(state).length === 0)
    throw new CliError(
      `${faults.map(sentence).join('\n')} Nothing was started.`,
      exitCode.missingEnvironment,
    );
  for (const fault of faults) io.note(sentence(fault));
}

/** What is the matter with a machine, in a sentence without a full stop; null: it can be used. */
export async function checkHost(host: string, configFile: string | null, io: CliIo): Promise<string | null> {
  const machine = new SshHost({ alias: host, folder, clock: systemClock, ask: terminalAsk(), configFile });
  try {
    await machine.ready();
    const facts = await lookAround(machine, new AbortController().signal);
    for (const sentence of missingOf(facts)) io.note(`${host}: ${sentence}`);
    return facts.bash === null ? `${host} has no bash, which runs every command` : null;
  } catch (error) {
    if (error instanceof TargetUnreachable) return error.message;
    throw error;
  } finally {
    machine.dispose();
  }
}

/** Some faults end with a question. */
function sentence(fault: string): string {
  return /[.?!]$/.test(fault) ? fault : `${fault}.`;
}
