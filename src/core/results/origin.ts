/** The code that an attempt ran, as its working folder stood when it started. */
export interface CodeOrigin {
  /** Null where the folder is no git repository. */
  readonly commit: string | null;
  /** Tracked code differed from the commit; null without a commit. */
  readonly dirty: boolean | null;
  /** sha256 of `git diff HEAD`; null where nothing differed. The diff itself is kept beside the job. */
  readonly diffSha256: string | null;
  /** Code files that git does not track: path -> sha256. */
  readonly untracked: Readonly<Record<string, string>>;
}

/** What an attempt ran on. Equal environments are kept once, under the hash of their content. */
export interface EnvironmentFacts {
  readonly host: string;
  readonly os: string;
  /** The interpreter that the command names; null where it names none or it said nothing. */
  readonly python: { readonly executable: string; readonly version: string } | null;
  /** Installed distributions, name -> version. */
  readonly packages: Readonly<Record<string, string>>;
  readonly gpus: readonly { readonly index: number; readonly name: string; readonly driver: string }[];
  /** What the reader must know of these facts; null where nothing. */
  readonly note: string | null;
}

/** How an attempt came about: written once into its folder when it starts. */
export interface RunOrigin {
  /** ISO 8601, UTC: a little later than the start of the attempt. */
  readonly gatheredAt: string;
  readonly code: CodeOrigin;
  /** Key of the environment among those kept on the target. */
  readonly environment: string;
}
