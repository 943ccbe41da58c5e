import { evaluate, parse as parseWithPositions, type AnyNode } from '@humanwhocodes/momoa';
import type { Command } from 'commander';
import * as v from 'valibot';
import { compareGroups, type Comparison } from '../core/results/compare';
import { CliError, exitCode, type CliIo } from './io';

const Values = v.array(
  v.pipe(v.number('must be a number'), v.finite('must be finite')),
  'must be a list of numbers',
);
const Question = v.object(
  {
    direction: v.picklist(['higher', 'lower'], "must be 'higher' or 'lower'"),
    baseline: Values,
    candidate: Values,
    variants: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(1, 'must be at least 1'),
      ),
      1,
    ),
  },
  'must be an object with direction, baseline and candidate',
);
type Question = v.InferOutput<typeof Question>;

/** `bridge compare [--json]`: one question a line on stdin, one verdict a line on stdout. */
export function registerCompare(program: Command, io: CliIo): void {
  program
    .command('compare')
    .description(
      'say whether runs are better than their baseline or within noise, for each line of JSON on stdin',
    )
    .option('--json', 'one JSON answer a line')
    .option('--workspace <dir>', 'root of the study', '.')
    .action(async ({ json }: { json?: boolean }) => {
      const answers = answerQuestions(await readAll(process.stdin), 'stdin', json === true);
      if (answers.length > 0) io.out(answers.join('\n'));
    });
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The answer to each question of a text, as JSON or in words. Nothing is answered when a line is wrong: CliError
 * with exit code 2 and `name:line:column`, the place of the value that is wrong.
 */
export function answerQuestions(text: string, name: string, asJson: boolean): string[] {
  return parseQuestions(text, name).map((question) => {
    const answer = compareGroups(question.baseline, question.candidate, question);
    return asJson ? JSON.stringify(answer) : describeComparison(answer, question);
  });
}

/** All questions of a text, blank lines left out. */
function parseQuestions(text: string, name: string): Question[] {
  const questions: Question[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = index === 0 ? raw.replace(/^\uFEFF/, '') : raw;
    if (line.trim() === '') return;
    const fail = (column: number, message: string): never => {
      throw new CliError(`${name}:${index + 1}:${column}: ${message}`, exitCode.wrongInput);
    };
    const node = readNode(line, fail);
    const result = v.safeParse(Question, evaluate(node));
    if (result.success) return void questions.push(result.output);
    const issue = result.issues[0];
    const keys = (issue.path ?? []).map((item) => item.key as string | number);
    const said = issue.received === 'undefined' ? 'is missing' : issue.message;
    fail(columnOf(node, keys), `${keys.length === 0 ? 'the line' : describeKeys(keys)} ${said}`);
  });
  return questions;
}

function readNode(line: string, fail: (column: number, message: string) => never): AnyNode {
  try {
    // JSON5 mode reads NaN and Infinity, so that a diverged run is named as such and not as bad syntax.
    return parseWithPositions(line, { mode: 'json5', ranges: true }).body;
  } catch (error) {
    const column = (error as { column?: number }).column ?? 1;
    return fail(column, `not valid JSON: ${(error as Error).message.replace(/ \(\d+:\d+\)$/, '')}`);
  }
}

function describeKeys(keys: readonly (string | number)[]): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** Column of the value at `keys`, or of the innermost value that exists on the way to it. */
function columnOf(root: AnyNode, keys: readonly (string | number)[]): number {
  let node = root;
  for (const key of keys) {
    let next: AnyNode | undefined;
    if (node.type === 'Array') next = node.elements[Number(key)]?.value;
    if (node.type === 'Object')
      next = node.members.find((m) => (m.name.type === 'String' ? m.name.value : m.name.name) === key)?.value;
    if (!next) break;
    node = next;
  }
  return node.loc.start.column;
}

function describeComparison({ verdict, difference, interval, p }: Comparison, question: Question): string {
  const number = (x: number): string => `${x > 0 ? '+' : ''}${Number(x.toPrecision(4))}`;
  if (verdict === 'too-few')
    return `too few runs: ${question.baseline.length} against ${question.candidate.length}, and a comparison needs two on each side`;
  const tried = question.variants > 1 ? `, best of ${question.variants} tried` : '';
  const chance = p! < 1e-4 ? 'p < 0.0001' : `p = ${Number(p!.toPrecision(2))}`;
  const word = verdict === 'within-noise' ? 'within noise' : verdict;
  return `${word}: ${number(difference!)} [${number(interval[0]!)}, ${number(interval[1]!)}], ${chance}${tried}`;
}
