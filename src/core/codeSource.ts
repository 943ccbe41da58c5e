/** A file of the workspace's code, which goes to machines with another disk. */
export interface CodeFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly executable: boolean;
}

/** What of a workspace runs elsewhere need. */
export interface CodeListing {
  readonly files: readonly CodeFile[];
  /** Folders and files that runs share and no snapshot holds, relative to the workspace: what git ignores, outputs. */
  readonly shared: readonly string[];
  /** Paths that runs read and that are left where they are. */
  readonly data: readonly string[];
}

/** The code of a workspace on this machine. */
export interface CodeSource {
  /** `code`: the snapshot that was approved and kept, which counts where a file was edited since. */
  list(code: string | null): Promise<CodeListing>;
  /** Content of a listed file; null: it is gone or another one by now. */
  content(file: CodeFile): Promise<Uint8Array | null>;
}
