import { relativePath } from '../../core/agents/placeFindings';
import type { ReadableFiles } from '../../core/agents/ports';
import { isSecretPath } from '../../core/agents/secretPath';
import type { WorkspaceFiles } from '../../core/ports';

/** What a model without a client may look at: the listed files and others beside them, nothing that holds keys. */
export function readableFiles(files: WorkspaceFiles, listed: readonly string[]): ReadableFiles {
  const open = listed.filter((path) => !isSecretPath(path));
  return {
    list: async () => open,
    read: async (given) => {
      const path = relativePath(given, files.root);
      if (path === null || isSecretPath(path)) return null;
      try {
        return await files.read(path);
      } catch {
        // A link that leaves the workspace, or a file that this person cannot read either.
        return null;
      }
    },
  };
}
