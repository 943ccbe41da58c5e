import { modelFamily } from '../core/agents/modelFamily';
import type { ModelFamily, Reviewer, ReviewerId, TraceMode, Traces } from '../core/agents/ports';
import { redactSecrets } from '../core/agents/redactSecrets';
import { reviewSettings, type ReviewSettings } from '../core/agents/reviewSettings';
import type { WorkspaceFiles } from '../core/ports';
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
import { keyFor, type EditorReach } from './editorReach';
import type { CliIo } from './io';
import { sha256 } from '../util/sha256';

/** What the review stage needs on this machine, from the settings and what this call says. */
export function reviewParts(
  root: string,
  said: Readonly<Record<string, unknown>>,
  files: WorkspaceFiles,
  io: CliIo,
  reach: EditorReach,
): ReviewParts {
  const user = readUserSettings(root);
  const { settings, problems } = reviewSettings({
    ...{ user, workspace: readSettings(workspaceSettingsPath(root)), call: said },
  });
  for (const problem of problems) io.note(problem);
  const secrets = knownSecrets;
  const tell = (sentence: string) => io.note(sentence);
  const author = authorFamily(said.author ?? user.author, said['lm.authorModel'] ?? user['lm.authorModel']);
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
  switch (id) {
    case 'codex-mcp':
      return new McpReviewer({ ...codexSetting, command: codex.mcpCommand });
    case 'codex-exec':
      return new CodexExecReviewer(codexSetting);
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

/** `bridge.author`: whose model writes the code; a person, where there is no agent. */
function authorFamily(author: unknown, lmModel: unknown): ModelFamily {
  if (author === 'vscode-lm') return typeof lmModel === 'string' ? modelFamily(lmModel) : 'unknown';
  return typeof author === 'string' && author.startsWith('acp:') ? modelFamily(author) : 'unknown';
}

/** Values of variables that are named like keys: they never reach a trace. */
function keyValues(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && /(_|^)(key|token|secret|password|passwd)$/i.test(name)
      ? [value]
      : [],
  );
}
