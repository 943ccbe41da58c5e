import type { FileFacts, FoundOutput } from '../../core/ports';
import type { Place } from '../../core/run/jobHandle';
import { AttemptFolder } from '../attempt/folder';

/** An attempt that runs on some node: its processes cannot be looked at from here, its folder can. */
export class SlurmAttempt extends AttemptFolder {
  /** Where it began; null: it has not, or not said so yet. */
  async place(): Promise<(Place & { readonly rawId: string }) | null> {
    const [rawId, node, gpus] = (await this.text('place'))?.trimEnd().split('\t') ?? [];
    if (rawId === undefined || node === undefined) return null;
    return { rawId, node, gpus: gpus === undefined || gpus === '' ? [] : gpus.split(',') };
  }

  override async outputs(): Promise<readonly FoundOutput[]> {
    const listing = await this.text('before');
    return super.outputs(listing === null ? null : parseListing(listing));
  }
}

/** Lines of `find -printf '%p\t%i\t%s\t%T@\n'`. */
export function parseListing(text: string): readonly FileFacts[] {
  return text.split('\n').flatMap((line): FileFacts[] => {
    const [path, inode, size, time] = line.split('\t');
    const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d+))?/.exec(time ?? '') ?? [];
    if (path === undefined || inode === undefined || seconds === undefined) return [];
    const modifiedNs = `${seconds}${fraction.slice(0, 9).padEnd(9, '0')}`;
    return [{ path: path.replace(/^\.\//, ''), inode, size: Number(size), modifiedNs }];
  });
}
