import * as v from 'valibot';
import { askPerson } from './tools/askPerson';
import { ablations } from './tools/ablations';
import { cancel } from './tools/cancel';
import { compare } from './tools/compare';
import { diagnose } from './tools/diagnose';
import { findMissing } from './tools/findMissing';
import { metrics } from './tools/metrics';
import { proposeChange, refuse } from './tools/proposeChange';
import { readLog } from './tools/readLog';
import { readPlan } from './tools/readPlan';
import { results } from './tools/results';
import { start } from './tools/start';
import { status } from './tools/status';
import { verify } from './tools/verify';
import { wait } from './tools/wait';
import { short } from './data';
import { personOnly, type PersonOnly } from './refusals';
import { Refused, type BridgeTool, type ToolAnswer, type ToolContext } from './tool';

/** Everything that an agent may ask of Bridge, in the order of the work. */
export const tools: readonly BridgeTool[] = [
  ...[readPlan, findMissing, proposeChange, start, status, wait, diagnose, readLog],
  ...[metrics, compare, results, verify, ablations, cancel, askPerson],
];

/** An answer never holds more than this, whatever the study is like. */
const answerCharacters = 100_000;

/** Names of things that only a person does, as a program may try to call or pass them. */
const forbidden: readonly (readonly [RegExp, PersonOnly])[] = [
  [/approv|consent|(^|_)yes$|skip.?checkpoint/i, 'approval'],
  [/budget|gpu.?hours|usd/i, 'budget'],
  [/trust/i, 'trust'],
  [/evaluat/i, 'evaluator'],
  [/tracker/i, 'tracker'],
  [/result|metric.?value/i, 'result'],
  [/journal/i, 'journal'],
];

/**
 * Calls a tool with what a program passed. Throws `Refused`: the input is not what the tool takes, or it would need a
 * person; the sentence says which and what to do.
 */
export async function callTool(name: string, input: unknown, context: ToolContext): Promise<ToolAnswer> {
  const tool = tools.find((each) => each.name === name);
  if (!tool) {
    const about = personOnlyOf(name);
    if (about !== null) return refuse(about, `the call of ${short(name, 80)}`, context);
    throw new Refused(
      `There is no tool ${short(name, 80)}. There are ${tools.map((each) => each.name).join(', ')}.`,
    );
  }
  const parsed = v.safeParse(tool.input, input ?? {});
  if (!parsed.success) {
    const unknown = parsed.issues.find(
      (issue) => issue.type === 'strict_object' && issue.expected === 'never',
    );
    const found = unknown?.path?.[0]?.key;
    const key = typeof found === 'string' ? found : '';
    const about = key === '' ? null : personOnlyOf(key);
    if (about !== null) return refuse(about, `"${short(key, 80)}" in a call of ${name}`, context);
    throw new Refused(
      `${name} cannot be called like that: ${parsed.issues.slice(0, 5).map(describeIssue).join('; ')}.`,
    );
  }
  const answer = await tool.run(parsed.output as never, context);
  if (JSON.stringify(answer.data).length > answerCharacters)
    throw new Refused(`The answer of ${name} would be too long. Ask for less: fewer runs, a page, a piece.`);
  return answer;
}

function personOnlyOf(word: string): PersonOnly | null {
  return forbidden.find(([pattern, about]) => about in personOnly && pattern.test(word))?.[1] ?? null;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => short(String(key), 40)).join('.');
  return `${path === '' ? 'the input' : path}: ${short(issue.message, 200)}`;
}
