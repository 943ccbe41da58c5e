import { createHash, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { unifiedDiff } from '../../core/agents/change';
import { isSecretPath } from '../../core/agents/secretPath';
import type { Manifest } from '../../core/manifest/model';
import { parseManifest } from '../../core/manifest/parseManifest';
import type { Problem } from '../../core/text/span';
import { findInput, inputPlaces } from '../../engine/inputs';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { fence, fencedBytes, short } from '../data';
import { locksOf } from '../locks';
import { loadFor, pathFor } from '../readStudy';
import { lockOf, personOnly, type PersonOnly } from '../refusals';
import { keySchema, problemOf, problemSchema } from '../schemas';
import { defineTool, Refused, type ToolContext } from '../tool';

const mostCharacters = 500_000;

/** A text for a file, checked and kept as a diff that the person takes over or does not. */
export const proposeChange = defineTool({
  name: 'bridge_propose_change',
  title: 'Propose a change',
  description:
    'Proposes the run manifest (default) or another file as a whole new text. A manifest is checked first, and its problems come back with their lines. Nothing is written: the person sees the diff in VS Code and takes it over or not. Plan, tracker, evaluation, results and settings cannot be proposed.',
  input: v.strictObject({
    file: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(1000),
        v.description('path in the workspace; default: the run manifest'),
      ),
    ),
    content: v.pipe(
      v.string(),
      v.maxLength(mostCharacters, `has more than ${mostCharacters} characters`),
      v.description('the whole new text'),
    ),
    title: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description('what it is for, in one line')),
    idempotencyKey: keySchema,
  }),
  output: v.object({
    accepted: v.pipe(v.boolean(), v.description('whether it is kept for the person; false: see problems')),
    change: v.nullable(v.string()),
    file: v.string(),
    diff: v.pipe(v.string(), v.description('unified, fenced; its beginning where it is long')),
    problems: v.array(problemSchema),
    waitsFor: v.nullable(v.string()),
  }),
  async run({ file: given, content, title, idempotencyKey }, context) {
    const { root } = context;
    const files = new LocalWorkspaceFiles(root);
    const manifestFile = await findInput(files, 'manifest');
    const manifestPath = manifestFile?.path ?? inputPlaces.manifest[0];
    const file = pathFor(root, given, 'file') ?? manifestPath;
    const known = manifestFile ? parseManifest(manifestFile.text, manifestPath) : null;
    const lock = lockOf(file, locksOf(context.state(), known));
    if (lock !== null) await refuse(lock, `to change ${file}`, context);
    if (isSecretPath(file))
      throw new Refused(`${file} is of the kind that holds keys; no agent reads or writes it.`);
    const before = await files.read(file);
    const change = { path: file, before, after: content };
    const answer = { file, diff: fence(unifiedDiff(change).slice(0, fencedBytes), 'diff', file) };
    const problems = file === manifestPath ? await problemsOf(root, manifestPath, content) : [];
    if (problems.some(({ severity }) => severity === 'error'))
      return {
        sentence: 'The manifest has errors, so it is not kept. Mend them and propose it again.',
        data: {
          ...answer,
          accepted: false,
          change: null,
          problems: problems.slice(0, 50).map(problemOf),
          waitsFor: null,
        },
      };
    if (
      file === manifestPath &&
      known?.evaluation &&
      !sameEvaluation(known, parseManifest(content, manifestPath))
    )
      await refuse('evaluator', 'to change the evaluation in the manifest', context);
    if (before === content)
      throw new Refused(`${file} has this very text already; there is nothing to propose.`);
    const id = idOf(idempotencyKey, context.caller);
    await context.record(
      { type: 'change.propose', change: id, title: short(title, 200), files: [change], by: context.caller },
      idempotencyKey ?? null,
    );
    return {
      sentence: `Kept as change ${id}. The person sees the diff in VS Code and takes it over, or rejects it.`,
      data: {
        ...{ ...answer, accepted: true, change: id, problems: problems.slice(0, 50).map(problemOf) },
        waitsFor: 'the person, who takes the change over or rejects it',
      },
    };
  },
});

/** Writes down what was wanted and says what the person would have to do. */
export async function refuse(about: PersonOnly, what: string, context: ToolContext): Promise<never> {
  const sentence = personOnly[about];
  await context.record(
    { type: 'person.ask', about: `${about}: ${short(what)}`, sentence, by: context.caller },
    null,
  );
  throw new Refused(`Refused ${what}. ${sentence}`);
}

async function problemsOf(root: string, manifestPath: string, content: string): Promise<readonly Problem[]> {
  const files = new LocalWorkspaceFiles(root);
  const loaded = await loadFor(
    root,
    { manifest: manifestPath },
    {
      read: (path) => (path === manifestPath ? Promise.resolve(content) : files.read(path)),
    },
  );
  // What is wrong with the plan is no fault of the manifest.
  return loaded.problems.filter(({ file }) => file === manifestPath);
}

function sameEvaluation(one: Manifest, other: Manifest): boolean {
  return (
    JSON.stringify([one.evaluation, one.primaryMetric]) ===
    JSON.stringify([other.evaluation, other.primaryMetric])
  );
}

function idOf(key: string | undefined, caller: string): string {
  return key === undefined
    ? randomUUID()
    : `agent-${createHash('sha256').update(`${caller}\n${key}`).digest('hex').slice(0, 24)}`;
}
