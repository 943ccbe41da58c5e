import * as vscode from 'vscode';
import { translate as t } from '../translate';
import { callTool } from './callTool';

/** A tool as package.json declares it. */
interface DeclaredTool {
  readonly name: string;
}

/** Tools that change something, and what they are about to do. The others only read. */
const confirmations: Readonly<
  Record<string, (input: Readonly<Record<string, unknown>>) => [title: string, message: string]>
> = {
  bridge_propose_change: ({ file, title }) => [
    t('Propose a change?'),
    t(
      'Bridge keeps "{0}" as a diff of {1}. Nothing is written before you take it over.',
      plain(title),
      plain(file ?? t('the run manifest')),
    ),
  ],
  bridge_start: ({ request }) => [
    t('Start or resume the study?'),
    t(
      'Bridge reads {0} and shows you a checkpoint. Nothing runs before you approve it.',
      plain(request ?? t('the plan')),
    ),
  ],
  bridge_cancel: ({ runs }) => [
    t('Cancel runs?'),
    t('Bridge stops {0}. Logs and results stay.', plain(Array.isArray(runs) ? runs.join(', ') : runs)),
  ],
  bridge_ask_person: ({ about }) => [
    t('Write down a question?'),
    t('The timeline will say that the chat asked about "{0}". Nothing is decided by it.', plain(about)),
  ],
};

/** Texts of a model stand in a message as text. */
function plain(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? ''))
    .replace(/[\\`*_{}[\]()#<>|!\r\n]/g, ' ')
    .slice(0, 200);
}

/** Offers the tools that package.json declares to language models, each in the words in which an agent has them. */
export function registerTools(
  declared: readonly DeclaredTool[],
  cli: string,
  root: () => Promise<string | null>,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...declared.map(({ name }) =>
      vscode.lm.registerTool<Record<string, unknown>>(name, {
        prepareInvocation: ({ input }) => {
          const confirm = confirmations[name]?.(input);
          return confirm === undefined
            ? { invocationMessage: t('Bridge reads the study') }
            : { confirmationMessages: { title: confirm[0], message: confirm[1] } };
        },
        invoke: async ({ input }, token) => {
          const folder = await root();
          if (folder === null) throw new Error(t('Open the folder of a study first.'));
          if (name in confirmations && !vscode.workspace.isTrusted)
            throw new Error(
              t(
                'This workspace is not trusted, so nothing is started or changed. The person trusts it with "Manage Workspace Trust".',
              ),
            );
          const answer = await callTool(cli, folder, name, input, token);
          return new vscode.LanguageModelToolResult([
            new vscode.LanguageModelTextPart(JSON.stringify(answer)),
          ]);
        },
      }),
    ),
  );
}
