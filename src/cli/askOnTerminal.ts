import { createInterface } from 'node:readline/promises';
import { unifiedDiff } from '../core/agents/change';
import type { AskHere } from '../engine/agents/desk';
import type { CliIo } from './io';

/** Asks in the terminal where a person sits at one; null: nobody does. */
export function askOnTerminal(io: CliIo): AskHere | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (request, signal) => {
    io.note(`An agent asks to ${request.kind === 'other' ? 'do this' : request.kind}: ${request.title}`);
    if (request.command !== null) io.note(request.command.replaceAll(/^/gm, '    '));
    for (const diff of request.diffs) io.note(unifiedDiff(diff));
    if (request.paths.length > 0) io.note(`Touches ${request.paths.join(', ')}`);
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      for (;;) {
        const said = (
          await lines.question('Allow it [o]nce, for this [r]un, or [d]eny? ', { signal })
        ).trim();
        if (/^o(nce)?$/i.test(said)) return 'once';
        if (/^r(un)?$/i.test(said)) return 'run';
        if (/^d(eny)?$/i.test(said)) return 'deny';
      }
    } catch {
      // Answered from another window, cancelled, or the terminal is gone.
      return null;
    } finally {
      lines.close();
    }
  };
}
