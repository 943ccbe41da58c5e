import { cpSync } from 'node:fs';
import { expect } from 'vitest';
import { ClientHome, providerConfig } from '../../fakes/agentsClients';
import {
  says,
  startScriptedModel,
  type ModelRequest,
  type ScriptedModel,
  type Step,
} from '../../fakes/scriptedModel';
import { bridge, type Ended } from './bridge';
import { Workspace } from './workspace';

/** What `bridge review --json` prints. */
export interface PrintedReview {
  readonly findings: readonly {
    readonly severity: string;
    readonly file: string;
    readonly line: number;
    readonly endLine: number;
    readonly id: string;
    readonly place: string;
    readonly title: string;
    readonly why: string;
  }[];
  readonly groundTruth: { readonly answer: string; readonly line: number } | null;
  readonly reviewer: string;
  readonly model: string;
  readonly round: number;
  readonly stale: boolean;
  readonly waivers: readonly { readonly reason: string }[];
  readonly tracePath: string | null;
  readonly unread: string | null;
}

/** A study with mistakes in it, a home for the clients that review it, and the model behind them. */
export class WrongStudy {
  /** What the model says. */
  script: (request: ModelRequest) => Step = () => says(JSON.stringify(this.review()));

  private constructor(
    readonly workspace: Workspace,
    readonly home: ClientHome,
    readonly model: ScriptedModel,
  ) {}

  static async open(): Promise<WrongStudy> {
    const workspace = new Workspace();
    cpSync('test/fixtures/wrong-study', workspace.root, { recursive: true });
    const model = await startScriptedModel((request) => study.script(request));
    const study = new WrongStudy(workspace, new ClientHome(), model);
    return study;
  }

  /** Whatever a test did: no process of a client is left. */
  async dispose(): Promise<void> {
    await this.model.close();
    // A run's own wrapper may still be on its way out; what a reviewer left would stay.
    await expect.poll(() => this.home.processes(), { timeout: 30_000 }).toEqual([]);
    this.home.dispose();
    this.workspace.dispose();
  }

  /** Line of the first line that holds a text. */
  lineOf(file: string, text: string): number {
    const lines = this.workspace.read(file).split('\n');
    const index = lines.findIndex((line) => line.includes(text));
    if (index < 0) throw new Error(`${file} does not hold ${text}`);
    return index + 1;
  }

  /** What an attentive reviewer says about it. */
  review(change: Record<string, unknown> = {}) {
    const finding = (severity: string, file: string, text: string, check: string, title: string) => {
      const line = this.lineOf(file, text);
      return {
        ...{ severity, file, line, endLine: line + 1, title, check },
        ...{ why: 'As the plan says.', fix: 'Do as the plan says.', patch: null },
      };
    };
    return {
      findings: [
        finding('MINOR', 'train.py', 'import random', 'method', 'Data is made up'),
        finding('MAJOR', 'train.py', 'random.random()', 'stability', 'The seed argument is never used'),
        finding(
          'CRITICAL',
          'evaluate.py',
          'teacher.predict',
          'ground-truth',
          'Evaluated against the teacher',
        ),
        finding('CRITICAL', 'train.py', 'test = rows[:50]', 'logic', 'Test rows are training rows'),
      ],
      groundTruth: {
        ...{ answer: 'no', evaluationType: 'synthetic_proxy', sameForAllMethods: true },
        ...{ officialScript: 'none', file: 'evaluate.py' },
        line: this.lineOf('evaluate.py', 'teacher.predict'),
      },
      ...change,
    };
  }

  /** Its findings, the gravest first. */
  expectedPlaces(): string[] {
    return [
      `CRITICAL evaluate.py:${this.lineOf('evaluate.py', 'teacher.predict')}`,
      `CRITICAL train.py:${this.lineOf('train.py', 'test = rows[:50]')}`,
      `MAJOR train.py:${this.lineOf('train.py', 'random.random()')}`,
      `MINOR train.py:${this.lineOf('train.py', 'import random')}`,
    ];
  }

  /** Settings as a person writes them for the headless host; `more` without `bridge.`. */
  choose(reviewers: readonly string[], path: string, more: Record<string, unknown> = {}): void {
    this.workspace.setUser({
      'bridge.reviewers': reviewers,
      'bridge.codex.path': path,
      'bridge.codex.config': providerConfig(this.model.url),
      ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`bridge.${key}`, value])),
    });
  }

  get env(): Record<string, string> {
    return { HOME: this.home.path, CODEX_HOME: this.home.codexHome, MOCK_KEY: 'dummy-key-0123' };
  }

  call(...args: string[]): Promise<Ended> {
    return bridge(this.workspace, args, { env: this.env });
  }
}

export function places({ findings }: PrintedReview): string[] {
  return findings.map(({ severity, file, line }) => `${severity} ${file}:${line}`);
}
