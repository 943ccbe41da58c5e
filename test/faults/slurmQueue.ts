import { existsSync } from 'node:fs';
import type { SlurmCluster } from '../integration/harness/slurm';
import { QueueWorkspace } from './queueWorkspace';

/** A queue whose runs go to a real cluster. Each attempt leaves a line `RUN ATTEMPT` in the ledger when it begins. */
export class SlurmQueue extends QueueWorkspace {
  constructor(
    readonly cluster: SlurmCluster,
    manifest: string,
  ) {
    super(`project: slurm\nslurm: { memory: 50M }\n${manifest}`);
    Object.assign(this.env, cluster.env);
  }

  /** Drives until everything has ended. */
  drive(...args: string[]) {
    return this.queue('m.yaml', '--target', 'slurm', ...args);
  }

  /** A driver that goes on while the test does something else. */
  startDriver(...args: string[]) {
    return this.start('queue', 'm.yaml', '--target', 'slurm', ...args);
  }

  /** Which runs began, each attempt one line; sorted. */
  begun(): string[] {
    return this.ledger().sort();
  }

  until(what: string, holds: () => boolean, limitMs?: number): Promise<void> {
    return this.cluster.until(what, holds, limitMs);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }
}

/** The beginning of every command: says that it began, once an attempt. */
export const begins = 'echo "$BRIDGE_RUN $BRIDGE_ATTEMPT" >> ledger';
