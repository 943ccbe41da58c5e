import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  skillName,
  skillText,
  standingOf,
  type SkillParts,
  type SkillStanding,
} from '../core/skill/skillText';
import { writeDurably } from '../util/durableFile';

/** An agent on this machine and where it looks for skills of its person. */
export interface SkillHome {
  readonly agent: 'claude' | 'codex';
  readonly name: string;
  /** The agent's own folder: it is there where the agent was ever used. */
  readonly home: string;
  readonly file: string;
}

export interface SkillState extends SkillHome {
  readonly found: boolean;
  readonly standing: SkillStanding;
}

/** Where Claude Code and Codex keep skills, with the variables by which they are moved. */
export function skillHomes(environment: NodeJS.ProcessEnv): readonly SkillHome[] {
  const claude = environment.CLAUDE_CONFIG_DIR ?? join(homedir(), '.claude');
  const codex = environment.CODEX_HOME ?? join(homedir(), '.codex');
  const file = (home: string) => join(home, 'skills', skillName, 'SKILL.md');
  return [
    { agent: 'claude', name: 'Claude Code', home: claude, file: file(claude) },
    { agent: 'codex', name: 'Codex', home: codex, file: file(codex) },
  ];
}

export function skillState(home: SkillHome, parts: SkillParts): SkillState {
  const text = existsSync(home.file) ? readFileSync(home.file, 'utf8') : null;
  return { ...home, found: existsSync(home.home), standing: standingOf(text, parts) };
}

/**
 * Writes the skill. What stands there and is not ours, or was edited, is moved to `kept` and never lost; the caller has
 * the person's consent then. Returns where it went; null: nothing stood there that anybody would miss.
 */
export function installSkill(state: SkillState, parts: SkillParts, kept: string): string | null {
  let moved: string | null = null;
  if (state.standing === 'foreign' || state.standing === 'edited') {
    mkdirSync(kept, { recursive: true });
    for (let n = 1; moved === null; n++) {
      const place = join(kept, `${state.agent}-${skillName}${n === 1 ? '' : `-${n}`}`);
      if (!existsSync(place)) moved = place;
    }
    renameSync(dirname(state.file), moved);
  }
  writeDurably(state.file, skillText(parts));
  return moved;
}

/** Takes the skill away, and its folder where nothing else is in it. */
export function removeSkill({ file }: SkillHome): void {
  rmSync(file);
  try {
    rmdirSync(dirname(file));
  } catch {
    // Somebody keeps other files there.
  }
}
