import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CodexSetting } from '../../src/util/codexSetting';
import type { ScriptedModel } from './scriptedModel';

/** Homes of clients, each marked by a word of its own in the environment of all its processes. */
export class ClientHome {
  readonly path = mkdtempSync(join(tmpdir(), 'bridge-client-'));
  readonly codexHome = join(this.path, 'codex');

  constructor() {
    mkdirSync(this.codexHome);
  }

  /** A program that starts the small Codex through a shell, as installed wrappers do. */
  smallCodex(): string {
    const program = join(this.path, 'small-codex');
    writeFileSync(
      program,
      `#!/bin/sh\n${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('test/fakes/agentsCodex.mjs'))} "$@"\n`,
    );
    chmodSync(program, 0o755);
    return program;
  }

  /** A Codex that asks the scripted model. */
  codex(path: string, model: ScriptedModel): CodexSetting {
    return {
      ...{ path, model: 'gpt-5.4', effort: 'xhigh' },
      config: providerConfig(model.url),
      environment: {
        PATH: process.env.PATH,
        HOME: this.path,
        CODEX_HOME: this.codexHome,
        MOCK_KEY: 'dummy-key',
        UNRELATED_SECRET: 'must-not-travel',
      },
    };
  }

  /** Processes that still have this home in their environment. */
  processes(): number[] {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(this.path) ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  }

  environmentOf(pid: number): string {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  }

  /** Files under the home that hold a text. */
  filesWith(text: string): string[] {
    return readdirSync(this.path, { recursive: true, encoding: 'utf8' }).filter((name) => {
      try {
        return readFileSync(join(this.path, name)).includes(text);
      } catch {
        return false;
      }
    });
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** `bridge.codex.config` for a model on loopback. */
export function providerConfig(url: string): Record<string, unknown> {
  return {
    model_provider: 'mock',
    model_providers: {
      mock: {
        ...{ name: 'mock', base_url: url, env_key: 'MOCK_KEY', wire_api: 'responses' },
        ...{ request_max_retries: 0, stream_max_retries: 0 },
      },
    },
  };
}
