import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import { AcpAgent } from '../agents/acp/agent';
import type { FoundAgent } from '../core/agents/foundAgent';
import { modelFamily } from '../core/agents/modelFamily';
import { type ReviewerId } from '../core/agents/ports';
import { reviewSettings } from '../core/agents/reviewSettings';
import { withDeadline } from '../engine/review/deadline';
import { readUserSettings } from '../store/editorSettings';
import { systemClock } from '../store/systemClock';
import { authorEnvironment } from './authors';
import { editorReach } from './editorReach';
import type { CliIo } from './io';
import { parseSets } from './callOptions';
import { interruptSignal } from './interruptSignal';
import { workspaceRoot } from './workspace';
import { reviewerFor } from './reviewers';

/** Programs that speak ACP, as they are called when they are installed. */
const knownAuthors = [
  { name: 'Claude Code', argv: ['claude-agent-acp'] },
  { name: 'Claude Code', argv: ['claude-code-acp'] },
  { name: 'Codex', argv: ['codex-acp'] },
  { name: 'Gemini CLI', argv: ['gemini', '--experimental-acp'] },
  { name: 'OpenCode', argv: ['opencode', 'acp'] },
] as const;
const knownReviewers: readonly ReviewerId[] = ['codex-mcp', 'codex-exec', 'openai'];
/** A client that has not said who it is by then is not offered. */
const greetingMinutes = 0.5;

interface AgentsFlags {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly set?: readonly string[];
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** `bridge agents`: who could write and review here. Hands are shaken; nothing of the workspace is sent. */
export function registerAgents(program: Command, io: CliIo): void {
  program
    .command('agents')
    .description('find authors and reviewers on this machine and shake hands with them')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .option('--json', 'print them as JSON')
    .option('--set <bridge.key=JSON>', 'a setting for this call (repeatable)', collect)
    .action(async (flags: AgentsFlags) => {
      const root = workspaceRoot(flags.workspace);
      const signal = interruptSignal();
      const call = parseSets(flags.set ?? []);
      const { settings } = reviewSettings({ user: readUserSettings(root), workspace: {}, call });
      const reach = editorReach(root, false, io);
      const context = { settings, author: 'unknown', reach, secrets: [] } as const;
      const [authors, reviewers] = await Promise.all([
        Promise.all(
          knownAuthors.filter(({ argv }) => isOnPath(argv[0])).map((each) => greetAuthor(each, signal)),
        ),
        Promise.all(
          knownReviewers
            .filter((id) => id !== 'openai' || settings.openai.baseUrl !== '')
            .map((id) => greetReviewer(id, { ...context, secrets: [] }, signal)),
        ),
      ]);
      await reach.close();
      if (flags.json) return io.out(JSON.stringify({ authors, reviewers }, null, 2));
      io.out(['Authors (bridge.author):', ...describe(authors)].join('\n'));
      io.out(['Reviewers (bridge.reviewers):', ...describe(reviewers)].join('\n'));
    });
}

function describe(found: readonly FoundAgent[]): string[] {
  if (found.length === 0) return ['  none was found on PATH'];
  return found.map(({ value, client, model, problem }) =>
    problem === null
      ? `  ${value}: ${client}${model === null ? '' : `, ${model}`}`
      : `  ${value}: ${problem}`,
  );
}

async function greetAuthor(
  { name, argv }: (typeof knownAuthors)[number],
  signal: AbortSignal,
): Promise<FoundAgent> {
  const found = { value: `acp:${argv.join(' ')}`, name, model: null, family: modelFamily(name) };
  const folder = await mkdtemp(join(tmpdir(), 'bridge-greet-'));
  try {
    const agent = new AcpAgent({ argv, environment: authorEnvironment(process.env, argv) }, systemClock);
    const client = await withDeadline(systemClock, greetingMinutes, signal, (until) =>
      agent.greet(folder, until),
    );
    return { ...found, client, problem: null };
  } catch (error) {
    return { ...found, client: null, problem: (error as Error).message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function greetReviewer(
  id: ReviewerId,
  context: Parameters<typeof reviewerFor>[1],
  signal: AbortSignal,
): Promise<FoundAgent> {
  const found = { value: id, name: id, family: modelFamily(context.settings.model) };
  try {
    const { client, model, family } = await withDeadline(systemClock, greetingMinutes, signal, (until) =>
      reviewerFor(id, context).greet(until),
    );
    return { ...found, client, model, family, problem: null };
  } catch (error) {
    return { ...found, client: null, model: null, problem: (error as Error).message };
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
