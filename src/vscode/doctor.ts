import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { describeFact } from '../core/doctor/describeFact';
import { parseDoctorFacts, type DoctorFact } from '../core/doctor/facts';
import type { DoctorInput } from '../views/doctor';
import { driverEnvironment } from './driver';
import { translate as t } from './translate';

const timeoutMs = 60_000;
/** Settings that say what is looked for; only the person's own, never the workspace's. */
const settingNames = ['target', 'author', 'reviewers', 'codex.path', 'openai.baseUrl', 'openai.keyVariable'];

interface DoctorParts {
  /** Path of the headless program. */
  readonly cli: string;
  readonly log: vscode.LogOutputChannel;
  /** The study's folder; null in an empty window. */
  root(): string | null;
  /** What is known has changed. */
  changed(): void;
}

/** Looks at the machine with the same program as `bridge doctor`, and mends what it found missing. */
export class Doctor {
  private known: DoctorInput = { facts: null, looking: false, failure: null };

  constructor(private readonly parts: DoctorParts) {}

  get input(): DoctorInput {
    return this.known;
  }

  /** Looks once; `again` looks anew. */
  async look(again: boolean): Promise<void> {
    if (this.known.looking || (this.known.facts !== null && !again)) return;
    this.tell({ looking: true, failure: null });
    try {
      this.tell({ facts: await this.ask(), looking: false });
    } catch (error) {
      this.parts.log.error(error as Error);
      this.tell({ looking: false, failure: t('Bridge could not look: {0}', (error as Error).message) });
    }
  }

  async fix(id: string): Promise<void> {
    const fact = this.known.facts?.find((each) => each.id === id);
    if (fact === undefined) return;
    const trusted = vscode.workspace.isTrusted;
    const { fix } = describeFact(fact.id === 'trust' ? { ...fact, trusted } : fact, t);
    if (fix === null) return undefined;
    switch (fix.kind) {
      case 'trust':
        return void vscode.commands.executeCommand('workbench.trust.manage');
      case 'setting':
        return void vscode.commands.executeCommand('workbench.action.openSettings', fix.setting);
      case 'newPlan':
        return void vscode.commands.executeCommand('bridge.newPlan');
      case 'release':
        return void vscode.commands.executeCommand('bridge.destroyRentedMachines');
      case 'page':
        return void vscode.env.openExternal(vscode.Uri.parse(fix.url));
      case 'terminal': {
        // Typed, not run: whether and where it runs is the person's to say.
        const terminal = vscode.window.createTerminal('Bridge');
        terminal.show();
        return terminal.sendText(fix.command, false);
      }
    }
  }

  private tell(change: Partial<DoctorInput>): void {
    this.known = { ...this.known, ...change };
    this.parts.changed();
  }

  private ask(): Promise<readonly DoctorFact[]> {
    const { cli } = this.parts;
    const folder = this.parts.root();
    const root = folder ?? homedir();
    const configuration = vscode.workspace.getConfiguration('bridge');
    const sets = settingNames.flatMap((name) => {
      const value = configuration.inspect(name)?.globalValue;
      return value === undefined ? [] : ['--set', `bridge.${name}=${JSON.stringify(value)}`];
    });
    const args = [cli, 'doctor', '--json', '--workspace', root, ...sets];
    const options = { cwd: homedir(), timeout: timeoutMs, env: driverEnvironment(process.env) };
    return new Promise((resolve, reject) => {
      // Exits with 3 when something is missing, which is an answer too.
      execFile(process.execPath, args, options, (error, stdout, stderr) => {
        const facts = parseDoctorFacts(parseJson(stdout));
        if (facts === null) return reject(new Error(stderr.trim() || (error?.message ?? stdout)));
        resolve(folder === null ? facts.filter(({ id }) => id !== 'folder' && id !== 'plan') : facts);
      });
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
