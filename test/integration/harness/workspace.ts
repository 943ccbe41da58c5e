import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A folder of its own for one test, with the settings of a person who has none yet. */
export class Workspace {
  readonly root: string;
  readonly configHome: string;
  private readonly outer: string;

  /** `name`: what the workspace's folder is called. */
  constructor(name = 'study') {
    this.outer = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-cli-')));
    this.root = join(this.outer, name);
    this.configHome = join(this.outer, 'config');
    mkdirSync(this.root);
  }

  /** The study of points on a line. */
  static studyLine(name?: string): Workspace {
    const workspace = new Workspace(name);
    cpSync('test/fixtures/study-line', workspace.root, { recursive: true });
    return workspace;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Replaces a piece of a file, which must stand there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    this.write(
      path,
      text.replace(from, () => to),
    );
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** The person's own settings. */
  setUser(settings: Readonly<Record<string, unknown>>): void {
    mkdirSync(join(this.configHome, 'bridge'), { recursive: true });
    writeFileSync(join(this.configHome, 'bridge', 'settings.json'), JSON.stringify(settings));
  }

  /** What the runs wrote into `ledger`, one line a start. */
  ledger(): string[] {
    return this.has('ledger') ? this.read('ledger').trim().split('\n') : [];
  }

  /** Path -> size, time and sha256 of everything in it. */
  fingerprint(): Record<string, string> {
    const all = readdirSync(this.root, { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(
      all.map((path) => {
        const facts = statSync(this.path(path), { bigint: true });
        const content = facts.isFile() ? createHash('sha256').update(readFileSync(this.path(path))) : null;
        return [path, `${facts.mtimeNs}:${content?.digest('hex') ?? 'folder'}`];
      }),
    );
  }

  /** Lets other users of the machine in, to read. */
  openForOthers(): void {
    chmodSync(this.outer, 0o755);
  }

  /** A folder's copy beside the workspace, where those others can read it too. */
  copyBeside(folder: string): string {
    const copy = join(this.outer, basename(folder));
    cpSync(folder, copy, { recursive: true });
    return copy;
  }

  dispose(): void {
    // A driver that is just leaving may still write.
    rmSync(this.outer, { recursive: true, force: true, maxRetries: 10 });
  }
}

export interface TallyRun {
  readonly id: string;
  readonly milestone?: string;
  /** What it does after it wrote its line into the ledger; by default it writes its result. */
  readonly does?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes the result of a tally run. */
export const writesResult = `mkdir -p out && echo '{"score": 0.5}' > out/$BRIDGE_RUN.json`;
/** Waits for the file `gate` before it goes on. */
export const waitsFor = (gate: string) => `until [ -e ${gate} ]; do sleep 0.02; done`;

/**
 * A study whose runs write a line into a ledger when they start, so that a run that starts twice is seen, whoever
 * started it. M0 is its sanity milestone.
 */
export function writeTally(
  workspace: Workspace,
  runs: readonly TallyRun[],
  top: Readonly<Record<string, unknown>> = {},
): void {
  const milestones = [...new Set(runs.map(({ milestone }) => milestone ?? 'M1'))];
  const row = (id: string) =>
    `| ${id}: ${id === 'M0' ? 'Sanity' : 'Main method'} | goal | ${runs
      .filter(({ milestone = 'M1' }) => milestone === id)
      .map((run) => run.id)
      .join(', ')} | score > 0.1 | 0 GPU-h | none |`;
  workspace.write(
    'refine-logs/EXPERIMENT_PLAN.md',
    `# Experiment Plan: tally\n\n## Run Order and Milestones\n| Milestone | Goal | Runs | Decision Gate | Cost | Risk |\n|---|---|---|---|---|---|\n${milestones.map(row).join('\n')}\n`,
  );
  workspace.write(
    'refine-logs/EXPERIMENT_TRACKER.md',
    `# Tracker\n\n| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |\n|---|---|---|---|---|---|---|---|---|\n${runs
      .map(
        ({ id, milestone = 'M1' }) => `| ${id} | ${milestone} | p | sys | all | score | MUST-RUN | TODO | |`,
      )
      .join('\n')}\n`,
  );
  writeTallyManifest(workspace, runs, top);
}

/** Only its run manifest. */
export function writeTallyManifest(
  workspace: Workspace,
  runs: readonly TallyRun[],
  top: Readonly<Record<string, unknown>> = {},
): void {
  const jobs = runs.map(({ id, milestone = 'M1', does = writesResult, more }) => ({
    ...{ id, milestone, gpus: 0 },
    cmd: `echo $BRIDGE_RUN >> ledger\n${does}`,
    expected_output: `out/${id}.json`,
    metrics: { score: `out/${id}.json#/score` },
    ...more,
  }));
  // JSON is YAML; one job a line, so that a message's line is the job's.
  workspace.write(
    'refine-logs/experiments.yaml',
    `project: tally\n${Object.entries(top)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join('')}jobs:\n${jobs.map((job) => `  - ${JSON.stringify(job)}\n`).join('')}`,
  );
}
