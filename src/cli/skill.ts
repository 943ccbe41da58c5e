import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { SkillParts, SkillStanding } from '../core/skill/skillText';
import { userSettingsPath } from '../store/settings';
import { installSkill, removeSkill, skillHomes, skillState, type SkillState } from '../store/skillFolders';
import { sha256 } from '../util/sha256';
import { CliError, exitCode, type CliIo } from './io';

interface SkillFlags {
  readonly agent?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface SkillRow {
  readonly agent: string;
  readonly file: string;
  readonly found: boolean;
  readonly standing: SkillStanding;
  readonly done: string;
}

const words: Readonly<Record<SkillStanding, string>> = {
  absent: 'not installed',
  current: 'installed',
  older: 'installed, of another version',
  edited: 'installed, and edited since',
  foreign: 'another skill of this name, not ours',
};

/** `bridge skill install|remove|status`: the `/experiment-bridge` skill for the agents found here. */
export function registerSkill(program: Command, io: CliIo): void {
  const skill = program
    .command('skill')
    .description('an /experiment-bridge skill for Claude Code and Codex that works through Bridge');
  const verb = (name: string, description: string, act: (state: SkillState, flags: SkillFlags) => string) =>
    skill
      .command(name)
      .description(description)
      .option('--agent <agent>', 'claude or codex (default: the agents found here)')
      .option(
        '--force',
        'also where another skill of that name, or an edited one, stands; it is kept elsewhere',
      )
      .option('--json', 'print one JSON document')
      .action((flags: SkillFlags) =>
        tell(
          io,
          flags,
          chosen(flags).map((state) => row(state, act(state, flags))),
        ),
      );
  verb('install', 'write the skill; one that is not ours is not overwritten without --force', install);
  verb('remove', 'take the skill away again', remove);
  verb('status', 'where it is installed', () => '');
}

/** How the skill calls this program again. */
export function skillParts(): SkillParts {
  return { command: [process.execPath, resolve(process.argv[1]!)], hash: sha256 };
}

function chosen({ agent }: SkillFlags): SkillState[] {
  const all = skillHomes(process.env).map((home) => skillState(home, skillParts()));
  if (agent !== undefined) {
    const named = all.filter((state) => state.agent === agent);
    if (named.length === 0)
      throw new CliError(`--agent is claude or codex, not ${JSON.stringify(agent)}.`, exitCode.wrongInput);
    return named;
  }
  const found = all.filter((state) => state.found);
  if (found.length === 0)
    throw new CliError(
      `no agent was found here: neither ${all.map(({ home }) => home).join(' nor ')} exists. Start one once, or name it with --agent.`,
      exitCode.missingEnvironment,
    );
  return found;
}

function install(state: SkillState, { force }: SkillFlags): string {
  if (state.standing === 'current') return 'is up to date';
  if ((state.standing === 'foreign' || state.standing === 'edited') && !force)
    throw new CliError(
      `${state.file} is ${words[state.standing]}; it was left alone. --force moves it aside and installs this one.`,
      exitCode.failed,
    );
  const moved = installSkill(state, skillParts(), join(dirname(userSettingsPath()), 'kept-skills'));
  return moved === null ? 'installed' : `installed; what stood there is now in ${moved}`;
}

function remove(state: SkillState, { force }: SkillFlags): string {
  if (state.standing === 'absent') return 'was not installed';
  if (state.standing === 'foreign' || (state.standing === 'edited' && !force))
    throw new CliError(
      `${state.file} is ${words[state.standing]}; it was left alone.${state.standing === 'edited' ? ' --force removes it.' : ''}`,
      exitCode.failed,
    );
  removeSkill(state);
  return 'removed';
}

function row(before: SkillState, done: string): SkillRow {
  const { name, file, found, standing } = skillState(before, skillParts());
  return { agent: name, file, found, standing, done };
}

function tell(io: CliIo, { json }: SkillFlags, rows: readonly SkillRow[]): void {
  if (json) return io.out(JSON.stringify({ skills: rows }, null, 2));
  for (const { agent, file, standing, done } of rows)
    io.out(`${agent}: ${done === '' ? words[standing] : done} (${file})`);
}
