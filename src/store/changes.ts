import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import {
  hunksOf,
  unifiedDiff,
  withHunks,
  type ChangedFile,
  type ChangeStore,
  type TakeChoice,
  type Taken,
} from '../core/agents/change';
import { writeDurably } from '../util/durableFile';

const listSchema = v.array(v.object({ path: v.string(), before: v.boolean(), after: v.boolean() }));
const preparedSchema = v.array(
  v.object({ path: v.string(), target: v.nullable(v.string()), partly: v.boolean() }),
);
type Prepared = v.InferOutput<typeof preparedSchema>[number];

/**
 * Proposed changes on the disk, each in a folder of its own: `patch.diff` to look at, and the texts before and after,
 * so that taking a part needs nothing of the copy in which an agent worked.
 */
export class FileChanges implements ChangeStore {
  constructor(
    private readonly root: string,
    /** The workspace's `.bridge`. */
    private readonly bridge: string,
  ) {}

  async keep(id: string, files: readonly ChangedFile[]): Promise<void> {
    await mkdir(this.folder(id), { recursive: true });
    for (const { path, before, after } of files) {
      await this.put(id, 'before', path, before);
      await this.put(id, 'after', path, after);
    }
    // As it was proposed, whatever is taken of it later.
    const patch = join(this.folder(id), 'patch.diff');
    if (!existsSync(patch)) writeDurably(patch, files.map(unifiedDiff).join(''));
    const list = files.map(({ path, before, after }) => ({
      ...{ path, before: before !== null, after: after !== null },
    }));
    // Last: a change without its list is none.
    writeDurably(join(this.folder(id), 'files.json'), JSON.stringify(list));
  }

  async read(id: string): Promise<readonly ChangedFile[]> {
    const list = await readJson(join(this.folder(id), 'files.json'), listSchema);
    return Promise.all(
      (list ?? []).map(async ({ path, before, after }) => ({
        path,
        before: before ? await readFile(this.at(id, 'before', path), 'utf8') : null,
        after: after ? await readFile(this.at(id, 'after', path), 'utf8') : null,
      })),
    );
  }

  async patch(id: string): Promise<string | null> {
    return readFile(join(this.folder(id), 'patch.diff'), 'utf8').catch(() => null);
  }

  async prepare(id: string, { files, hunks }: TakeChoice): Promise<void> {
    const prepared: Prepared[] = [];
    for (const file of await this.read(id)) {
      const chosen = hunks?.[file.path];
      if (chosen === undefined && (files === null ? hunks !== null : !files.includes(file.path))) continue;
      const all = chosen === undefined || hunksOf(file).every((_, index) => chosen.includes(index));
      prepared.push({
        path: file.path,
        target: all ? file.after : withHunks(file, chosen),
        partly: !all,
      });
    }
    writeDurably(join(this.folder(id), 'taking.json'), JSON.stringify(prepared));
  }

  async take(id: string, refuse: (path: string) => string | null): Promise<Taken> {
    const taken = {
      ...{ written: [] as string[], conflicts: [] as string[] },
      ...{ refused: [] as string[], partly: [] as string[] },
    };
    const prepared = (await readJson(join(this.folder(id), 'taking.json'), preparedSchema)) ?? [];
    const known = new Map((await this.read(id)).map((file) => [file.path, file]));
    for (const { path, target, partly } of prepared) {
      const at = join(this.root, path);
      const now = await readFile(at, 'utf8').catch(() => null);
      if (refuse(path) !== null || !(await this.isInside(at))) taken.refused.push(path);
      else if (now !== target && now !== (known.get(path)?.before ?? null)) taken.conflicts.push(path);
      else {
        if (now !== target) {
          await mkdir(dirname(at), { recursive: true });
          if (target === null) await rm(at);
          else writeDurably(at, target);
        }
        taken.written.push(path);
        if (partly) taken.partly.push(path);
      }
    }
    await this.forget(id, taken);
    return taken;
  }

  /** What was written is no part of the change any more; of a file that was taken in part, the rest is. */
  private async forget(id: string, { written, partly }: Taken): Promise<void> {
    const files = await this.read(id);
    const left: ChangedFile[] = [];
    for (const file of files) {
      if (!written.includes(file.path)) left.push(file);
      else if (partly.includes(file.path))
        left.push({ ...file, before: await readFile(join(this.root, file.path), 'utf8') });
    }
    await this.keep(id, left);
  }

  /** Whether a folder on the way is a link that leaves the workspace. */
  private async isInside(target: string): Promise<boolean> {
    const root = await realpath(this.root);
    for (let folder = target; folder.length >= this.root.length; folder = dirname(folder)) {
      const real = await realpath(folder).catch(() => null);
      if (real !== null) return real === root || real.startsWith(`${root}/`);
    }
    return false;
  }

  private async put(id: string, side: 'before' | 'after', path: string, text: string | null): Promise<void> {
    if (text === null) return;
    const at = this.at(id, side, path);
    await mkdir(dirname(at), { recursive: true });
    writeDurably(at, text);
  }

  private at(id: string, side: 'before' | 'after', path: string): string {
    return join(this.folder(id), side, path);
  }

  private folder(id: string): string {
    return join(this.bridge, 'changes', id.replaceAll(/[^\w-]/g, '_'));
  }
}

/** null: there is no such file, or it is not what it should be. */
async function readJson<T>(path: string, schema: v.GenericSchema<T>): Promise<T | null> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
