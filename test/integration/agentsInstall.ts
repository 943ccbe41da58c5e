import { spawnSync } from 'node:child_process';

export type RealClient = 'codex-mcp' | 'codex' | 'claude-acp' | 'codex-acp' | 'mcp-inspector';

/**
 * Programs of real agent clients, installed into a cache outside the checkout where they are missing. null: they cannot
 * be had here (another platform, no registry); the reason is printed and the tests that need them are skipped.
 */
export function realClients<N extends RealClient>(...names: N[]): Readonly<Record<N, string>> | null {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/agentClients.mjs', ...names], {
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout) as Record<N, string>;
  console.warn(`Real agent clients are skipped: ${stderr.trim()}`);
  return null;
}
