import { readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { PermissionRequest } from '../core/agents/author';
import type { AskStore } from '../core/agents/change';
import { writeDurably } from '../util/durableFile';

const requestSchema = v.object({
  kind: v.picklist(['run', 'edit', 'read', 'other']),
  title: v.string(),
  command: v.nullable(v.string()),
  diffs: v.array(v.object({ path: v.string(), before: v.nullable(v.string()), after: v.string() })),
  paths: v.array(v.string()),
});

/** Requests of agents while they wait for a person: what exactly would be run or written. Gone once answered. */
export class FileAsks implements AskStore<PermissionRequest> {
  private readonly folder: string;

  /** `bridge`: the workspace's `.bridge`. */
  constructor(bridge: string) {
    this.folder = join(bridge, 'asks');
  }

  async put(id: string, request: PermissionRequest): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    writeDurably(this.path(id), JSON.stringify(request));
  }

  /** null: it was answered, or never asked. */
  read(id: string): PermissionRequest | null {
    try {
      const parsed = v.safeParse(requestSchema, JSON.parse(readFileSync(this.path(id), 'utf8')));
      return parsed.success ? parsed.output : null;
    } catch {
      return null;
    }
  }

  async remove(id: string): Promise<void> {
    rmSync(this.path(id), { force: true });
  }

  private path(id: string): string {
    return join(this.folder, `${id.replaceAll(/[^\w-]/g, '_')}.json`);
  }
}
