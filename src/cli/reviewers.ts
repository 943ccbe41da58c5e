import { modelFamily } from '../core/agents/modelFamily';
import type { ModelFamily, Reviewer, ReviewerId, TraceMode, Traces } from '../core/agents/ports';
import { redactSecrets } from '../core/agents/redactSecrets';
import { reviewSettings, type ReviewSettings } from '../core/agents/reviewSettings';
import type { WorkspaceFiles } from '../core/ports';
import type { StudyState } from '../core/run/state';
import { OpenAiChatModel } from '../agents/chatModel/client';
import { EditorChatModel } from '../agents/chatModel/editorModel';
import { ChatModelReviewer } from '../agents/chatModel/reviewer';
import { CodexExecReviewer } from '../agents/codexExec/reviewer';
import { McpReviewer } from '../agents/mcp/reviewer';
import type { ReviewParts } from '../engine/review/reviewStudy';
import { readUserSettings } from '../store/editorSettings';
import { readSettings, workspaceSettingsPath } from '../store/settings';
import { systemClock } from '../store/systemClock';
import { FileTraces } from '../store/traces';
import { keyFor, withEditorKeys, type EditorReach } from './editorReach';
import type { CliIo } from './io';
import { codexKeyNames } from '../util/codexSetting';
import { sha256 } from '../util/sha256';

/**
 * What the review stage needs on this machine, from the settings and what this call says. `writers`: who wrote the code,
 * by the names that they gave, the last one first.
 */
export function reviewParts(
  root: string,
  said: Readonly<Record<string, unknown>>,
  files: WorkspaceFiles,
  io: CliIo,
  reach: EditorReach,
  writers: readonly string[],
): ReviewParts {
  const user = readUserSettings(root);
  const { settings, problems } = reviewSettings({
    ...{ user, workspace: readSettings(workspaceSettingsPath(root)), call: said },
  });
  for (const problem of problems) io.note(problem);
  const secrets = knownSecrets;
  const tell = (sentence: string) => io.note(sentence);
  const chosen = [said.author ?? user.author, said['lm.authorModel'] ?? user['lm.authorModel']] as const;
  const author = authorFamily(...chosen, writers);
  const context = { settings, author, reach, secrets };
  return {
    reviewers: settings.reviewers.map((id) => reviewerFor(id, context)),
    author,
    allowSameFamily: settings.sameFamily,
    deadlineMinutes: settings.deadlineMinutes,
    traces: tracesFor(root, settings.traces, io),
    files,
    clock: systemClock,
    hash: sha256,
    redact: (text) => redactSecrets(text, secrets),
    tell,
  };
}

/** Keys of the environment, and those that an editor handed over since: no trace may hold one. */
export const knownSecrets = keyValues(process.env);
const traces = new Map<string, FileTraces>();

/** The traces of this process: one folder, whoever asks. */
export function tracesFor(root: string, mode: TraceMode, io: CliIo): Traces {
  const known = traces.get(`${mode} ${root}`);
  if (known) return known;
  const secrets = knownSecrets;
  const complain = (sentence: string) => io.note(sentence);
  const made = new FileTraces({ root, mode, secrets, complain, now: () => systemClock.now() });
  traces.set(`${mode} ${root}`, made);
  return made;
}

interface ReviewerContext {
  readonly settings: ReviewSettings;
  readonly author: ModelFamily;
  readonly reach: EditorReach;
  /** Keys that were found are added: no trace may hold one. */
  readonly secrets: string[];
}

/** The reviewer behind a name of the setting; nothing is started yet. */
export function reviewerFor(id: ReviewerId, { settings, author, reach, secrets }: ReviewerContext): Reviewer {
  const { model, effort, codex, openai } = settings;
  const codexSetting = {
    ...{ path: codex.path, config: codex.config, model, effort, environment: process.env },
  };
  const keyed = (reviewer: (environment: NodeJS.ProcessEnv) => Reviewer) =>
    withEditorKeys(reviewer, codexKeyNames(codexSetting), reach, secrets);
  switch (id) {
    case 'codex-mcp':
      return keyed(
        (environment) => new McpReviewer({ ...codexSetting, environment, command: codex.mcpCommand }),
      );
    case 'codex-exec':
      return keyed((environment) => new CodexExecReviewer({ ...codexSetting, environment }));
    case 'openai': {
      const { baseUrl, keyVariable, api } = openai;
      const key = async (signal: AbortSignal) => {
        const found = await keyFor(keyVariable, baseUrl, reach, signal);
        if (found !== null && !secrets.includes(found)) secrets.push(found);
        return found;
      };
      const setting = { baseUrl, keyVariable, key, api, effort, model: openai.model ?? model };
      return new ChatModelReviewer(new OpenAiChatModel(setting, systemClock));
    }
    case 'vscode-lm': {
      const choice = { named: settings.lmModel, preferred: model, avoid: author };
      const options = { purpose: 'reviewer', patient: reach.patient } as const;
      return new ChatModelReviewer(new EditorChatModel(reach.line, choice, options));
    }
  }
}

/**
 * `bridge.author`: whose model writes the code; a person, where there is no agent. A setting that does not tell is
 * answered by what the agents called themselves when they wrote.
 */
export function authorFamily(author: unknown, lmModel: unknown, writers: readonly string[]): ModelFamily {
  if (typeof author !== 'string' || (author !== 'vscode-lm' && !author.startsWith('acp:'))) return 'unknown';
  const named = author === 'vscode-lm' ? lmModel : author;
  const names = [...(typeof named === 'string' ? [named] : []), ...writers];
  return names.map(modelFamily).find((family) => family !== 'unknown') ?? 'unknown';
}

/** What the agents that worked on a study called themselves, the last one first. */
export function writersOf({ agents }: StudyState): string[] {
  return [...agents.works.values()].flatMap(({ end }) => end?.client ?? []).reverse();
}

/** Values of variables that are named like keys: they never reach a trace. */
function keyValues(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && /(_|^)(key|token|secret|password|passwd)$/i.test(name)
      ? [value]
      : [],
  );
}
