/** What a project's notes (CLAUDE.md, AGENTS.md) say of the machine that runs are meant for. */
export interface RemoteNotes {
  /** What follows `SSH: ssh`: a host's name; null: none is named. */
  readonly host: string | null;
  /** Folder on it that stands for the workspace. */
  readonly codeDir: string | null;
}

/** Reads the `## Remote Server` section: `- SSH: \`ssh gpu1\``, `- Code dir: ~/study`. */
export function parseRemoteNotes(text: string): RemoteNotes {
  const [, section = ''] =
    /^#{1,6}\s*Remote Server\b[^\n]*\n([\s\S]*?)(?=^#{1,6}\s|(?![\s\S]))/im.exec(text) ?? [];
  const field = (name: RegExp) => {
    const found = new RegExp(
      `^\\s*[-*]?\\s*\\**(?:${name.source})\\**\\s*:\\s*\\**\\s*(.+?)\\s*$`,
      'im',
    ).exec(section)?.[1];
    return found?.replaceAll('`', '').trim() || null;
  };
  const ssh = field(/ssh/);
  const codeDir = field(/code[ _]dir(?:ectory)?/);
  return {
    host: ssh === null ? null : (ssh.replace(/^ssh\s+/, '').split(/\s/)[0] ?? null),
    // A folder that climbs out of itself is no folder of a study.
    codeDir: codeDir === null || codeDir.split('/').includes('..') ? null : codeDir,
  };
}
