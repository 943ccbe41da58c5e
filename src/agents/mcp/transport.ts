import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ProcessGroup } from '../../util/processGroup';

/** Bytes of one message: an answer of some megabytes passes, an endless one does not. */
const maxMessageBytes = 16 * 1024 * 1024;

/**
 * MCP over the pipes of a process that leads its own group. The SDK's own transport ends only the process that it
 * started, which leaves behind what a wrapper script started.
 */
export class GroupTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private readonly buffer = new ReadBuffer({ maxBufferSize: maxMessageBytes });

  constructor(private readonly group: ProcessGroup) {}

  async start(): Promise<void> {
    this.group.stdout.on('data', (chunk: Buffer) => {
      try {
        this.buffer.append(chunk);
      } catch (error) {
        this.onerror?.(error as Error);
        void this.close();
        return;
      }
      this.deliver();
    });
    void this.group.exited.then(() => this.onclose?.());
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) =>
      this.group.stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve())),
    );
  }

  close(): Promise<void> {
    return this.group.end();
  }

  private deliver(): void {
    for (;;) {
      try {
        const message = this.buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message (a banner, a warning) is told and passed over.
        this.onerror?.(error as Error);
      }
    }
  }
}
