import { parseToPanel } from '../../src/protocol/parseToPanel';
import type { ToPanel } from '../../src/protocol/view';
import type { PanelIntent } from '../../src/protocol/panelIntent';

/** The one wire to the host: intents go up, parsed messages come down, a little state survives hiding. */
export interface HostLink {
  send(intent: PanelIntent): void;
  /** Returns how to stop listening. */
  listen(handler: (message: ToPanel) => void): () => void;
  kept(): unknown;
  keep(state: unknown): void;
}

/** Call once a page: VS Code hands its API out once. */
export function openHostLink(): HostLink {
  const api = acquireVsCodeApi();
  return {
    send(intent) {
      api.postMessage(intent);
    },
    listen(handler) {
      const receive = (event: MessageEvent<unknown>) => {
        const parsed = parseToPanel(event.data);
        if (parsed.ok) handler(parsed.value);
        else console.warn(`Bridge: a message was dropped. ${parsed.problem}`);
      };
      window.addEventListener('message', receive);
      return () => window.removeEventListener('message', receive);
    },
    kept: () => api.getState(),
    keep(state) {
      api.setState(state);
    },
  };
}
