import { modelFamily } from '../../core/agents/modelFamily';
import {
  ReviewerFailure,
  type Conversation,
  type ConversationSetting,
  type Reviewer,
  type ReviewerCard,
} from '../../core/agents/ports';
import {
  codexConfig,
  codexEnvironment,
  codexModel,
  type CodexSetting,
  configFlags,
  forgetfulState,
  quietFlags,
} from '../../util/codexSetting';
import { describeExec, runExec } from './client';

/** A reviewer behind `codex exec --json --output-schema`: structured findings, no scraping of prose. */
export class CodexExecReviewer implements Reviewer {
  readonly id = 'codex-exec';

  constructor(private readonly setting: CodexSetting) {}

  async greet(signal: AbortSignal): Promise<ReviewerCard> {
    const { version, help } = await describeExec(this.setting.path, codexEnvironment(this.setting), signal);
    for (const flag of ['--output-schema', '--json', '--sandbox'])
      if (!help.includes(flag))
        throw new ReviewerFailure('missing', `${version} has no ${flag}; a newer Codex is needed.`);
    const model = codexModel(this.setting);
    return { client: version, model, family: modelFamily(model), carrier: 'codex exec' };
  }

  async converse(setting: ConversationSetting, signal: AbortSignal): Promise<Conversation> {
    const environment = codexEnvironment(this.setting);
    const { help } = await describeExec(this.setting.path, environment, signal);
    const state = setting.keepNothing ? forgetfulState() : null;
    const argv = [
      ...[this.setting.path, 'exec', '--json', '--skip-git-repo-check', '--color', 'never'],
      // Sessions are not needed again, so no copy of what was said is kept by the client.
      ...(help.includes('--ephemeral') ? ['--ephemeral'] : []),
      ...['-C', setting.folder, '-m', codexModel(this.setting), '-s', 'read-only'],
      ...quietFlags,
      ...configFlags(codexConfig(this.setting)),
      ...(state?.flags ?? []),
    ];
    let first = '';
    return {
      ask: (prompt, turn) => {
        // Each call is a conversation of its own: the question again, and what was wrong with the answer.
        const whole = first === '' ? prompt : `${first}\n\n${prompt}`;
        if (first === '') first = prompt;
        const { folder, schema, alive } = setting;
        return runExec({ argv, environment, folder, schema, alive, prompt: whole }, turn);
      },
      close: async () => state?.dispose(),
    };
  }
}
