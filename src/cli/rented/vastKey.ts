import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The variable that holds the key of Vast.ai, and its name where the editor keeps it. */
export const vastKeyName = 'VAST_API_KEY';

/** The key of Vast.ai: from the environment, else where its own client keeps it; null: there is none. */
export function findVastKey(environment: NodeJS.ProcessEnv = process.env): string | null {
  const said = environment[vastKeyName]?.trim();
  if (said) return said;
  const config = environment.XDG_CONFIG_HOME ?? join(homedir(), '.config');
  for (const path of [join(config, 'vastai', 'vast_api_key'), join(homedir(), '.vast_api_key')])
    try {
      const key = readFileSync(path, 'utf8').trim();
      if (key !== '') return key;
    } catch {
      // It is not kept there.
    }
  return null;
}
