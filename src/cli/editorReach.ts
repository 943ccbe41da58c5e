import { DriverEnd } from '../channel/driverEnd';
import type { EditorLine } from '../core/agents/editorService';
import type { Reviewer } from '../core/agents/ports';
import { bridgeFolder, ensureBridgeFolder } from '../store/bridgeFolder';
import type { CliIo } from './io';
import { timeoutSignal } from '../util/timeoutSignal';

/** How a call reaches an open editor. */
export interface EditorReach {
  readonly line: EditorLine;
  /** An editor that is not there is waited for: this is the resident driver, and somebody will open one. */
  readonly patient: boolean;
  close(): Promise<void>;
}

export function editorReach(root: string, patient: boolean, io: CliIo): EditorReach {
  const folder = bridgeFolder(root);
  const line = new DriverEnd(
    folder.path,
    (sentence) => io.note(sentence),
    () => void ensureBridgeFolder(folder),
  );
  return { line, patient, close: () => line.close() };
}

/** Time for an editor that is open to notice that it is asked. */
const briefMs = 3000;

/**
 * A key: from the environment, else from the editor that keeps it. null: there is none. A server on this machine needs
 * none, and nobody is asked for it.
 */
export async function keyFor(
  name: string,
  url: string,
  { line }: EditorReach,
  signal: AbortSignal,
): Promise<string | null> {
  const own = process.env[name];
  if (own !== undefined && own !== '') return own;
  if (/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/i.test(url)) return null;
  const brief = AbortSignal.any([signal, timeoutSignal(briefMs)]);
  try {
    await line.ready(brief);
    return await line.secret(name, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/**
 * A client that takes its keys from variables, with those that are not set but that the editor keeps; each that is handed
 * over is added to `secrets`. Nobody is asked before the client is.
 */
export function withEditorKeys(
  reviewer: (environment: NodeJS.ProcessEnv) => Reviewer,
  names: readonly string[],
  reach: EditorReach,
  secrets: string[],
): Reviewer {
  const missing = [...new Set(names)].filter((name) => (process.env[name] ?? '') === '');
  const plain = reviewer(process.env);
  if (missing.length === 0) return plain;
  return {
    id: plain.id,
    greet: (signal) => plain.greet(signal),
    converse: async (setting, signal) => {
      const environment = { ...process.env };
      for (const name of missing) {
        const key = await keyFor(name, '', reach, signal);
        if (key === null) continue;
        environment[name] = key;
        if (!secrets.includes(key)) secrets.push(key);
      }
      return reviewer(environment).converse(setting, signal);
    },
  };
}
