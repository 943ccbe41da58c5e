import { existsSync, mkdirSync } from 'node:fs';
import type { DriverIntent } from '../core/run/intent';
import type { BridgeClient } from '../engine/client';
import { applyWithoutDriver } from '../cli/control';
import { readState } from '../cli/workspace';
import { bridgeFolder, ensureBridgeFolder } from '../store/bridgeFolder';
import { Inbox } from '../store/inbox';
import { currentHolder } from '../store/journal';
import { systemClock } from '../store/systemClock';
import { openWorkspaceClient } from '../store/workspaceClient';
import { sentenced, silentIo } from './readStudy';
import { Refused, type ToolContext } from './tool';

/** A workspace as tools see it; one for all calls of a session. */
export class WorkspaceTools {
  /** Wishes of this process, one after another: two at once would both find nobody driving. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly root: string,
    /** Starts a driver, detached; it leaves at once when there is one already. */
    private readonly startDriver: () => void,
  ) {}

  /** Does something in the name of a caller; what it sees is as new as its call. */
  async serve<T>(
    call: Pick<ToolContext, 'caller' | 'signal' | 'progress' | 'askPerson'>,
    act: (context: ToolContext) => Promise<T>,
  ): Promise<T> {
    let client: BridgeClient | null = null;
    try {
      return await act(
        this.context(
          call,
          () => (client ??= openWorkspaceClient({ root: this.root, startDriver: this.startDriver })),
        ),
      );
    } finally {
      (client as BridgeClient | null)?.dispose();
    }
  }

  private context(
    call: Pick<ToolContext, 'caller' | 'signal' | 'progress' | 'askPerson'>,
    openClient: () => BridgeClient,
  ): ToolContext {
    const { root } = this;
    return {
      ...{ root, ...call },
      get client() {
        return openClient();
      },
      driving: () => currentHolder(bridgeFolder(root).journal) !== null,
      state: () => sentenced(() => readState(root)),
      drive: (intent, key) => {
        const id = this.put(intent, key, call.caller);
        this.startDriver();
        return id;
      },
      record: (intent, key) => {
        const recorded = this.last.then(() => this.record(intent, key, call.caller));
        this.last = recorded.catch(() => undefined);
        return recorded;
      },
    };
  }

  private async record(intent: DriverIntent, key: string | null, caller: string): Promise<string> {
    const id = this.put(intent, key, caller);
    if (currentHolder(bridgeFolder(this.root).journal) === null)
      await applyWithoutDriver(this.root, silentIo);
    return id;
  }

  private put(intent: DriverIntent, key: string | null, caller: string): string {
    const folder = bridgeFolder(this.root);
    try {
      ensureBridgeFolder(folder);
      if (!existsSync(folder.inbox)) mkdirSync(folder.inbox);
      const inbox = new Inbox(folder.inbox);
      if (key === null) return inbox.put(intent, systemClock.now());
      const { takenIntents } = readState(this.root);
      return inbox.putOnce(intent, systemClock.now(), `${caller}\n${key}`, (id) => takenIntents.has(id));
    } catch (error) {
      throw new Refused(`It could not be passed on: ${(error as Error).message}.`);
    }
  }
}
