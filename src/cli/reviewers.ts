import { modelFamily } from '../core/agents/modelFamily';
import { ReviewerFailure, type ModelFamily, type Reviewer, type ReviewerId } from '../core/agents/ports';
import { redactSecrets } from '../core/agents/redactSecrets';
import { reviewSettings, type ReviewSettings } from '../core/agents/reviewSettings';
import type { WorkspaceFiles } from '../core/ports';
import { OpenAiChatModel } from '../agents/chatModel/client';
import { ChatModelReviewer } from '../agents/chatModel/reviewer';
import { CodexExecReviewer } from '../agents/codexExec/reviewer';
import { McpReviewer } from '../agents/mcp/reviewer';
import type { ReviewParts } from '../engine/review/reviewStudy';
import { readSettings, userSettingsPath, workspaceSettingsPath } from '../store/settings';
import { systemClock } from '../store/systemClock';
import { FileTraces } from '../store/traces';
import type { CliIo } from './io';
import { sha256 } from '../util/sha256';

/** What the review stage needs on this machine, from the settings and what this call says. */
export function reviewParts(
  root: string,
  said: Readonly<Record<string, unknown>>,
  files: WorkspaceFiles,
  io: CliIo,
): ReviewParts {
  const user = readSettings(userSettingsPath());
  const { settings, problems } = reviewSettings({
    ...{ user, workspace: readSettings(workspaceSettingsPath(root)), call: said },
  });
  for (const problem of problems) io.note(problem);
  const secrets = keyValues(process.env);
  const tell = (sentence: string) => io.note(sentence);
  return {
    reviewers: settings.reviewers.map((id) => reviewerFor(id, settings)),
    author: authorFamily(said.author ?? user.author),
    allowSameFamily: settings.sameFamily,
    deadlineMinutes: settings.deadlineMinutes,
    traces: new FileTraces({
      ...{ root, mode: settings.traces, secrets, complain: tell, now: () => systemClock.now() },
    }),
    files,
    clock: systemClock,
    hash: sha256,
    redact: (text) => redactSecrets(text, secrets),
    tell,
  };
}

function reviewerFor(id: ReviewerId, settings: ReviewSettings): Reviewer {
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
      const key = process.env[keyVariable] ?? null;
      const setting = { baseUrl, keyVariable, key, api, effort, model: openai.model ?? model };
      return new ChatModelReviewer(new OpenAiChatModel(setting, systemClock));
    }
    case 'vscode-lm':
      return editorOnly;
  }
}

/** VS Code's language models are only there while an editor is open: a headless call passes on to the next. */
const nothing = async (): Promise<never> => {
  throw new ReviewerFailure(
    'missing',
    'VS Code’s language models can be asked only from the editor; this call has none. Review there, or name another reviewer.',
  );
};
const editorOnly: Reviewer = { id: 'vscode-lm', greet: nothing, converse: nothing };

/** `bridge.author`: whose model writes the code; a person, where there is no agent. */
function authorFamily(author: unknown): ModelFamily {
  return typeof author === 'string' && author.startsWith('acp:') ? modelFamily(author) : 'unknown';
}

/** Values of variables that are named like keys: they never reach a trace. */
export function keyValues(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && /(_|^)(key|token|secret|password|passwd)$/i.test(name)
      ? [value]
      : [],
  );
}
